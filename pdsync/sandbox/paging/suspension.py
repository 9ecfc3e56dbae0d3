"""Suspension: an alarm that waits before it becomes an incident. A resolve event of its key ends it first (support page Event
Orchestration, Pause Incident Notifications)."""

from __future__ import annotations

from datetime import timedelta

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.alarm import Alarm, load_alarm, raise_alarm
from pdsync.sandbox.store.instant import checked, stored
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store

KIND = "suspended_alert"


def suspend(call: Call, service: Record, alarm: Alarm, seconds: int) -> None:
    """One more event of a key that waits already changes nothing."""
    if find_suspended(call.store, service.id, alarm.key) is None:
        at = stored(call.now + timedelta(seconds=seconds))
        call.store.put(KIND, call.store.new_id(), {"at": at, "alarm": alarm.dump()}, service.id)


def find_suspended(store: Store, service_id: str, key: str) -> Record | None:
    return next((it for it in store.children(KIND, service_id) if it.body["alarm"]["key"] == key), None)


def ends_at(record: Record) -> str:
    """Raises ValueError and the like for one that cannot end."""
    load_alarm(record.body["alarm"])
    return stored(checked(record.body["at"]))


def wake(call: Call, record: Record) -> Record | None:
    """Its time is over: the alarm becomes an incident."""
    call.store.delete(record.id)
    service = call.record("service", record.parent or "")
    if service.body["status"] == "disabled":
        return None
    return raise_alarm(call, service, load_alarm(record.body["alarm"]))
