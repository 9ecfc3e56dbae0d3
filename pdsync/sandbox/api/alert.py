"""Alert: what a monitoring tool reported, under the incident that it opened."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.period import asked_zone
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

STATUSES = ("triggered", "resolved")


def alert_routes() -> list[Route]:
    return [
        Route("GET", "/incidents/<id>/alerts", _list),
        Route("GET", "/incidents/<id>/alerts/<alert_id>", _get),
    ]


def add_alert(call: Call, incident: Record, key: str, integration: Record, event: Body) -> Record:
    """``event`` is the checked body of a trigger event."""
    payload = event["payload"]
    body = {
        "summary": payload["summary"],
        "status": "triggered",
        "created_at": stored(call.now),
        "resolved_at": None,
        "alert_key": key,
        "severity": payload["severity"],
        "suppressed": False,
        "service": incident.body["service"],
        "integration": pointer(integration),
        "first_trigger_log_entry": incident.body["first_trigger_log_entry"],
        "body": {"type": "alert_body", "details": payload.get("custom_details"), "contexts": _contexts(event)},
    }
    return call.store.put("alert", call.store.new_id(), body, incident.id)


def resolve_alerts(call: Call, incident: Record, key: str | None = None) -> None:
    """All of an incident, or the one with this key."""
    for alert in call.store.children("alert", incident.id):
        if alert.body["status"] == "triggered" and key in (None, alert.body["alert_key"]):
            set_status(call, alert, "resolved")


def set_status(call: Call, alert: Record, status: str) -> Record:
    at = stored(call.now) if status == "resolved" else None
    return call.store.put("alert", alert.id, {**alert.body, "status": status, "resolved_at": at})


def has_open_alerts(call: Call, incident: Record) -> bool:
    return any(it.body["status"] == "triggered" for it in call.store.children("alert", incident.id))


def claim_key(store: Store, service_id: str, key: str, incident: Record) -> None:
    """From now on the key means this incident, on this service."""
    store.put("deduplication", _deduplication_id(service_id, key), {"incident": pointer(incident)}, service_id)


def find_open(store: Store, service_id: str, key: str) -> Record | None:
    """The open incident of a key. Events are taken together by their key while it is open (PagerDuty API
    description, dedup_key)."""
    claim = store.get("deduplication", _deduplication_id(service_id, key))
    incident = store.get("incident", claim.body["incident"]["id"]) if claim is not None else None
    return incident if incident is not None and incident.body["status"] != "resolved" else None


def show_alert(call: Call, record: Record, includes: frozenset[str]) -> Body:
    from pdsync.sandbox.api.incident import show_incident  # incidents count their alerts
    from pdsync.sandbox.api.service import SERVICES

    links, body = call.links, record.body
    incident = call.record("incident", record.parent or "")
    service = call.store.get("service", body["service"]["id"])
    return {
        **links.head(record),
        **body,
        "service": SERVICES.show(call, service, frozenset())
        if service is not None and "services" in includes
        else links.resolve(body["service"]),
        "incident": show_incident(call, incident, frozenset(), asked_zone(call))
        if "incidents" in includes
        else links.reference(incident),
        "integration": links.resolve(body["integration"]),
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


def _contexts(event: Body) -> list[Any]:
    links = [{"type": "link", **it} for it in event.get("links", [])]
    return links + [{"type": "image", **it} for it in event.get("images", [])]


def _deduplication_id(service_id: str, key: str) -> str:
    return f"{service_id}:{hashlib.sha256(json.dumps(key).encode()).hexdigest()}"
