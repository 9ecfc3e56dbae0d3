"""Rules of recurrence as a campaign writes them into manifests, with what they mean: computed day by day, with neither RRULE nor
python-dateutil."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "Etc/UTC")
_WEEK = timedelta(days=7)
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3}


def instant_of(wall: datetime, zone: str) -> datetime:
    """The instant of a time on the wall. A skipped time is as much later, of one that comes twice the first one is meant."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Days:
    """A rule, as a manifest writes it, and the days that it means."""

    said: Mapping[str, Any]
    unit: str
    """``DAILY``, ``WEEKLY`` or another one: how far windows are made ahead depends on it."""
    has: Callable[[date], bool]


@dataclass(frozen=True)
class WallCalendar:
    """When something begins: a time of the day on some days."""

    days: Days
    at: time
    zone: str
    excluded: frozenset[date] = frozenset()
    last: date = date.max

    def between(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """The times on the wall around all instants of a period, with a few before and after it."""
        day = (since - timedelta(days=3)).date()
        while day <= min(self.last, (until + timedelta(days=2)).date()):
            if self.days.has(day) and day not in self.excluded:
                yield datetime.combine(day, self.at)
            day += timedelta(days=1)


def draw_zone(random: Random) -> str:
    return random.choice(ZONES)


def draw_time(random: Random) -> time:
    """Around the hours at which clocks change more often than not."""
    return time(random.choice([0, 1, 2, 2, 3, 9, 17, 23]), random.choice([0, 0, 30]))


def draw_weekly(random: Random, today: date) -> Days:
    """Days of every week, or of every second or third one."""
    names = sorted(random.sample(range(7), random.choice([1, 1, 2, 5])))
    said = {"on": [DAYS[it] for it in names]}
    if random.random() < 0.6:
        return Days({"every": "week", **said}, "WEEKLY", lambda day: day.weekday() in names)
    count, starts = random.choice([2, 3]), today + timedelta(days=random.randint(-60, 20))
    first = starts - timedelta(days=starts.weekday())
    return Days(
        {"every": f"{count} weeks", **said, "starts": starts.isoformat()},
        "WEEKLY",
        lambda day: day >= starts and day.weekday() in names and (day - first) // _WEEK % count == 0,
    )


def draw_daily(random: Random, today: date) -> Days:
    """Every day, or every few days."""
    if random.random() < 0.5:
        return Days({"every": "day"}, "DAILY", lambda day: True)
    count, starts = random.choice([2, 3, 10]), today + timedelta(days=random.randint(-60, 20))
    said = {"every": f"{count} days", "starts": starts.isoformat()}
    return Days(said, "DAILY", lambda day: day >= starts and (day - starts).days % count == 0)


def draw_monthly(random: Random, today: date) -> Days:
    """Days of the month, by number or by weekday."""
    which, day_of_week = random.choice([*_ORDINALS, "last"]), random.randrange(7)
    if random.random() < 0.5:
        numbers = random.choice([[1], [15, 1], [31], [29]])
        return Days({"every": "month", "on": numbers}, "MONTHLY", lambda day: day.day in numbers)
    said = {"every": "month", "on": [f"{which} {DAYS[day_of_week]}"]}
    return Days(said, "MONTHLY", lambda day: _is_the(which, day_of_week, day))


def _is_the(which: str, day_of_week: int, day: date) -> bool:
    """Whether a day is the first, or the last, of its weekday in its month."""
    is_last = (day + _WEEK).month != day.month
    return day.weekday() == day_of_week and (is_last if which == "last" else (day.day - 1) // 7 == _ORDINALS[which])


def draw_rule(random: Random, today: date) -> Days:
    """Rules in the words of RFC 5545."""
    return random.choice(
        [
            Days({"rrule": "FREQ=DAILY;BYDAY=SA"}, "DAILY", lambda day: day.weekday() == 5),
            Days({"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1"}, "MONTHLY", lambda day: (day + timedelta(days=1)).day == 1),
            Days({"rrule": "RRULE:FREQ=MONTHLY;BYDAY=-1FR"}, "MONTHLY", lambda day: _is_the("last", 4, day)),
            Days(
                {"rrule": "FREQ=YEARLY;BYMONTH=3,10,11;BYDAY=1SU"},
                "YEARLY",
                lambda day: day.month in (3, 10, 11) and _is_the("first", 6, day),
            ),
            Days(
                {"rrule": "FREQ=WEEKLY;BYDAY=MO,TH;BYMONTH=1,2,3,4,10,11"},
                "WEEKLY",
                lambda day: day.weekday() in (0, 3) and day.month in (1, 2, 3, 4, 10, 11),
            ),
        ]
    )
