"""Alert status: which alerts of an incident are open, and which incident a deduplication key means."""

from __future__ import annotations

import hashlib
import json

from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store


def set_status(call: Call, alert: Record, status: str) -> Record:
    at = stored(call.now) if status == "resolved" else None
    return call.store.put("alert", alert.id, {**alert.body, "status": status, "resolved_at": at})


def resolve_alerts(call: Call, incident: Record, key: str | None = None) -> None:
    """All of an incident, or the one with this key."""
    for alert in call.store.children("alert", incident.id):
        if alert.body["status"] == "triggered" and key in (None, alert.body["alert_key"]):
            set_status(call, alert, "resolved")


def has_open_alerts(call: Call, incident: Record) -> bool:
    return any(it.body["status"] == "triggered" for it in call.store.children("alert", incident.id))


def claim_key(store: Store, service_id: str, key: str, incident: Record, orchestration: str | None = None) -> None:
    """From now on the key means this incident, on this service. ``orchestration`` is the id of that by which it came."""
    body = {"incident": pointer(incident), "orchestration": orchestration}
    store.put("deduplication", _deduplication_id(service_id, key), body, service_id)


def find_open(store: Store, service_id: str, key: str) -> Record | None:
    """The open incident of a key. Events with the same key go to the same incident while it is open (PagerDuty API
    description, dedup_key)."""
    claim = store.get("deduplication", _deduplication_id(service_id, key))
    incident = store.get("incident", claim.body["incident"]["id"]) if claim is not None else None
    return incident if incident is not None and incident.body["status"] != "resolved" else None


def orchestration_of(store: Store, service_id: str, key: str) -> str | None:
    claim = store.get("deduplication", _deduplication_id(service_id, key))
    return claim.body.get("orchestration") if claim is not None else None


def find_open_of(store: Store, orchestration_id: str, key: str) -> list[Record]:
    """The open incidents of a key that came by an orchestration, on whatever service."""
    found = []
    for service in store.all("service"):
        if orchestration_of(store, service.id, key) == orchestration_id:
            incident = find_open(store, service.id, key)
            found += [incident] if incident is not None else []
    return found


def _deduplication_id(service_id: str, key: str) -> str:
    return f"{service_id}:{hashlib.sha256(json.dumps(key).encode()).hexdigest()}"
