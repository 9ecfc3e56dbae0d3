"""A replacement: one person takes over a stretch of a schedule from another. An override makes it so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pdsync.kinds.schedule_override import SCHEDULE_OVERRIDE
from pdsync.model import Kind, Ref
from pdsync.model.override import OVERRIDES
from pdsync.oncall.interval import Interval, merge_intervals
from pdsync.oncall.shift import Shift


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """From `start` up to, and without, `end` (seconds since 1970)."""

    start: int
    end: int
    user: Ref
    """Who takes over."""
    relieved: Ref
    """Who is on call without the override."""


@dataclass(frozen=True, slots=True)
class OverrideFields:
    """The kind of manifests that list overrides, two fields of it, and the member of an item for who takes over."""

    kind: Kind
    schedule: str
    items: str
    user: str


IN_MANIFESTS = OverrideFields(SCHEDULE_OVERRIDE, "schedule", OVERRIDES, "user")


def spans_by_person(shifts: Iterable[Shift]) -> Mapping[Ref, list[Interval]]:
    """When each person is on call, in order, through any layer."""
    found: dict[Ref, list[Interval]] = {}
    for shift in shifts:
        if shift.user is not None:
            found.setdefault(shift.user, []).append((shift.start, shift.end))
    return {user: merge_intervals(spans) for user, spans in found.items()}


def join_replacements(replacements: Iterable[Replacement]) -> tuple[Replacement, ...]:
    """The same, in order, with what follows on without a break, between the same people, made one."""
    joined: list[Replacement] = []
    last: dict[tuple[Ref, Ref], int] = {}
    for each in sorted(replacements):
        people = each.user, each.relieved
        at = last.get(people)
        if at is not None and joined[at].end == each.start:
            joined[at] = replace(joined[at], end=each.end)
        else:
            last[people] = len(joined)
            joined.append(each)
    return tuple(joined)
