"""Event state: whether an event of a rotation is over, effective or to come, and what of it can be ended.

``effective_since`` and ``effective_until`` decide (PagerDuty API description, PUT of an event), whatever its shifts are.
"""

from __future__ import annotations

from datetime import datetime

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.store.instant import loaded, stored
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store

ROTATION, EVENT = "schedule_rotation", "schedule_event"


def was_deleted(rotation: Record) -> bool:
    """Whether the rotation is there only for its past."""
    return "was_deleted" in rotation.body


def is_past(event: Record, now: datetime) -> bool:
    until = event.body["effective_until"]
    return until is not None and loaded(until) <= now


def is_future(event: Record, now: datetime) -> bool:
    return loaded(event.body["effective_since"]) > now


def sorted_events(store: Store, rotation: Record) -> list[Record]:
    """In the order in which they become effective."""
    return sorted(store.children(EVENT, rotation.id), key=lambda it: (it.body["effective_since"], it.number))


def end_event(call: Call, event: Record) -> None:
    """A future event goes, and an effective one ends now."""
    if is_future(event, call.now):
        call.store.delete(event.id)
    else:
        call.store.put(EVENT, event.id, {**event.body, "effective_until": stored(call.now)})
