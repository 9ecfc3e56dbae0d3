"""Service status: the status that maintenance windows and open incidents give a service."""

from __future__ import annotations

from datetime import datetime

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store


def service_status(call: Call, service: Record) -> str:
    """Disabled and maintenance come before what incidents make of it (PagerDuty API description, Service)."""
    status = str(service.body["status"])
    if status == "disabled":
        return status
    if in_maintenance(call.store, service.id, call.now):
        return "maintenance"
    return _incident_status(call.store, service.id) or status


def in_maintenance(store: Store, service_id: str, now: datetime) -> bool:
    return any("ongoing" in window_states(it, now) for it in store.referrers("maintenance_window", service_id))


def window_states(window: Record, now: datetime) -> tuple[str, ...]:
    """``open`` is a window that has not ended."""
    if loaded(window.body["end_time"]) <= now:
        return ("past",)
    return ("ongoing", "open") if loaded(window.body["start_time"]) <= now else ("future", "open")


def _incident_status(store: Store, service_id: str) -> str | None:
    """``critical`` while an incident of the service is triggered, ``warning`` while all open ones are acknowledged
    (PagerDuty API description, status of a service), None without an open incident."""
    open_ids = [it.body["incident"]["id"] for it in store.children("escalation", service_id)]
    statuses = {incident.body["status"] for id in open_ids if (incident := store.get("incident", id))}
    return "critical" if "triggered" in statuses else "warning" if statuses else None
