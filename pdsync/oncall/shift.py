"""A shift: one person, on call from one instant to another, through one layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pdsync.model import Ref
from pdsync.model.instant import parse_instant
from pdsync.oncall.interval import Interval, merge_intervals


@dataclass(frozen=True, slots=True)
class Shift:
    """From `start` up to, and without, `end` (seconds since 1970)."""

    start: int
    end: int
    user: Ref | None
    """None: the turn belongs to a deleted person, so no one is paged, and no layer below shows through."""
    layer: str
    """The name of the layer; empty for an override."""


def read_override(raw: Mapping[str, Any]) -> Shift:
    """The shift that an override, as PagerDuty answers it, puts over the layers."""
    return Shift(_seconds(raw["start"]), _seconds(raw["end"]), Ref("user", "id", str(raw["user"]["id"])), "")


def _seconds(text: str) -> int:
    moment = parse_instant(text, "Etc/UTC")
    return int(moment.timestamp()) if moment is not None else 0


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


def shift_at(shifts: Iterable[Shift], moment: int) -> Shift | None:
    """Whose shift it is."""
    return next((shift for shift in shifts if shift.start <= moment < shift.end), None)
