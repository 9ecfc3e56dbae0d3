"""Restrictions: the only times of a day or a week at which a layer counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pdsync.model import Canonical
from pdsync.model.wall_clock import to_local
from pdsync.oncall.interval import Interval
from pdsync.oncall.reading import DAY_S, window_of

_FIRST_WEEKDAY = 3
"""1 January 1970 was a Thursday: day 0 is the fourth of its week, counted from 0."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A window that comes back every day, or every week. Times are on the wall of the schedule's zone."""

    start_s: int
    """Seconds after midnight."""
    duration_s: int
    weekday: int | None = None
    """The day it begins, 1 is Monday; None: every day."""

    def windows(self, zone: str, since: int, until: int) -> Iterator[Interval]:
        """All windows that may touch the time between two instants, in order; the outer ones may lie outside of it."""
        # A window may have begun its whole length earlier, and zones differ from UTC, and change, by up to a day.
        first = (to_local(zone, since) - self.duration_s) // DAY_S - 1
        last = to_local(zone, until) // DAY_S + 1
        step = 1
        if self.weekday is not None:
            step = 7
            first += (self.weekday - 1 - (first + _FIRST_WEEKDAY)) % 7
        for day in range(first, last + 1, step):
            yield window_of(zone, day * DAY_S + self.start_s, self.duration_s)


def read_restriction(value: Mapping[str, Canonical]) -> Restriction:
    """The restriction that a canonical value describes."""
    day = value.get("start_day_of_week") if value.get("type") == "weekly_restriction" else None
    return Restriction(
        start_s=seconds_of_day(str(value["start_time_of_day"])),
        duration_s=int(value["duration_seconds"]),
        weekday=int(day) if day is not None else None,
    )


def seconds_of_day(text: str) -> int:
    """Seconds after midnight of ``HH:MM:SS``."""
    hours, minutes, seconds = (int(part) for part in (*text.split(":"), "0")[:3])
    return hours * 3600 + minutes * 60 + seconds


def weekday_of(day: int) -> int:
    """The ISO day of the week (1 is Monday) of a day, counted from 1 January 1970."""
    return (day + _FIRST_WEEKDAY) % 7 + 1
