"""Automation runner: what carries automation actions out, in the customer's network or at Runbook Automation."""

from __future__ import annotations

from pdsync.sandbox.api.automation_association import show_associated
from pdsync.sandbox.api.collection import Collection
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import paginate_named
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.identifier import new_ulid
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

_MOST = 1_000  # PagerDuty API description
_SHOWN_ACTIONS = 3  # PagerDuty API description, associated_actions
_PERMISSIONS = ("update", "delete")


class AutomationRunners(Collection):
    """The key of a runbook server is checked and forgotten: no answer has it, and nothing is run."""

    kind = "automation_runner"
    plural = "runners"
    path = "automation_actions/runners"
    wrapper = "runner"

    def create(self, call: Call, body: Body) -> Record:
        if call.store.count(self.kind) >= _MOST:
            raise invalid(f"An account has at most {_MOST} runners")
        draft: Body = {"teams": [], "creation_time": stored(call.now)}
        form = Form(body, draft, creating=True)
        form.choice("runner_type", ("sidecar", "runbook"), required=True)
        form.references("teams", "team", call.store)
        self._check_shared(call, form)
        form.finish()
        return call.store.put(self.kind, new_ulid(call.now), draft)

    def update(self, call: Call, record: Record, body: Body) -> Record:
        """Neither its type nor its teams (PagerDuty API description)."""
        draft = dict(record.body)
        form = Form(body, draft, creating=False)
        self._check_shared(call, form)
        form.finish()
        return call.store.put(self.kind, record.id, draft)

    def remove(self, call: Call, record: Record) -> None:
        if _actions_of(call, record) and call.profile.reads("runner_with_actions", "refused"):
            raise invalid("A runner with actions cannot be deleted")
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = record.body
        shown = {
            "id": record.id,
            "type": self.wrapper,
            "summary": body["name"],
            **body,
            # A runner of the customer's is configured once it has called home (PagerDuty API description).
            "status": "Configured" if body["runner_type"] == "runbook" else "NotConfigured",
            "teams": [show_associated(it) for it in body["teams"]],
            "privileges": {"permissions": list(_PERMISSIONS)},
        }
        if "associated_actions" in includes:
            actions = _actions_of(call, record)
            heads = [{"id": it.id, "type": "action_reference", "summary": it.body["name"]} for it in actions]
            shown["associated_actions"] = {"actions": heads[:_SHOWN_ACTIONS], "more": len(heads) > _SHOWN_ACTIONS}
        return shown

    def _list(self, call: Call) -> Answer:
        includes = call.includes()
        rows = matching_name(call, call.store.sorted_by_name(self.kind))
        page = paginate_named(call, self.plural, rows, lambda it: self.show(call, it, includes))
        return Answer(200, {**page, "privileges": {"permissions": ["create"]}})

    def _post(self, call: Call) -> Answer:
        """A runner in the customer's network gets its secret only in this answer (PagerDuty API description)."""
        record = self.create(call, call.wrapped("runner"))
        secret = {"secret": new_ulid(call.now)} if record.body["runner_type"] == "sidecar" else {}
        return Answer(201, {"runner": {**self.show(call, record, frozenset()), **secret}})

    def _check_shared(self, call: Call, form: Form) -> None:
        form.text("name", Text(255, min_length=1), required=True)
        form.text("description", Text(1024, clean=description_cleaner(call, "automation_line_breaks")), required=True)
        if form.draft.get("runner_type") == "runbook":
            form.text("runbook_base_uri", Text(255, min_length=1), required=True)
            form.nested(form.body, {}, "", creating=form.creating).text(
                "runbook_api_key", Text(64, min_length=1), required=True
            )


def matching_name(call: Call, records: list[Record]) -> list[Record]:
    """The runners whose name contains ``name``, ignoring case."""
    wanted = (call.arg("name") or "").casefold()
    return [it for it in records if wanted in str(it.body["name"]).casefold()]


def _actions_of(call: Call, runner: Record) -> list[Record]:
    return [it for it in call.store.sorted_by_name("automation_action") if it.body["runner"] == runner.id]


AUTOMATION_RUNNERS = AutomationRunners()
