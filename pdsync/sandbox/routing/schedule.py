"""Schedule: weekdays and a span of the day, as the clock on the wall of a zone says.

PCL Overview, Schedule. Its table for the end of daylight saving time has the end of the span in it. An end that is not after
the start is on the day after; equal times are a whole day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from pdsync.sandbox.routing.error import ConditionError
from pdsync.sandbox.store.instant import zones

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "|".join(_DAYS)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ZONE = r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*"
_SCHEDULE = re.compile(rf"((?:{_DAY})(?:,(?:{_DAY}))*)\s+({_TIME})\s+to\s+({_TIME})\s+({_ZONE})")
_MOMENT = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\s+({_TIME})\s+({_ZONE})")
LOOKS_LIKE_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Schedule:
    """``days`` are those on which the span begins, 0 for Monday."""

    days: frozenset[int]
    start: time
    end: time
    zone: str

    def holds(self, moment: datetime) -> bool:
        local = moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        for begun in (local.date(), local.date() - timedelta(days=1)):
            if begun.weekday() in self.days:
                last = begun if self.start < self.end else begun + timedelta(days=1)
                if datetime.combine(begun, self.start) <= local <= datetime.combine(last, self.end):
                    return True
        return False


def read_schedule(text: str, at: int) -> tuple[Schedule, int]:
    found = _SCHEDULE.match(text, at)
    if found is None:
        raise ConditionError("a schedule is expected, such as Mon,Tue 09:00:00 to 17:00:00 Europe/Berlin", at)
    days, start, end, zone = found.groups()
    numbers = frozenset(_DAYS.index(day) for day in days.split(","))
    return Schedule(
        numbers, time.fromisoformat(start), time.fromisoformat(end), _zone(zone, found.start(4))
    ), found.end()


def read_moment(text: str, at: int) -> tuple[datetime, int]:
    found = _MOMENT.match(text, at)
    if found is None:
        raise ConditionError("a moment is expected, such as 2026-01-31 08:00:00 Etc/UTC", at)
    day, clock, zone = found.groups()
    zone = _zone(zone, found.start(3))
    try:
        local = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        raise ConditionError("there is no such day", at) from None
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), found.end()


def _zone(name: str, at: int) -> str:
    """However its letters are written: an example of PagerDuty's has Etc/Utc."""
    found = _zones().get(name.lower())
    if found is None:
        raise ConditionError(f"{name} is not a time zone", at)
    return found


@cache
def _zones() -> dict[str, str]:
    return {zone.lower(): zone for zone in zones(aliases=True)}
