"""On-call schedule: who is on call in a schedule, be it layer-based or shift-based."""

from __future__ import annotations

from datetime import datetime, timedelta

from pdsync.sandbox.paging.event_state import EVENT, ROTATION, is_past
from pdsync.sandbox.paging.rendering import render
from pdsync.sandbox.paging.rotation import current_users
from pdsync.sandbox.paging.shift_rendering import render_spans
from pdsync.sandbox.paging.span import Span
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store

LAYER_BASED, SHIFT_BASED = "schedule", "schedule_v3"


def find_schedule(store: Store, id: str) -> Record | None:
    """Of either kind. An id names at most one."""
    return store.get(LAYER_BASED, id) or store.get(SHIFT_BASED, id)


def on_call_spans(store: Store, schedule: Record, since: datetime, until: datetime) -> list[Span]:
    """What touches the period, in order of time. Only those of a shift-based schedule can overlap."""
    if schedule.kind == SHIFT_BASED:
        return render_spans(store, schedule, since, until)
    return render(store, schedule, since, until).final


def users_on_call(store: Store, schedule: Record, now: datetime) -> list[str]:
    """Ids of the users who are on call. A user who was deleted is not."""
    spans = on_call_spans(store, schedule, now, now + timedelta(seconds=1))
    found = dict.fromkeys(it.user for it in spans if it.start <= now < it.end)
    return [it for it in found if store.get("user", it) is not None]


def users_of(store: Store, schedule: Record, now: datetime) -> list[str]:
    """Ids of the users in layers or events that have not ended, in the order in which they appear."""
    if schedule.kind == LAYER_BASED:
        return current_users(schedule.body, now)
    members = [
        member
        for rotation in store.children(ROTATION, schedule.id)
        for event in store.children(EVENT, rotation.id)
        if not is_past(event, now)
        for member in event.body["assignment_strategy"]["members"]
    ]
    return list(dict.fromkeys(it["user"]["id"] for it in members if "user" in it))
