"""When an event of a shift-based schedule occurs: RRULE, EXDATE and RDATE (RFC 5545) on the wall of its zone, with numbers.

An occurrence has the time of its start on the wall, without a zone, and the number of those before it, which decides whose turn it is. A rule
that began years ago is not walked from there: where it repeats exactly after some time (so many hours, days or weeks), whole repetitions
are skipped and their occurrences counted by multiplication. Others, such as monthly ones, have so few occurrences that each is counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import takewhile
from math import lcm
from typing import TypeAlias

from pdsync.model.instant import load_zone
from pdsync.model.shift.rule import DAY_CODES, find_day_flaw

Occurrence: TypeAlias = tuple[int, datetime]
"""Its number, from 0, and its start on the wall."""

_DAY_S, _WEEK_S = 86_400, 604_800
_UNIT_S: Mapping[str, int] = {"MINUTELY": 60, "HOURLY": 3600, "DAILY": _DAY_S, "WEEKLY": _WEEK_S}
"""The frequencies whose rules repeat exactly."""
_FREQUENCIES = (*_UNIT_S, "MONTHLY", "YEARLY")
_OF_THE_DAY = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
_PERIODIC = frozenset({"FREQ", "INTERVAL", "WKST", "BYDAY"}) | _OF_THE_DAY
"""The parts of a rule that leave its repetition exact."""
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SECOND = timedelta(seconds=1)
_EVER = datetime(9000, 1, 1)


@dataclass(frozen=True)
class Recurrence:
    """All occurrences of an event, from its first shift on."""

    zone: str
    first: datetime
    """The start of the first shift on the wall: where the rule begins to count, also where the rule itself does not give it."""
    rule: Mapping[str, str]
    """The parts of the RRULE, such as ``FREQ``."""
    exdates: frozenset[datetime] = frozenset()
    exdays: frozenset[datetime] = frozenset()
    """Midnights of the days that are excluded whole."""
    rdates: tuple[datetime, ...] = field(default=())

    def between(self, since: datetime, until: datetime) -> Iterator[Occurrence]:
        """The occurrences that start from one wall-clock time up to, and without, another one, in order."""
        extras = self._extras
        at = bisect_left(extras, since)
        for number, wall in self._by_rule(since, until):
            while at < len(extras) and extras[at] < wall:
                yield self._number_of_extra(at), extras[at]
                at += 1
            if not self._is_excluded(wall):
                yield number - bisect_left(self._removed, wall) + at, wall
        while at < len(extras) and extras[at] < until:
            yield self._number_of_extra(at), extras[at]
            at += 1

    @property
    def meets_its_days(self) -> bool:
        """False where BYDAY names only days that the steps of the rule never come to, such as every seventh day from a Monday and TU:
        to look for the next occurrence would take for ever."""
        names = {name[-2:] for name in self.rule.get("BYDAY", "").split(",") if name}
        if not names or not self._cycle or self.rule["FREQ"] == "WEEKLY":
            return True
        step = timedelta(seconds=_UNIT_S[self.rule["FREQ"]] * int(self.rule.get("INTERVAL", "1")))
        days = {(self.first + step * number).weekday() for number in range(self._cycle // step)}
        return any(DAY_CODES[day] in names for day in days)

    def _is_excluded(self, wall: datetime) -> bool:
        return wall in self.exdates or wall.replace(hour=0, minute=0, second=0) in self.exdays

    @cached_property
    def _removed(self) -> tuple[datetime, ...]:
        """What the rule gives and EXDATE takes out."""
        day = timedelta(days=1)
        spans = [(wall, wall + _SECOND) for wall in self.exdates] + [(wall, wall + day) for wall in self.exdays]
        return tuple(sorted({wall for span in spans for _, wall in self._by_rule(*span)}))

    @cached_property
    def _extras(self) -> tuple[datetime, ...]:
        """What RDATE adds to the rule."""
        found = {wall for wall in self.rdates if not self._is_excluded(wall)}
        return tuple(sorted(wall for wall in found if not any(self._by_rule(wall, wall + _SECOND))))

    def _number_of_extra(self, at: int) -> int:
        wall = self._extras[at]
        return self._count_before(wall) - bisect_left(self._removed, wall) + at

    def _count_before(self, wall: datetime) -> int:
        """How many the rule gives before a time."""
        skipped, start = self._skip_to(wall)
        numbers = [number for number, _ in self._walk(skipped, start, wall)]
        if numbers:
            return numbers[-1] + 1
        # None since the skip: the rule has ended before it, or it has just begun.
        return skipped if not self._has_ended(skipped, start) else self._total

    @cached_property
    def _total(self) -> int:
        """How many there are of a rule that ends."""
        if "COUNT" in self.rule:
            return int(self.rule["COUNT"])
        end = self._until_wall + timedelta(days=2)
        skipped, start = self._skip_to(end - timedelta(days=4) - self._cycle if self._cycle else self.first)
        return max((number + 1 for number, _ in self._walk(skipped, start, end)), default=skipped)

    def _by_rule(self, since: datetime, until: datetime) -> Iterator[Occurrence]:
        """What the RRULE alone gives, with its numbers."""
        skipped, start = self._skip_to(since)
        return ((number, wall) for number, wall in self._walk(skipped, start, until) if wall >= since)

    def _walk(self, skipped: int, start: datetime, until: datetime) -> Iterator[Occurrence]:
        """From a start before which so many were skipped."""
        walls = takewhile(lambda wall: wall < until, self._iterate(start, until))
        return takewhile(lambda each: not self._has_ended(*each), enumerate(walls, skipped))

    def _has_ended(self, number: int, wall: datetime) -> bool:
        """Whether COUNT or UNTIL ends the rule before an occurrence."""
        if number >= int(self.rule.get("COUNT", number + 1)):
            return True
        return wall > self._until_wall

    @cached_property
    def _until_wall(self) -> datetime:
        # A date without a time is its midnight, which promises no shift that may not come.
        return _to_wall(self.rule["UNTIL"], self.zone) if "UNTIL" in self.rule else _EVER

    def _iterate(self, start: datetime, until: datetime) -> Iterator[datetime]:
        """What the rule gives from a start on, as if it began there. May go on after `until`."""
        from dateutil.rrule import rrulestr

        if not self._cycle:
            return iter(self._walked)
        return iter(rrulestr(f"{self._text};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=start))

    @cached_property
    def _walked(self) -> Iterable[datetime]:
        """The occurrences of a rule that cannot be skipped through; those that were computed are kept."""
        from dateutil.rrule import rrulestr

        return rrulestr(self._text, dtstart=self.first, cache=True)

    @property
    def _text(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self.rule.items() if name not in ("COUNT", "UNTIL"))

    def _skip_to(self, wall: datetime) -> tuple[int, datetime]:
        """A start of a repetition before a time, and how many occurrences were before it."""
        if not self._cycle or wall <= self.first:
            return 0, self.first
        times = (wall - self.first) // self._cycle
        return (times * self._in_cycle, self.first + times * self._cycle) if times else (0, self.first)

    @cached_property
    def _in_cycle(self) -> int:
        """How many occurrences a repetition has."""
        end = self.first + self._cycle
        return sum(1 for _ in takewhile(lambda wall: wall < end, self._iterate(self.first, end)))

    @cached_property
    def _cycle(self) -> timedelta:
        """After what time the rule repeats exactly; zero where it does not."""
        unit = _UNIT_S.get(self.rule["FREQ"])
        names = self.rule.keys() - {"COUNT", "UNTIL"}
        if unit is None or not names <= _PERIODIC:
            return timedelta()
        cycle = unit * int(self.rule.get("INTERVAL", "1"))
        if "BYDAY" in names:
            cycle = lcm(cycle, _WEEK_S)
        elif names & _OF_THE_DAY:
            cycle = lcm(cycle, _DAY_S)
        return timedelta(seconds=cycle)


@lru_cache(maxsize=4096)
def read_recurrence(first: datetime, zone: str, lines: tuple[str, ...]) -> Recurrence:
    """The recurrence that lines of text describe, one RRULE among them. Raises ValueError where they cannot be read."""
    rule: Mapping[str, str] = {}
    exdates: set[datetime] = set()
    exdays: set[datetime] = set()
    rdates: list[datetime] = []
    for line in lines:
        head, _, value = line.strip().rpartition(":")
        name = head.partition(";")[0].upper()
        if name in ("", "RRULE"):
            rule = _read_rule(value.upper())
        elif name == "EXDATE":
            for text in value.split(","):
                (exdates if "T" in text else exdays).add(_to_wall(text, zone, _zone_in(head)))
        elif name == "RDATE":
            for text in value.split(","):
                wall = _to_wall(text, zone, _zone_in(head))
                rdates.append(wall if "T" in text else datetime.combine(wall, first.time()))
        else:
            raise ValueError(f"{line!r} is not a recurrence")
    if not rule:
        raise ValueError("a recurrence needs an RRULE")
    read = Recurrence(zone, first, rule, frozenset(exdates), frozenset(exdays), tuple(rdates))
    if not read.meets_its_days:
        raise ValueError(f"no day of the rule is ever met from {first} on")
    return read


def _read_rule(text: str) -> Mapping[str, str]:
    """The parts of an RRULE, of which dateutil takes every one."""
    from dateutil.rrule import rrulestr

    rule = dict(part.split("=", 1) for part in text.split(";") if part)
    if rule.get("FREQ") not in _FREQUENCIES or int(rule.get("INTERVAL", "1")) < 1:
        raise ValueError(f"{text!r} has no frequency that shifts can have")
    days = [abs(int(day)) for day in rule.get("BYMONTHDAY", "").split(",") if day]
    months = [int(month) for month in rule.get("BYMONTH", "").split(",") if month]
    if days and months and min(days) > max(_LONGEST_MONTH[month - 1] for month in months):
        raise ValueError(f"{text!r} never occurs")
    flaw = find_day_flaw(rule)
    if flaw is not None:
        raise ValueError(f"{text!r}: {flaw}")
    if "COUNT" in rule and "UNTIL" in rule:
        raise ValueError(f"{text!r} ends twice")
    rrulestr(text, dtstart=datetime(2026, 1, 1), ignoretz=True)
    return rule


def _zone_in(head: str) -> str:
    """The TZID in the part of a line before its colon."""
    given = (part for part in head.split(";")[1:] if part.upper().startswith("TZID="))
    return next(given, "").partition("=")[2].strip('"')


def _to_wall(text: str, zone: str, written_in: str = "") -> datetime:
    """A date or a time of a recurrence on the wall of the zone."""
    read = _read_date(text)
    source = (
        UTC if text.upper().endswith("Z") else load_zone(written_in) if written_in and "T" in text.upper() else None
    )
    return read if source is None else read.replace(tzinfo=source).astimezone(load_zone(zone)).replace(tzinfo=None)


def _read_date(text: str) -> datetime:
    text = text.strip().upper().removesuffix("Z")
    return datetime.strptime(text, "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")
