"""The occurrences of a series of times (`pdsync.model.codec.series`). Uses python-dateutil, so it is imported only where there is a series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from dateutil.rrule import rrulestr

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.series import ORDINALS
from pdsync.model.codec.time import DAY_NAMES
from pdsync.model.instant import load_zone, render_duration
from pdsync.model.scope import Path, Scope
from pdsync.model.shift.rule import DAY_CODES, render_rule, rule_parts

_DAY, _YEAR = timedelta(days=1), timedelta(days=366)
_LEAST_HORIZON = timedelta(days=7)
_HORIZONS = {"DAILY": timedelta(days=14), "WEEKLY": timedelta(days=45)}
_LONG_HORIZON = timedelta(days=100)
MOST = 200
"""How many windows of one series may exist at once."""
_SOME_DAY = date(2026, 1, 1)
_SAMPLE = 60
"""How many occurrences are looked at to judge a series."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a series."""

    start: datetime
    """In UTC, as the rule says it."""
    end: datetime

    @property
    def stamp(self) -> str:
        """The part of a key that tells it from the others of its series."""
        return f"{self.start:%Y%m%dT%H%MZ}"


@dataclass(frozen=True, slots=True)
class Series:
    """A series, read from its canonical value."""

    said: Mapping[str, Canonical]

    @property
    def rule(self) -> dict[str, str]:
        """The parts of its RRULE."""
        if "rrule" in self.said:
            return rule_parts(self.said["rrule"])
        parts = rule_parts(str(self.said["every"]))
        days = self.said.get("on", ())
        names = [_code_of(day) for day in days if isinstance(day, str)]
        numbers = [str(day) for day in days if not isinstance(day, str)]
        parts |= {"BYDAY": ",".join(names)} if names else {}
        return parts | ({"BYMONTHDAY": ",".join(numbers)} if numbers else {})

    @property
    def length(self) -> timedelta:
        """How long each occurrence is."""
        return timedelta(seconds=self.said["for"])

    @property
    def horizon(self) -> timedelta:
        """How far ahead occurrences exist."""
        if "horizon" in self.said:
            return timedelta(seconds=self.said["horizon"])
        return _HORIZONS.get(self.rule["FREQ"], _LONG_HORIZON)

    def at(self, now: datetime) -> list[Occurrence]:
        """What exists at a moment: what has begun and not ended, and what begins within the horizon."""
        return [it for it in self.between(now - self.length, now + self.horizon) if it.end > now]

    def between(self, since: datetime, until: datetime) -> Iterator[Occurrence]:
        """The occurrences that begin after one instant, up to another one."""
        for wall in self._walls((since - _DAY).date(), (until + _DAY).date()):
            start = wall.replace(tzinfo=load_zone(str.__str__(self.said["time_zone"]))).astimezone(UTC)
            if since < start <= until:
                yield Occurrence(start, start + self.length)

    def _walls(self, since: date, until: date) -> Iterator[datetime]:
        """When it begins on the wall of its zone, in order. A rule that meets no day gives nothing: the search has an end."""
        begins = time.fromisoformat(self.said["at"])
        first = date.fromisoformat(self.said["starts"]) if "starts" in self.said else since
        last = min(until, date.fromisoformat(self.said["until"])) if "until" in self.said else until
        if last < first:
            return
        text = f"{render_rule(self.rule)};UNTIL={datetime.combine(last, begins):%Y%m%dT%H%M%S}"
        for wall in rrulestr(text, dtstart=datetime.combine(first, begins)):
            if wall.date() >= since and wall.date().isoformat() not in self.said.get("except", ()):
                yield wall


def _code_of(day: str) -> str:
    """A day as an RRULE has it: ``SU``, or ``2TU`` for the second Tuesday."""
    *which, name = day.split()
    number = str(ORDINALS[which[0]]) if which else ""
    return number + DAY_CODES[DAY_NAMES.index(name)]


def judge_series(said: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Reports what shows only in the occurrences: that there are none, that they overlap, and a horizon that is too short."""
    series = Series(said)
    first = datetime.combine(date.fromisoformat(said.get("starts") or said.get("until") or str(_SOME_DAY)), time(), UTC)
    first = first if "starts" in said or "until" not in said else first - 4 * _YEAR
    found = [it for it, _ in zip(series.between(first - 2 * _DAY, first + 8 * _YEAR), range(_SAMPLE), strict=False)]
    if not found:
        scope.problem(path, "no day of the calendar is one of its days", "Correct the days, the dates, or the rule.")
        return
    gaps = [later.start - earlier.start for earlier, later in pairwise(found)]
    if gaps and min(gaps) < series.length:
        scope.warn((*path, "for"), "one begins before the one before has ended", "Write a shorter time.")
    if gaps and series.horizon // min(gaps) > MOST:
        scope.problem((*path, "horizon"), f"more than {MOST} windows would exist at once", "Write a shorter horizon.")
    _judge_horizon(series, max(gaps, default=timedelta()), scope, path)


def _judge_horizon(series: Series, gap: timedelta, scope: Scope, path: Path) -> None:
    """A run of apply that comes later than the horizon leaves an occurrence without its window."""
    place = (*path, "horizon") if "horizon" in series.said else path
    said = render_duration(int(series.horizon.total_seconds()))
    if series.horizon < _LEAST_HORIZON:
        scope.warn(place, f"a window is missing where no apply runs for {said}", "Write 7d or more.")
    elif series.horizon < 2 * gap:
        least = render_duration(-(-2 * gap // _DAY) * 86_400)
        scope.warn(place, f"a horizon of {said} may hold fewer than 2 windows", f"Write {least} or more.")
