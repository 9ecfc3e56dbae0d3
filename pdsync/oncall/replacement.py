"""A replacement: one person takes over a stretch of a schedule from another. An override makes it so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pdsync.kinds.schedule_override import SCHEDULE_OVERRIDE
from pdsync.model import Kind, Ref
from pdsync.model.override import INSTEAD_OF, OVERRIDES, ROTATION
from pdsync.oncall.interval import Interval, intersect, merge_intervals
from pdsync.oncall.roster import Roster
from pdsync.oncall.shift import CUSTOM_SHIFT, Shift
from pdsync.oncall.shift_schedule import ShiftSchedule


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """From `start` up to, and without, `end` (seconds since 1970)."""

    start: int
    end: int
    user: Ref
    """Who takes over."""
    relieved: Ref
    """Who is on call without the override."""
    rotation: str = ""
    """The rotation of a shift-based schedule that the stretch is of; empty for a schedule with layers."""


@dataclass(frozen=True, slots=True)
class OverrideFields:
    """The kind of manifests that list overrides, two fields of it, and members of an item."""

    kind: Kind
    schedule: str
    items: str
    user: str
    """Who takes over."""
    relieved: str
    rotation: str


IN_MANIFESTS = OverrideFields(SCHEDULE_OVERRIDE, "schedule", OVERRIDES, "user", INSTEAD_OF, ROTATION)


def turns_of(roster: Roster, schedule: Ref, since: int, until: int) -> list[Shift]:
    """The shifts between two instants that someone can take over, in order, after overrides. An override of a shift-based schedule is of one
    rotation, so there the shifts are those of each rotation, and those of custom shifts are left out."""
    rendered = roster.render(schedule, since, until)
    if rendered is None:
        return []
    if not has_rotations(roster, schedule):
        return list(rendered.final)
    on_call = spans_by_person(rendered.final)
    found = [
        Shift(start, end, shift.user, shift.layer)
        for name, shifts in rendered.layers
        for shift in shifts
        if name != CUSTOM_SHIFT and shift.user is not None
        for start, end in intersect([(shift.start, shift.end)], on_call.get(shift.user, []))
    ]
    return sorted(found, key=lambda shift: (shift.start, shift.end))


def has_rotations(roster: Roster, schedule: Ref) -> bool:
    """Whether a schedule is shift-based."""
    return isinstance(roster.schedule(schedule), ShiftSchedule)


def spans_by_person(shifts: Iterable[Shift]) -> Mapping[Ref, list[Interval]]:
    """When each person is on call, in order, through any layer."""
    found: dict[Ref, list[Interval]] = {}
    for shift in shifts:
        if shift.user is not None:
            found.setdefault(shift.user, []).append((shift.start, shift.end))
    return {user: merge_intervals(spans) for user, spans in found.items()}


def join_replacements(replacements: Iterable[Replacement]) -> tuple[Replacement, ...]:
    """The same, in order, with what follows on without a break, between the same people and in one rotation, made one."""
    joined: list[Replacement] = []
    last: dict[tuple[Ref, Ref, str], int] = {}
    for each in sorted(replacements):
        people = each.user, each.relieved, each.rotation
        at = last.get(people)
        if at is not None and joined[at].end == each.start:
            joined[at] = replace(joined[at], end=each.end)
        else:
            last[people] = len(joined)
            joined.append(each)
    return tuple(joined)
