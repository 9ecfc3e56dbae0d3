"""Automation action: a script or a job that a responder, or an orchestration, can start. The sandbox starts none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pdsync.sandbox.api.automation_association import show_associated
from pdsync.sandbox.api.automation_runner import matching_name
from pdsync.sandbox.api.collection import Collection
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import REFUSE, Form, Text
from pdsync.sandbox.http.pagination import paginate_named
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.identifier import new_ulid
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

_MOST = 10_000  # PagerDuty API description
_DATA = {
    "script": ("script", "invocation_command"),
    "process_automation": (
        "process_automation_job_id",
        "process_automation_job_arguments",
        "process_automation_node_filter",
    ),
}
"""By type, the fields of what is run; the first is required (PagerDuty API description)."""
_MAX_BYTES = {
    "script": 2**24 - 1,
    "invocation_command": 2**16 - 1,
    "process_automation_job_id": 36,
    "process_automation_job_arguments": 1024,
    "process_automation_node_filter": 1024,
}
"""PagerDuty API description."""
_DEFAULTS: Body = {
    "action_classification": None,
    "runner": None,
    "services": [],
    "teams": [],
    "only_invocable_on_unresolved_incidents": False,
    "allow_invocation_manually": True,
    "allow_invocation_from_event_orchestration": True,
    "map_to_all_services": False,
}
_ASSOCIATED = ("services", "teams")
_FLAGS = tuple(name for name, value in _DEFAULTS.items() if isinstance(value, bool))


class AutomationActions(Collection):
    """Its services are in the list, its teams are not (PagerDuty API description)."""

    kind = "automation_action"
    plural = "actions"
    path = "automation_actions/actions"
    wrapper = "action"

    def create(self, call: Call, body: Body) -> Record:
        if call.store.count(self.kind) >= _MOST:
            raise invalid(f"An account has at most {_MOST} actions")
        draft: Body = {**_DEFAULTS, "creation_time": stored(call.now), "modify_time": stored(call.now)}
        form = Form(body, draft, creating=True)
        form.choice("action_type", tuple(_DATA), required=True)
        form.references("services", "service", call.store)
        form.references("teams", "team", call.store)
        self._check_shared(call, form, None)
        return call.store.put(self.kind, new_ulid(call.now), draft)

    def update(self, call: Call, record: Record, body: Body) -> Record:
        """Neither its type nor its services and teams (PagerDuty API description)."""
        draft = {**record.body, "modify_time": stored(call.now)}
        if call.profile.reads("partial_action", "reset"):
            draft |= {name: value for name, value in _DEFAULTS.items() if name not in _ASSOCIATED}
        self._check_shared(call, Form(body, draft, creating=False), record)
        return call.store.put(self.kind, record.id, draft)

    def remove(self, call: Call, record: Record) -> None:
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = record.body
        services = _services_of(call, record)
        runner = call.store.get("automation_runner", body["runner"]) if body["runner"] is not None else None
        shown = {
            "id": record.id,
            "type": self.wrapper,
            "summary": body["name"],
            **body,
            "services": services,
            "privileges": {"permissions": ["update", "delete", "invoke"]},
            **({"runner_type": runner.body["runner_type"]} if runner is not None else {}),
        }
        left_out = {"teams", *(() if body["runner"] is not None else ("runner",))}
        if not services and call.profile.reads("action_without_services", "left_out"):
            left_out.add("services")
        return {name: value for name, value in shown.items() if name not in left_out}

    def show_one(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        teams = [show_associated(it) for it in record.body["teams"]]
        return {**self.show(call, record, includes), "teams": teams}

    def _list(self, call: Call) -> Answer:
        rows = self.filtered(call, matching_name(call, call.store.sorted_by_name(self.kind)))
        page = paginate_named(call, self.plural, rows, call.show)
        return Answer(200, {**page, "privileges": {"permissions": ["create"]}})

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        runner, rows = call.arg("runner_id"), list(records)
        if runner is not None:
            # "any" asks for those that have one (PagerDuty API description).
            rows = [it for it in rows if it.body["runner"] is not None and runner in ("any", it.body["runner"])]
        for name, field in (("classification", "action_classification"), ("action_type", "action_type")):
            wanted = call.arg(name)
            rows = rows if wanted is None else [it for it in rows if it.body[field] == wanted]
        for name, field in (("team_id", "teams"), ("service_id", "services")):
            wanted = call.arg(name)
            rows = rows if wanted is None else [it for it in rows if any(one["id"] == wanted for one in it.body[field])]
        return rows

    def _check_shared(self, call: Call, form: Form, record: Record | None) -> None:
        draft = form.draft
        form.text("name", Text(255, min_length=1), required=True)
        form.text("description", Text(1024, clean=description_cleaner(call, "automation_line_breaks")), required=True)
        form.choice("action_classification", ("diagnostic", "remediation"), null=None)
        for flag in _FLAGS:
            form.boolean(flag, null=_DEFAULTS[flag])
        without = call.profile.reading("runner_of_action_null")
        null = REFUSE if without == "refused" else draft["runner"] if without == "kept" and record else None
        runner = form.value("runner", required=False, null=null)
        if runner is not REFUSE:
            if not isinstance(runner, str) or call.store.get("automation_runner", runner) is None:
                form.error("Runner Not Found")
            elif record is not None and draft["action_type"] == "process_automation" and runner != draft["runner"]:
                form.error("Runner of a process_automation action cannot be changed")  # PagerDuty API description
            else:
                draft["runner"] = runner
        if "action_type" in draft:
            _check_data(form, _DATA[draft["action_type"]])
        form.finish()


def _services_of(call: Call, record: Record) -> list[Body]:
    if record.body["map_to_all_services"] and call.profile.reads("services_of_action_for_all", "all"):
        return [show_associated(pointer(it)) for it in call.store.sorted_by_name("service")]
    return [show_associated(it) for it in record.body["services"]]


def _check_data(form: Form, names: tuple[str, ...]) -> None:
    given = form.object("action_data_reference", required=True)
    if given is None:
        return
    data: Body = {}
    part = form.nested(given, data, "Action data reference: ")
    for index, name in enumerate(names):
        part.text(name, Text(_MAX_BYTES[name], min_length=0 if index else 1, clean=str), required=not index)
        if len(str(data.get(name, "")).encode()) > _MAX_BYTES[name]:
            part.error(f"{name} is too long")
    form.draft["action_data_reference"] = data


AUTOMATION_ACTIONS = AutomationActions()
