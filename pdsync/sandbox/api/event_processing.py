"""Event processing: a checked event goes through the rules, and becomes an alert, an incident, or nothing.

What happened to each event that went by rules is kept for :mod:`pdsync.sandbox.control`.
"""

from __future__ import annotations

from dataclasses import asdict

from pdsync.sandbox.api.event_rulebook import Evaluator
from pdsync.sandbox.api.orchestration_path import stored_path
from pdsync.sandbox.api.priority import PRIORITIES
from pdsync.sandbox.api.urgency import urgency_at
from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.paging.alarm import Alarm, raise_alarm
from pdsync.sandbox.paging.alert_status import find_open, find_open_of, has_open_alerts, resolve_alerts
from pdsync.sandbox.paging.incident_log import Cause, add_log_entry
from pdsync.sandbox.paging.incident_status import acknowledge, resolve
from pdsync.sandbox.paging.suspension import find_suspended, suspend
from pdsync.sandbox.routing.common_event import SEVERITIES
from pdsync.sandbox.routing.outcome import Outcome
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

PROCESSED = "processed_event"
_KEPT = 1000  # events
Became = tuple[str, str | None]
"""What happened to an event, and the id of its incident."""


def process(call: Call, event: Body, owner: Record, integration: Body | None = None) -> None:
    """``owner`` is an orchestration, or the service of the integration. ``event`` has its key."""
    evaluator = Evaluator(call, event)
    is_global = owner.kind == "event_orchestration"
    outcome = evaluator.by_orchestration(owner) if is_global else evaluator.by_service(owner)
    orchestration_id = owner.id if is_global else None
    became = _carry_out(call, outcome, orchestration_id, integration)
    if is_global or stored_path(call, owner, "service") is not None:
        _keep(call, outcome, orchestration_id, became)


def _carry_out(call: Call, outcome: Outcome, orchestration_id: str | None, integration: Body | None) -> Became:
    if outcome.fate == "dropped":
        return "dropped", None
    if outcome.fate == "unrouted":
        return _carry_out_unrouted(call, outcome.treatment.event, orchestration_id or "")
    service = call.record("service", outcome.service or "")
    if service.body["status"] == "disabled":  # it has no new incidents (PagerDuty API description)
        return "nothing", None
    event, cause = outcome.treatment.event, Cause(pointer(service), {"type": "api"})
    key = str(event["dedup_key"])
    incident = find_open(call.store, service.id, key)
    if event["event_action"] == "trigger":
        if incident is not None:
            # One more event of the same problem goes to the incident's log (ansible-collections/community.general PR 7183).
            add_log_entry(call, incident, "trigger", "Triggered through the api", cause)
            return "added", incident.id
        return _trigger(call, service, outcome, _alarm(call, service, outcome, orchestration_id, integration))
    if event["event_action"] == "acknowledge":
        if incident is None:
            return "nothing", None  # for nothing that is open: taken, and without effect
        acknowledge(call, incident, cause)
        return "acknowledged", incident.id
    return _resolve(call, service, incident, key)


def _alarm(
    call: Call, service: Record, outcome: Outcome, orchestration_id: str | None, integration: Body | None
) -> Alarm:
    treatment = outcome.treatment
    event = _with_payload(treatment.event)
    return Alarm(
        key=str(event["dedup_key"]),
        event=event,
        urgency=urgency_at(service.body, call.now, event["severity"]),
        integration=integration,
        orchestration=orchestration_id,
        priority=treatment.priority if treatment.priority in PRIORITIES else None,
        escalation_policy=treatment.escalation_policy,
        note=treatment.note,
    )


def _with_payload(event: Body) -> Body:
    """A rule can make a trigger of an event whose payload was not checked: it is its key, and an error, and no more."""
    summary, severity = event.get("summary"), event.get("severity")
    if isinstance(summary, str) and summary and severity in SEVERITIES:
        return event
    return {"dedup_key": event["dedup_key"], "summary": event["dedup_key"], "severity": "error"}


def _trigger(call: Call, service: Record, outcome: Outcome, alarm: Alarm) -> Became:
    """A suppressed alert never has an incident, also where a rule says that it waits."""
    if outcome.treatment.is_suppressed:
        return "suppressed", None
    if outcome.treatment.suspend_s:
        suspend(call, service, alarm, outcome.treatment.suspend_s)
        return "suspended", None
    incident = raise_alarm(call, service, alarm)
    return ("incident", incident.id) if incident is not None else ("nothing", None)


def _resolve(call: Call, service: Record, incident: Record | None, key: str) -> Became:
    waiting = find_suspended(call.store, service.id, key)
    if waiting is not None:
        call.store.delete(waiting.id)
        return "resolved", None
    if incident is None:
        return "nothing", None
    _end(call, service, incident, key)
    return "resolved", incident.id


def _carry_out_unrouted(call: Call, event: Body, orchestration_id: str) -> Became:
    """A trigger is a suppressed alert of no service. A resolve ends what the orchestration opened under the key, on whatever
    service (support page Event Orchestration, Catch All Rule)."""
    if event["event_action"] == "trigger":
        return "suppressed", None
    key = str(event["dedup_key"])
    open_incidents = find_open_of(call.store, orchestration_id, key)
    for incident in open_incidents if event["event_action"] == "resolve" else ():
        _end(call, call.record("service", incident.body["service"]["id"]), incident, key)
    ended = open_incidents[0].id if open_incidents and event["event_action"] == "resolve" else None
    return ("resolved", ended) if ended else ("nothing", None)


def _end(call: Call, service: Record, incident: Record, key: str) -> None:
    resolve_alerts(call, incident, key)
    if not has_open_alerts(call, incident):
        resolve(call, incident, Cause(pointer(service), {"type": "api"}))


def _keep(call: Call, outcome: Outcome, orchestration_id: str | None, became: Became) -> None:
    body = {
        "at": stored(call.now),
        "orchestration": orchestration_id,
        "became": became[0],
        "incident": became[1],
        "fate": outcome.fate,
        "service": outcome.service,
        **asdict(outcome.treatment),
        "steps": [asdict(it) for it in outcome.treatment.steps],
        "field_values": dict(outcome.treatment.field_values),
    }
    call.store.put(PROCESSED, call.store.new_id(), body)
    if call.store.count(PROCESSED) > _KEPT:
        call.store.delete(call.store.ordered(PROCESSED)[0].id)


def show_processed(record: Record) -> Body:
    """Raises ValueError or KeyError for one that cannot be shown."""
    if not isinstance(record.body["became"], str) or not isinstance(record.body["steps"], list):
        raise ValueError("an event became something, by steps")
    return {"id": record.id, **record.body}
