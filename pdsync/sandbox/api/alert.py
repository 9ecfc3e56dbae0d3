"""Alert: what a monitoring tool reported, under the incident that it opened.

Alerts can be resolved and moved to another incident, and incidents can be merged into one."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import Problem, arguments_error, invalid
from pdsync.sandbox.http.requester import requester
from pdsync.sandbox.paging.alert_status import claim_key, has_open_alerts, orchestration_of, set_status
from pdsync.sandbox.paging.incident_log import WEBSITE, Cause, add_log_entry
from pdsync.sandbox.paging.incident_status import resolve
from pdsync.sandbox.store.record import Body, Record

STATUSES = ("triggered", "resolved")
_MAX_UPDATES = 250  # PagerDuty API description, PUT /incidents/{id}/alerts
_MAX_ALERTS = 1000  # PagerDuty API description, PUT /incidents/{id}/merge


def alert_routes() -> list[Route]:
    return [
        Route("GET", "/incidents/<id>/alerts", _list),
        Route("GET", "/incidents/<id>/alerts/<alert_id>", _get),
        Route("PUT", "/incidents/<id>/alerts", _put_many),
        Route("PUT", "/incidents/<id>/alerts/<alert_id>", _put),
        Route("PUT", "/incidents/<id>/merge", _merge),
    ]


def show_alert(call: Call, record: Record, includes: frozenset[str]) -> Body:
    """An alert that came through an orchestration names no integration."""
    links, body = call.links, record.body
    incident = call.record("incident", record.parent or "")
    integration = {"integration": links.resolve(body["integration"])} if "integration" in body else {}
    return {
        **links.head(record),
        **body,
        **integration,
        "service": call.embed(body["service"], whole="services" in includes),
        "incident": call.embed(incident, whole="incidents" in includes),
        "first_trigger_log_entry": links.resolve(body["first_trigger_log_entry"]),
    }


def _list(call: Call, id: str) -> Answer:
    rows = call.store.children("alert", call.record("incident", id).id)
    statuses, key = call.many("statuses"), call.arg("alert_key")
    if not set(statuses) <= set(STATUSES):
        raise invalid(f"Statuses must be among: {', '.join(STATUSES)}")
    rows = [
        it
        for it in rows
        if (not statuses or it.body["status"] in statuses) and (key is None or it.body["alert_key"] == key)
    ]
    includes = call.includes()
    return Answer(200, paginate(call, "alerts", rows, lambda it: show_alert(call, it, includes)))


def _get(call: Call, id: str, alert_id: str) -> Answer:
    record = call.child("alert", call.record("incident", id), alert_id)
    return Answer(200, {"alert": show_alert(call, record, call.includes())})


def _put(call: Call, id: str, alert_id: str) -> Answer:
    user = requester(call)
    alert = call.child("alert", call.record("incident", id), alert_id)
    return Answer(200, {"alert": call.show(_update(call, alert, call.wrapped("alert"), user, ""))})


def _put_many(call: Call, id: str) -> Answer:
    """All or none."""
    user, incident, bodies = requester(call), call.record("incident", id), call.json().get("alerts")
    if not isinstance(bodies, list) or not bodies or not all(isinstance(it, dict) for it in bodies):
        raise invalid("Alerts must be an array of objects that is not empty")
    if len(bodies) > _MAX_UPDATES:
        raise Problem(413, 2001, "Request Entity Too Large", [f"At most {_MAX_UPDATES} alerts at a time."])
    changed: dict[str, Record] = {}
    for number, body in enumerate(bodies, start=1):
        alert = call.store.get("alert", body["id"]) if isinstance(body.get("id"), str) else None
        if alert is None or alert.parent != incident.id:
            raise invalid(f"Alert {number}: Alert Not Found")
        changed[alert.id] = _update(call, alert, body, user, f"Alert {number}: ")
    return Answer(200, paginate(call, "alerts", list(changed.values()), call.show))


def _update(call: Call, alert: Record, body: Body, user: Record, prefix: str) -> Record:
    """An incident whose last open alert is resolved is resolved too (as for events)."""
    draft = Body()
    form = Form(body, draft, creating=False, prefix=prefix)
    form.choice("status", STATUSES)
    form.reference("incident", "incident", call.store)
    form.finish()
    home = draft.get("incident", {}).get("id", alert.parent)
    if home != alert.parent:
        alert = _move(call, alert, _open_target(call, home, 1))
    status = str(draft.get("status", alert.body["status"]))
    if status != alert.body["status"]:
        incident = call.record("incident", alert.parent or "")
        if status == "triggered" and incident.body["status"] == "resolved":
            raise arguments_error("Incident Already Resolved")
        alert = set_status(call, alert, status)
        ends = call.profile.reads("last_alert_resolved", "ends")
        if (
            ends
            and status == "resolved"
            and incident.body["status"] != "resolved"
            and not has_open_alerts(call, incident)
        ):
            resolve(call, incident, Cause(pointer(user), WEBSITE))
    return alert


def _merge(call: Call, id: str) -> Answer:
    """The sources' alerts go to the target, and the sources are resolved. Which incidents can be merged, and how many
    alerts there may be: PagerDuty API description; the texts are a guess."""
    user, target, bodies = requester(call), call.record("incident", id), call.json().get("source_incidents")
    if not isinstance(bodies, list) or not bodies or not all(isinstance(it, dict) for it in bodies):
        raise invalid("Source incidents must be an array of objects that is not empty")
    sources: dict[str, Record] = {}
    form = Form({}, Body(), creating=False)
    for body in bodies:
        found = form.pointer(body, "incident", call.store)
        if found is not None:
            sources[found["id"]] = call.record("incident", found["id"])
    if target.id in sources:
        form.error("An incident cannot be merged into itself")
    form.finish()
    has_alerts = all(call.store.children("alert", it.id) for it in sources.values())
    if not has_alerts and call.profile.reads("merge_without_alerts", "refused"):
        raise arguments_error("Incidents without alerts cannot be merged")
    alerts = [alert for source in sources.values() for alert in call.store.children("alert", source.id)]
    target, agent = _open_target(call, target.id, len(alerts)), pointer(user)
    cause = Cause(agent, WEBSITE)
    for alert in alerts:
        _move(call, alert, target)
    for source in sources.values():
        if source.body["status"] != "resolved":
            resolve(call, source, cause, f"Merged into {call.links.reference(target)['summary']}")
    number = len(sources)
    text = f"Merged {number} incident{'s' if number > 1 else ''} into this one"
    add_log_entry(call, target, "annotate", text, Cause(agent, {"type": "note", "summary": text}))
    return Answer(200, {"incident": call.links.reference(call.record("incident", target.id))})


def _open_target(call: Call, id: str, added: int) -> Record:
    """An incident that can take so many alerts more."""
    incident = call.record("incident", id)
    if incident.body["status"] == "resolved":
        raise arguments_error("Incident Already Resolved")
    if len(call.store.children("alert", id)) + added > _MAX_ALERTS:
        raise invalid(f"An incident cannot have more than {_MAX_ALERTS} alerts")
    return incident


def _move(call: Call, alert: Record, incident: Record) -> Record:
    """The alert keeps its id and its place in time."""
    if call.profile.reads("events_of_moved_alert", "follow"):
        service_id, key = alert.body["service"]["id"], alert.body["alert_key"]
        claim_key(call.store, service_id, key, incident, orchestration_of(call.store, service_id, key))
    body: dict[str, Any] = {**alert.body, "first_trigger_log_entry": incident.body["first_trigger_log_entry"]}
    return call.store.move(alert.id, incident.id, body)
