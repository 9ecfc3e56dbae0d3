"""Alarm: a trigger event that arrived at a service, with what rules made of it, and how it becomes an incident."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.paging.alert_status import claim_key
from pdsync.sandbox.paging.incident_log import Cause, add_log_entry
from pdsync.sandbox.paging.incident_status import open_incident
from pdsync.sandbox.paging.service_status import in_maintenance
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

MAX_TITLE = 1024


@dataclass(frozen=True, slots=True)
class Alarm:
    """``event`` is in the common format, ``integration`` a stored reference, None for an event that came by an orchestration,
    whose id is in ``orchestration``. Priority and policy are ids."""

    key: str
    event: Body
    urgency: str
    integration: Body | None = None
    orchestration: str | None = None
    priority: str | None = None
    escalation_policy: str | None = None
    note: str | None = None

    def dump(self) -> Body:
        return asdict(self)


def load_alarm(body: Body) -> Alarm:
    """Raises TypeError, ValueError and the like for what is none."""
    alarm = Alarm(**body)
    event, integration = alarm.event, alarm.integration or {"id": "", "type": ""}
    texts = (alarm.key, event["summary"], event["severity"], integration["id"], integration["type"])
    options = (alarm.orchestration, alarm.priority, alarm.escalation_policy, alarm.note)
    if not all(isinstance(it, str) for it in texts) or not all(it is None or isinstance(it, str) for it in options):
        raise ValueError("an alarm has a key, and an event with summary and severity")
    if alarm.urgency not in ("high", "low"):
        raise ValueError("an alarm has an urgency")
    return alarm


def raise_alarm(call: Call, service: Record, alarm: Alarm) -> Record | None:
    """Opens an incident, with an alert where the service has them. None where it would page no one, or in maintenance, when
    none is opened (PagerDuty API description, POST /maintenance_windows)."""
    if in_maintenance(call.store, service.id, call.now):
        return None
    has_alerts = service.body["alert_creation"] == "create_alerts_and_incidents"
    cause = Cause(pointer(service), {"type": "api"})
    draft: dict[str, Any] = {
        "title": alarm.event["summary"][:MAX_TITLE],
        "urgency": alarm.urgency,
        # An incident with alerts has no key of its own (PagerDuty API description, incident_key).
        "incident_key": None if has_alerts else alarm.key,
    }
    if alarm.priority is not None:
        draft["priority"] = {"id": alarm.priority, "type": "priority_reference"}
    policy = call.store.get("escalation_policy", alarm.escalation_policy or "")
    if policy is not None:
        draft["escalation_policy"] = pointer(policy)
    incident = open_incident(call, service, draft, cause)
    if incident is None:
        return None
    claim_key(call.store, service.id, alarm.key, incident, alarm.orchestration)
    if has_alerts:
        _add_alert(call, incident, alarm)
    if alarm.note:
        _add_note(call, incident, alarm.note, cause)
    return incident


def _add_alert(call: Call, incident: Record, alarm: Alarm) -> None:
    event = alarm.event
    body = {
        "summary": event["summary"],
        "status": "triggered",
        "created_at": stored(call.now),
        "resolved_at": None,
        "alert_key": alarm.key,
        "severity": event["severity"],
        "suppressed": False,
        "service": incident.body["service"],
        **({"integration": alarm.integration} if alarm.integration is not None else {}),
        "first_trigger_log_entry": incident.body["first_trigger_log_entry"],
        "body": {"type": "alert_body", "details": event.get("custom_details"), "contexts": _contexts(event)},
    }
    call.store.put("alert", call.store.new_id(), body, incident.id)


def _add_note(call: Call, incident: Record, content: str, cause: Cause) -> None:
    now = stored(call.now)
    note = {"user": cause.agent, "created_at": now, "updated_at": now, "content": content}
    call.store.put("note", call.store.new_id(), note, incident.id)
    add_log_entry(call, incident, "annotate", content, Cause(cause.agent, {"type": "note", "summary": content}))


def _contexts(event: Body) -> list[Any]:
    parts = (("link", event.get("links")), ("image", event.get("images")))
    return [{"type": type, **it} for type, items in parts if isinstance(items, list) for it in items]
