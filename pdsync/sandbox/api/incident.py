"""Incident: how it is created, changed, snoozed and shown. Its further life is in paging."""

from __future__ import annotations

import secrets
from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.incident_list import STATUSES, URGENCIES, list_incidents
from pdsync.sandbox.api.priority import find_priority, show_priority
from pdsync.sandbox.api.responder_request import show_responders
from pdsync.sandbox.api.urgency import urgency_at
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import REFUSE, Form, Text
from pdsync.sandbox.http.period import asked_zone
from pdsync.sandbox.http.problem import Problem, arguments_error, invalid
from pdsync.sandbox.http.requester import requester
from pdsync.sandbox.paging.alert_status import claim_key, find_open
from pdsync.sandbox.paging.escalation import escalation_of
from pdsync.sandbox.paging.incident_log import WEBSITE, Cause, add_log_entry
from pdsync.sandbox.paging.incident_status import (
    acknowledge,
    escalate,
    open_incident,
    reassign,
    resolve,
    snooze,
    trigger,
)
from pdsync.sandbox.paging.pending_action import plan_ahead
from pdsync.sandbox.paging.service_status import in_maintenance
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.record import Body, Record

_PLAIN_FIELDS: tuple[str, ...] = ("title", "urgency", "priority", "conference_bridge", "incident_type")
_MOMENTS = ("created_at", "updated_at", "last_status_change_at", "resolved_at")
_MAX_UPDATES = 250  # PagerDuty API description, PUT /incidents
_MAX_SNOOZE_S = 604_800  # PagerDuty API description


def incident_routes() -> list[Route]:
    return [
        Route("GET", "/incidents", list_incidents),
        Route("POST", "/incidents", _post),
        Route("PUT", "/incidents", _put_many),
        Route("GET", "/incidents/<id>", _get),
        Route("PUT", "/incidents/<id>", _put),
        Route("POST", "/incidents/<id>/snooze", _snooze),
    ]


def show_incident(call: Call, record: Record, includes: frozenset[str]) -> Body:
    zone, links, store, body = asked_zone(call), call.links, call.store, record.body
    escalation = escalation_of(store, record)
    alerts = [it.body["status"] for it in store.children("alert", record.id)]
    first = call.record("log_entry", body["first_trigger_log_entry"]["id"])
    people = includes & {"users", "assignees"}
    shown_body = {
        **links.head(record),
        **body,
        **{name: shown(body[name], zone) for name in _MOMENTS},
        "description": body["title"],
        "service": call.embed(body["service"], whole="services" in includes),
        "escalation_policy": call.embed(body["escalation_policy"], whole="escalation_policies" in includes),
        "teams": [call.embed(it, whole="teams" in includes) for it in body["teams"]],
        "assignments": [
            {"at": shown(it["at"], zone), "assignee": call.embed(it["assignee"], whole=bool(people))}
            for it in (escalation.body["assignments"] if escalation is not None else [])
        ],
        "acknowledgements": [
            {
                "at": shown(it["at"], zone),
                "acknowledger": call.embed(it["acknowledger"], whole="acknowledgers" in includes),
            }
            for it in body["acknowledgements"]
        ],
        "pending_actions": [{**it, "at": shown(it["at"], zone)} for it in body["pending_actions"]],
        "last_status_change_by": call.embed(body["last_status_change_by"], whole="agents" in includes),
        "first_trigger_log_entry": call.embed(first, whole="first_trigger_log_entries" in includes),
        "priority": show_priority(links, body["priority"]["id"]) if body["priority"] else None,
        "alert_counts": {
            "all": len(alerts),
            "triggered": alerts.count("triggered"),
            "resolved": alerts.count("resolved"),
        },
        "is_mergeable": True,
        "resolve_reason": None,
        "alert_grouping": None,
        **show_responders(call, record),
    }
    for name in ("body", "conference_bridge"):  # only when asked for (PagerDuty API description, Incident)
        if name not in includes:
            del shown_body[name]
    return shown_body


def _get(call: Call, id: str) -> Answer:
    return _answer(200, call, call.record("incident", id))


def _post(call: Call) -> Answer:
    user = requester(call)
    body, draft = call.wrapped("incident"), Body()
    form = Form(body, draft, creating=True)
    form.text("title", Text(1024, min_length=1), required=True)
    form.reference("service", "service", call.store, required=True)
    form.reference("escalation_policy", "escalation_policy", call.store)
    form.text("incident_key", Text(255, min_length=1), null=None)
    _check_shared(form)
    details = form.object("body", null=None)
    if details is not None:
        draft["body"] = {**details, "type": "incident_body"}
    users = _assignees(call, form)
    if users and "escalation_policy" in draft:
        form.error("Assignments cannot be specified if an escalation policy is given")  # PagerDuty API description
    form.finish()
    service = call.record("service", draft.pop("service")["id"])
    if service.body["status"] == "disabled":
        raise invalid("Service is disabled")
    if in_maintenance(call.store, service.id, call.now) and call.profile.reads("incident_in_maintenance", "refused"):
        raise invalid("Service is in maintenance")
    draft.setdefault("urgency", urgency_at(service.body, call.now))
    key = draft["incident_key"] = draft.get("incident_key") or secrets.token_hex(16)
    if find_open(call.store, service.id, key) is not None:
        # Refused (PagerDuty API description, incident_key); the text is from memory.
        raise arguments_error("Open incident with matching dedup key already exists on this service")
    incident = open_incident(call, service, draft, Cause(pointer(user), WEBSITE), users)
    if incident is None:
        raise invalid("Incident cannot be created: no one is on call in its escalation policy")
    claim_key(call.store, service.id, key, incident)
    return _answer(201, call, incident)


def _put(call: Call, id: str) -> Answer:
    user = requester(call)
    incident = call.record("incident", id)
    return _answer(200, call, _update(call, incident, call.wrapped("incident"), user, ""))


def _put_many(call: Call) -> Answer:
    """All or none."""
    user, bodies = requester(call), call.json().get("incidents")
    if not isinstance(bodies, list) or not bodies or not all(isinstance(it, dict) for it in bodies):
        raise invalid("Incidents must be an array of objects that is not empty")
    if len(bodies) > _MAX_UPDATES:
        raise Problem(413, 2001, "Request Entity Too Large", [f"At most {_MAX_UPDATES} incidents at a time."])
    changed = []
    for number, body in enumerate(bodies, start=1):
        incident = call.store.get("incident", body["id"]) if isinstance(body.get("id"), str) else None
        if incident is None:
            raise invalid(f"Incident {number}: Incident Not Found")
        changed.append(_update(call, incident, body, user, f"Incident {number}: ").id)
    shown = [call.show(call.record("incident", id), call.includes()) for id in changed]
    return Answer(200, {"incidents": shown})


def _snooze(call: Call, id: str) -> Answer:
    user, draft = requester(call), Body()
    form = Form(call.json(), draft, creating=True)
    form.integer("duration", 1, _MAX_SNOOZE_S, required=True)
    incident = call.record("incident", id)
    form.finish()
    return _answer(201, call, snooze(call, incident, pointer(user), draft["duration"]))


def _update(call: Call, incident: Record, body: Body, user: Record, prefix: str) -> Record:
    """A whole incident may be sent back: what is as it was changes nothing."""
    old, cause, draft = incident.body, Cause(pointer(user), WEBSITE), Body()
    form = Form(body, draft, creating=False, prefix=prefix)
    form.choice("type", ("incident", "incident_reference"))
    form.choice("status", STATUSES)
    form.text("title", Text(1024, min_length=1))
    form.text("resolution", Text(1024), null=None)
    form.integer("escalation_level", 1, null=None)
    begins_again = call.profile.reads("same_policy_again", "first_level")
    if form.has("escalation_policy") and (
        begins_again or _is_other(body["escalation_policy"], old["escalation_policy"])
    ):
        form.reference("escalation_policy", "escalation_policy", call.store)
    _check_shared(form)
    users = _assignees(call, form)
    form.finish()
    fields = {name: draft[name] for name in _PLAIN_FIELDS if name in draft}
    if any(old[name] != value for name, value in fields.items()):
        if fields.get("urgency", old["urgency"]) != old["urgency"]:
            text = f"Urgency changed to {fields['urgency']}"
            add_log_entry(call, incident, "urgency_change", text, cause)
        updated = {**old, **fields, "updated_at": stored(call.now)}
        incident = call.store.put("incident", incident.id, updated)
        if fields.get("urgency", old["urgency"]) != old["urgency"]:
            incident = plan_ahead(call, incident)
    incident = _move(call, incident, draft, cause)
    current = escalation_of(call.store, incident)
    before = {it["assignee"]["id"] for it in current.body["assignments"]} if current is not None else set()
    if users and {it["id"] for it in users} != before:
        incident = reassign(call, incident, cause, users)
    return incident


def _move(call: Call, incident: Record, draft: Body, cause: Cause) -> Record:
    status = draft.get("status")
    if status == "acknowledged":
        incident = acknowledge(call, incident, cause)
    elif status == "triggered":
        incident = trigger(call, incident, cause)
    if "escalation_policy" in draft:
        policy = call.record("escalation_policy", draft["escalation_policy"]["id"])
        updated = {**incident.body, "escalation_policy": pointer(policy), "teams": policy.body["teams"]}
        incident = call.store.put("incident", incident.id, updated)
        incident = escalate(call, incident, cause, draft.get("escalation_level") or 1, policy)
    elif draft.get("escalation_level") is not None:
        incident = escalate(call, incident, cause, draft["escalation_level"])
    if status == "resolved":
        incident = resolve(call, incident, cause, draft.get("resolution"))
    return incident


def _check_shared(form: Form) -> None:
    """What can be given for a new incident and for an old one."""
    form.choice("urgency", URGENCIES)
    priority = form.value("priority", required=False, null=None)
    if priority is not REFUSE:
        id = find_priority(priority)
        if id is None:
            form.error("Priority Not Found")
        else:
            form.draft["priority"] = {"id": id, "type": "priority_reference"}
    kind = form.object("incident_type", null=None)
    if kind is not None:
        form.draft["incident_type"] = {}
        form.nested(kind, form.draft["incident_type"], "Incident type: ").text(
            "name", Text(100, min_length=1), required=True
        )
    elif form.has("incident_type"):
        form.draft.pop("incident_type", None)
    bridge = form.object("conference_bridge", null=None)
    if bridge is not None:
        form.draft["conference_bridge"] = {}
        inner = form.nested(bridge, form.draft["conference_bridge"], "Conference bridge: ")
        inner.text("conference_number", Text(255), null=None)
        inner.text("conference_url", Text(2048), null=None)


def _assignees(call: Call, form: Form) -> list[dict[str, Any]]:
    """``[{"assignee": {"id", "type"}}]`` (PagerDuty API description)."""
    found: dict[str, dict[str, Any]] = {}
    for item in form.objects("assignments", null=None) or []:
        assignee = item.get("assignee")
        user = form.pointer(assignee if isinstance(assignee, dict) else {}, "user", call.store)
        if user is not None:
            found[user["id"]] = user
    return list(found.values())


def _is_other(value: Any, old: Body) -> bool:
    return not (isinstance(value, dict) and value.get("id") == old["id"])


def _answer(status: int, call: Call, record: Record) -> Answer:
    return Answer(status, {"incident": call.show(record, call.includes())})
