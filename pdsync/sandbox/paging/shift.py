"""Shift: who would be paged, by policy and level, from when to when: computed, not stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.event_state import EVENT, ROTATION
from pdsync.sandbox.paging.on_call_schedule import LAYER_BASED, find_schedule, on_call_spans
from pdsync.sandbox.paging.rotation import has_ended
from pdsync.sandbox.paging.shift_rendering import OVERRIDE, member_id
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Record


@dataclass(frozen=True, slots=True)
class OnCall:
    """``schedule`` is None, and so are the moments, for a user who is the target without a schedule."""

    policy: Record
    level: int
    user: Record
    schedule: Record | None
    start: datetime | None
    end: datetime | None


def on_calls(call: Call, since: datetime, until: datetime, policies: list[Record]) -> Iterator[OnCall]:
    """By policy, level and start."""
    rendered: dict[str, list[tuple[datetime, datetime | None, Record]]] = {}
    for policy in policies:
        for level, rule in enumerate(policy.body["escalation_rules"], start=1):
            found: list[OnCall] = []
            for target in rule["targets"]:
                schedule = find_schedule(call.store, target["id"])
                if schedule is None:
                    user = call.store.get("user", target["id"])
                    found += [OnCall(policy, level, user, None, None, None)] if user is not None else []
                    continue
                if schedule.id not in rendered:
                    rendered[schedule.id] = _shifts(call, schedule, since, until)
                found += [OnCall(policy, level, it[2], schedule, it[0], it[1]) for it in rendered[schedule.id]]
            yield from sorted(found, key=lambda it: (it.start is not None, it.start or since))


def _shifts(
    call: Call, schedule: Record, since: datetime, until: datetime
) -> list[tuple[datetime, datetime | None, Record]]:
    """The end is None for a user who never goes off call (PagerDuty API description)."""
    forever = _sole_user(call, schedule, until) if schedule.kind == LAYER_BASED else _sole_member(call, schedule, until)
    shifts = []
    for span in on_call_spans(call.store, schedule, since, until + timedelta(seconds=1)):
        user = call.store.get("user", span.user)
        # A deleted user keeps their turn, and no user is paged in it.
        if user is not None and span.start <= until and span.end > since:
            last = span.user == forever and span.end > until + timedelta(days=7)
            shifts.append((span.start, None if last else span.end, user))
    return shifts


def _sole_user(call: Call, schedule: Record, until: datetime) -> str | None:
    """Who is alone on a topmost layer that neither ends nor has restrictions, without overrides to come."""
    layers = [it for it in schedule.body["schedule_layers"] if not has_ended(it, until)]
    if not layers or any(it.body["end"] > stored(until) for it in call.store.children("override", schedule.id)):
        return None
    top = layers[-1]
    users = {user["id"] for user in top["users"]}
    return users.pop() if len(users) == 1 and top["end"] is None and not top["restrictions"] else None


def _sole_member(call: Call, schedule: Record, until: datetime) -> str | None:
    """The same of a shift-based schedule: who alone is in an event that has neither an end nor a last shift."""
    store = call.store
    if any(it.body["end_time"] > stored(until) for it in store.children(OVERRIDE, schedule.id)):
        return None
    for rotation in store.children(ROTATION, schedule.id):
        for event in store.children(EVENT, rotation.id):
            members = {member_id(it) for it in event.body["assignment_strategy"]["members"]}
            is_endless = not any("COUNT=" in it.upper() or "UNTIL=" in it.upper() for it in event.body["recurrence"])
            if event.body["effective_until"] is None and is_endless and len(members) == 1:
                return members.pop()
    return None
