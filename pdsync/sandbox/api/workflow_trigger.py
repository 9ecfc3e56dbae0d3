"""Workflow trigger: what starts an incident workflow: a condition, a person, or the type of an incident."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.incident_workflow import TRIGGER, workflow_body
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import REFUSE, Form, Text
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate_named
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.identifier import new_uuid
from pdsync.sandbox.store.record import Body, Record

_NAMES = {
    "manual": "Manual Trigger",
    "conditional": "Conditional Trigger",
    "incident_type": "Incident Type Trigger",
}
_WORKFLOW_TYPES = ("incident_workflow", "incident_workflow_reference", "workflow_reference")
_FIXED = ("trigger_type", "workflow")  # PagerDuty API description: a PUT does not have them
_SORTS = tuple(f"{name}{way}" for name in ("workflow_id", "workflow_name") for way in ("", " asc", " desc"))
_DEFAULTS: Body = {
    "condition": None,
    "services": [],
    "is_subscribed_to_all_services": False,
    "incident_types": [],
    "restricted": False,
    "team": None,
}


def workflow_trigger_routes() -> list[Route]:
    many, one = "/incident_workflows/triggers", "/incident_workflows/triggers/<id>"
    return [
        Route("GET", many, _list),
        Route("POST", many, _post),
        Route("GET", one, _get),
        Route("PUT", one, _put),
        Route("DELETE", one, _delete),
        Route("POST", f"{one}/services", _add_service),
        Route("DELETE", f"{one}/services/<service_id>", _drop_service),
    ]


def show_trigger(call: Call, record: Record) -> Body:
    """The type of its workflow is that of all examples in PagerDuty's API description; the schema has another."""
    body, workflow = record.body, call.record("incident_workflow", record.parent or "")
    of_workflow = workflow_body(workflow)
    path = f"{call.links.base_url}/incident_workflows"
    shown = {
        "id": record.id,
        "type": TRIGGER,
        "trigger_type": body["trigger_type"],
        "trigger_type_name": _NAMES[body["trigger_type"]],
        "trigger_url": f"{path}/triggers/{record.id}/start",
        "self": f"{path}/triggers/{record.id}",
        "workflow_id": workflow.id,
        "workflow_name": of_workflow["name"],
        "workflow": {
            "id": workflow.id,
            "name": of_workflow["name"],
            "description": of_workflow["description"],
            "type": "incident_workflow",
            "created_at": of_workflow["created_at"],
            "self": f"{path}/{workflow.id}",
            "html_url": f"{WEB_URL}/flex-workflows/workflows/{workflow.id}",
        },
        "is_subscribed_to_all_services": body["is_subscribed_to_all_services"],
        "services": [_shown_service(call, it) for it in _shuffled(record)],
        "is_disabled": not of_workflow["is_enabled"],
        "permissions": {"restricted": body["restricted"]},
    }
    if body["condition"] is not None:
        shown["condition"] = body["condition"]
    if body["trigger_type"] == "incident_type":
        shown["incident_types"] = body["incident_types"]
    if body["team"] is not None:
        shown["permissions"]["team_id"] = body["team"]["id"]
    return shown


def _shown_service(call: Call, given: Body) -> Body:
    head = call.links.head(call.record("service", given["id"]))
    return {**head, "type": "service"}


def _shuffled(record: Record) -> list[Body]:
    """The server's own order: always the same, and not that of the request (terraform-provider-pagerduty #1024)."""

    def place(service: Body) -> str:
        return hashlib.sha256(f"{record.id}:{service['id']}".encode()).hexdigest()

    return sorted(record.body["services"], key=place)


def _answer(status: int, call: Call, record: Record) -> Answer:
    return Answer(status, {"trigger": show_trigger(call, record)})


def _body(call: Call) -> Body:
    """Also without the wrapper, as the Terraform provider sends it."""
    return call.wrapped("trigger") if "trigger" in call.json() else call.json()


def _get(call: Call, id: str) -> Answer:
    return _answer(200, call, call.record(TRIGGER, id))


def _post(call: Call) -> Answer:
    body = _body(call)
    form = Form(body, dict(_DEFAULTS), creating=True)
    form.choice("trigger_type", tuple(_NAMES), required=True)
    workflow = _workflow(call, form)
    _check_shared(call, form)
    form.finish()
    assert workflow is not None
    return _answer(201, call, call.store.put(TRIGGER, new_uuid(), form.draft, workflow))


def _put(call: Call, id: str) -> Answer:
    record, body = call.record(TRIGGER, id), _body(call)
    is_whole = call.profile.reads("trigger_put", "whole")
    form = Form(body, {**record.body, **_DEFAULTS} if is_whole else dict(record.body), creating=False)
    if call.profile.reads("fixed_of_trigger", "refused"):
        for name in _FIXED:
            if name in body:
                form.error(f"{name.replace('_', ' ').capitalize()} cannot be changed")
    _check_shared(call, form)
    form.finish()
    return _answer(200, call, call.store.put(TRIGGER, record.id, form.draft))


def _delete(call: Call, id: str) -> Answer:
    call.store.delete(call.record(TRIGGER, id).id)
    return Answer(204)


def _add_service(call: Call, id: str) -> Answer:
    record = call.record(TRIGGER, id)
    form = Form(call.json(), {}, creating=True)
    form.reference("service", "service", call.store, required=True)
    if record.body["is_subscribed_to_all_services"]:
        form.error("Trigger is subscribed to all services")
    form.finish()
    kept = [it for it in record.body["services"] if it["id"] != form.draft["service"]["id"]]
    body = {**record.body, "services": [*kept, form.draft["service"]]}
    return _answer(201, call, call.store.put(TRIGGER, record.id, body))


def _drop_service(call: Call, id: str, service_id: str) -> Answer:
    record = call.record(TRIGGER, id)
    kept = [it for it in record.body["services"] if it["id"] != service_id]
    if len(kept) == len(record.body["services"]):
        raise not_found("service")
    # 201: PagerDuty API description
    return _answer(201, call, call.store.put(TRIGGER, record.id, {**record.body, "services": kept}))


def _workflow(call: Call, form: Form) -> str | None:
    given = form.object("workflow", required=True)
    if given is None:
        return None
    id, type = given.get("id"), given.get("type", _WORKFLOW_TYPES[0])
    if type not in _WORKFLOW_TYPES or not isinstance(id, str) or call.store.get("incident_workflow", id) is None:
        form.error("Workflow Not Found")
        return None
    return id


def _check_shared(call: Call, form: Form) -> None:
    draft, type = form.draft, form.draft.get("trigger_type")
    form.boolean("is_subscribed_to_all_services", null=False)
    form.references("services", "service", call.store)
    if draft["is_subscribed_to_all_services"]:
        if form.body.get("services") and call.profile.reads("trigger_of_all_and_some", "refused"):
            form.error("Services must be empty for a trigger that is subscribed to all services")
        draft["services"] = []
    form.text("condition", Text(65_535, clean=str), null=None)
    if type == "conditional" and draft["condition"] is None:
        if call.profile.reads("trigger_without_condition", "refused"):
            form.error("Condition can't be blank")
        draft["condition"] = ""
    elif type != "conditional" and draft["condition"] is not None:
        form.error("Condition is only allowed for conditional triggers")
    _check_incident_types(form)
    _check_permissions(call, form)


def _check_incident_types(form: Form) -> None:
    given = form.value("incident_types", required=False, null=[])
    if given is REFUSE:
        return
    if not isinstance(given, list) or not all(isinstance(it, str) for it in given):
        form.error("Incident types must be an array of strings")
    elif given and form.draft.get("trigger_type") != "incident_type":
        form.error("Incident types are only allowed for triggers of the type incident_type")
    else:
        form.draft["incident_types"] = given


def _check_permissions(call: Call, form: Form) -> None:
    given = form.object("permissions", null=None)
    form.draft.pop("permissions", None)
    if given is None:
        return
    found: Body = {"restricted": False}
    form.nested(given, found, "Permissions: ").boolean("restricted", null=False)
    form.draft["restricted"], form.draft["team"] = found["restricted"], None
    team = given.get("team_id")
    if found["restricted"] and form.draft.get("trigger_type") != "manual":
        form.error("Permissions are only allowed for manual triggers")
    elif found["restricted"]:
        record = call.store.get("team", team) if isinstance(team, str) else None
        if record is None:
            form.error("Team Not Found")
        else:
            form.draft["team"] = pointer(record)
    elif team is not None:
        form.error("Team id is only allowed for restricted triggers")


def _list(call: Call) -> Answer:
    page = paginate_named(call, "triggers", _sorted(call, _filtered(call)), lambda it: show_trigger(call, it))
    return Answer(200, {**page, "more": page["next_cursor"] is not None})


def _filtered(call: Call) -> Iterable[Record]:
    service, incident = call.arg("service_id"), call.arg("incident_id")
    if service is not None and incident is not None:
        raise invalid("Incident cannot be given together with service")
    if incident is not None:
        service = call.record("incident", incident).body["service"]["id"]
    for it in call.store.ordered(TRIGGER):
        workflow = call.record("incident_workflow", it.parent or "")
        if (
            call.arg("workflow_id") in (None, workflow.id)
            and call.arg("trigger_type") in (None, it.body["trigger_type"])
            and call.arg("is_disabled") in (None, "false" if workflow_body(workflow)["is_enabled"] else "true")
            and (call.arg("workflow_name_contains") or "").casefold() in str(workflow.body["name"]).casefold()
            and (service is None or _is_of(call, it, service))
        ):
            yield it


def _is_of(call: Call, trigger: Record, service: str) -> bool:
    if trigger.body["is_subscribed_to_all_services"]:
        return call.profile.reads("trigger_service_filter", "with_all")
    return any(it["id"] == service for it in trigger.body["services"])


def _sorted(call: Call, rows: Iterable[Record]) -> Sequence[Record]:
    """The oldest first where nothing is asked for."""
    order = call.arg("sort_by")
    if order is None:
        return list(rows)
    if order not in _SORTS:
        raise invalid(f"Sort by must be one of: {', '.join(_SORTS)}")
    name, _, way = order.partition(" ")

    def place(it: Record) -> str:
        workflow = call.record("incident_workflow", it.parent or "")
        return workflow.id if name == "workflow_id" else str(workflow.body["name"]).casefold()

    return sorted(rows, key=place, reverse=way == "desc")
