"""A weekly time window: ``Mon,Tue 22:00:00 to 06:00:00 Europe/Berlin``.

As PagerDuty documents it: the days are those on which the window begins; an end before the start is on the next day; equal times are a
whole day; both ends belong to the window; and only the clock on the wall counts, also in the hour that a change of the clocks repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Window:
    days: frozenset[int]
    """Monday is 0."""
    start: time
    end: time
    zone: str

    def __str__(self) -> str:
        days = ",".join(DAYS[day] for day in sorted(self.days))
        return f"{days} {self.start} to {self.end} {self.zone}"

    def wall_clock(self, now: datetime) -> datetime:
        """What a clock on the wall says there."""
        return now.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def contains(self, now: datetime) -> bool:
        """True when the window is open at that moment."""
        wall = self.wall_clock(now)
        day, clock = wall.weekday(), wall.time()
        if self.start < self.end:
            return day in self.days and self.start <= clock <= self.end
        began_today = day in self.days and clock >= self.start
        began_yesterday = (day - 1) % 7 in self.days and clock <= self.end
        return began_today or began_yesterday


@lru_cache(maxsize=1)
def zone_names() -> dict[str, str]:
    """The zones of the tz database by their names in lower case: PagerDuty's own examples write ``Etc/Utc``."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {name.lower(): name for name in names}
