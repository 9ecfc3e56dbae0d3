"""A shift: one person, on call from one instant to another, through one layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pdsync.model import Ref
from pdsync.model.instant import parse_instant_s
from pdsync.oncall.interval import Interval, merge_intervals

CUSTOM_SHIFT = "custom shift"
"""Said in place of the name of a layer or rotation, of a shift outside of the rotations."""


@dataclass(frozen=True, slots=True)
class Shift:
    """From `start` up to, and without, `end` (seconds since 1970)."""

    start: int
    end: int
    user: Ref | None
    """None: the turn belongs to a deleted person, so no one is paged, and no layer below shows through."""
    layer: str
    """The name of the layer or rotation; empty for an override."""


def read_override(raw: Mapping[str, Any]) -> Shift:
    """The shift that an override, as PagerDuty answers it, puts over the layers."""
    start, end = (read_moment(raw[name]) for name in ("start", "end"))
    return Shift(start, end, Ref("user", "id", str(raw["user"]["id"])), "")


def read_moment(text: str) -> int:
    """A moment of an answer, in seconds since 1970."""
    return parse_instant_s(text, "Etc/UTC") or 0


def join_shifts(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """The same shifts, in order, with what follows on without a break, by the same person and layer, made one."""
    joined: list[Shift] = []
    for shift in shifts:
        last = joined[-1] if joined else None
        if last is not None and last.end == shift.start and (last.user, last.layer) == (shift.user, shift.layer):
            joined[-1] = replace(last, end=shift.end)
        else:
            joined.append(shift)
    return tuple(joined)


def join_people(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """The shifts of people who may be on call at the same time, in order: those of one person that overlap, or follow on through one layer,
    are one. Turns of no one are left out."""
    joined: dict[Ref, list[Shift]] = defaultdict(list)
    for shift in sorted(shifts, key=lambda shift: (shift.start, shift.end)):
        if shift.user is None:
            continue
        own = joined[shift.user]
        if own and (shift.start < own[-1].end or (shift.start == own[-1].end and shift.layer == own[-1].layer)):
            # The layer that lasts longer is the one that is named, and a layer rather than an override.
            if (shift.end, bool(shift.layer)) > (own[-1].end, bool(own[-1].layer)):
                own[-1] = replace(own[-1], end=shift.end, layer=shift.layer)
        else:
            own.append(shift)
    found = ((shift.start, shift.end, user, shift) for user, own in joined.items() for shift in own)
    return tuple(shift for *_, shift in sorted(found, key=lambda each: each[:3]))


def lanes_of(shifts: Iterable[Shift]) -> list[list[Shift]]:
    """Ordered shifts in as few rows as show each of them whole; one row, which may be empty, where none overlap."""
    lanes: list[list[Shift]] = [[]]
    for shift in shifts:
        free = next((lane for lane in lanes if not lane or lane[-1].end <= shift.start), None)
        if free is None:
            lanes.append([shift])
        else:
            free.append(shift)
    return lanes


def overlay(below: Sequence[Shift], above: Sequence[Shift]) -> tuple[Shift, ...]:
    """What is to be seen of two ordered lists where the second one lies on top. Takes time in proportion to both."""
    seen: list[Shift] = []
    rest = list(reversed(below))
    for top in above:
        while rest and rest[-1].start < top.end:
            under = rest.pop()
            if under.start < top.start:
                seen.append(replace(under, end=min(under.end, top.start)))
            if under.end > top.end:
                rest.append(replace(under, start=top.end))
                break
        seen.append(top)
    seen.extend(reversed(rest))
    return tuple(seen)


def covered(shifts: Iterable[Shift]) -> list[Interval]:
    """When someone is on call."""
    return merge_intervals((shift.start, shift.end) for shift in shifts if shift.user is not None)


def seconds_by_user(shifts: Iterable[Shift]) -> dict[Ref, int]:
    """How long each person is on call."""
    sums: dict[Ref, int] = defaultdict(int)
    for shift in shifts:
        if shift.user is not None:
            sums[shift.user] += shift.end - shift.start
    return dict(sums)


def people_between(shifts: Sequence[Shift], bounds: Sequence[int]) -> Iterator[tuple[Ref | None, ...]]:
    """For each stretch from one of these instants to the next one, in which no shift begins or ends: who is on call, in a stable order. None
    among them: a turn of a deleted person. `shifts` are in order of their starts."""
    at = 0
    current: list[Shift] = []
    for start in bounds[:-1]:
        current = [shift for shift in current if shift.end > start]
        while at < len(shifts) and shifts[at].start <= start:
            if shifts[at].end > start:
                current.append(shifts[at])
            at += 1
        people = dict.fromkeys(shift.user for shift in current)
        yield tuple(people) if len(people) < 2 else tuple(sorted(people, key=_order))


def _order(user: Ref | None) -> tuple[str, ...]:
    return () if user is None else (user.kind, user.by, user.value)


def shifts_at(shifts: Iterable[Shift], moment: int) -> list[Shift]:
    """The shifts at an instant; of a schedule with layers one at most."""
    return [shift for shift in shifts if shift.start <= moment < shift.end]


def shift_at(shifts: Iterable[Shift], moment: int) -> Shift | None:
    """Whose shift it is."""
    return next((shift for shift in shifts if shift.start <= moment < shift.end), None)
