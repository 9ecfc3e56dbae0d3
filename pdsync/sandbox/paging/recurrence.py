"""Recurrence: the moments at which the shifts of an event begin, by its RRULE, EXDATE and RDATE (RFC 5545, 3.3.10 and 3.8.5).

Everything is reckoned in the wall-clock time of the event, from the start of its first shift. What cannot be rendered here
is refused; docs/sandbox.md lists it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from heapq import merge
from threading import Lock
from typing import NamedTuple

from pdsync.sandbox.store.instant import zone_info, zones

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY")
_DAY = timedelta(days=1)
_MOMENT = re.compile(r"([0-9]{8})T([0-9]{6})(Z?)")
_BY_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_LAST_YEAR = 9000  # so that a step further still has a date
_YEARS = range(1970, 2201)  # those of other moments
_MONTH_DAY = re.compile(r"[+-]?[1-9][0-9]?")


class RecurrenceProblem(Exception):  # noqa: N818 (it becomes an answer)
    """Why a recurrence is refused, as a sentence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE. ``days`` are pairs of an ordinal (0: every one) and a weekday."""

    frequency: str
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    count: int | None = None
    until: datetime | None = None
    week_start: int = 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """``excluded`` and ``added`` are in wall-clock time, as the results of :class:`Starts` are."""

    rule: Rule
    excluded: frozenset[datetime]
    added: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Counting:
    """``counts_first`` says whether the first shift is one where the rule does not give it. ``counts_excluded`` says whether
    a shift that EXDATE takes out has a number."""

    counts_first: bool = False
    counts_excluded: bool = False


def parse_recurrence(lines: Sequence[str], zone: str) -> Recurrence:
    """Raises RecurrenceProblem."""
    rules: list[Rule] = []
    moments: dict[str, list[datetime]] = {"EXDATE": [], "RDATE": []}
    for line in lines:
        name, colon, value = line.partition(":")
        name, _, parameters = name.upper().partition(";")
        if name == "RRULE" and colon and not parameters:
            rules.append(_rule(value, zone))
        elif name in moments and colon:
            moments[name] += [_moment(it, _zone_of(parameters, zone), zone) for it in value.split(",")]
        else:
            raise RecurrenceProblem("Each entry must begin with RRULE:, EXDATE: or RDATE:")
    if len(rules) != 1:
        raise RecurrenceProblem("There must be exactly one RRULE")
    return Recurrence(rules[0], frozenset(moments["EXDATE"]), tuple(sorted(moments["RDATE"])))


@dataclass(slots=True)
class Starts:
    """When shifts begin, in order. What was reckoned once is kept: a rule of hours has many starts."""

    source: Iterator[_Step]
    lock: Lock = field(default_factory=Lock)
    found: list[tuple[int, datetime]] = field(default_factory=list)
    following: _Step | None = None

    def between(self, since: datetime, until: datetime) -> list[tuple[int, datetime]]:
        """The number and the wall-clock time of each that is not before ``since`` and is before ``until``."""
        with self.lock:  # several sandboxes of a process may share it
            while self.following is None or self.following.moment < until:
                if self.following is not None and self.following.is_start:
                    self.found.append((self.following.number, self.following.moment))
                self.following = next(self.source, _END)
        low, high = (bisect_left(self.found, it, key=lambda pair: pair[1]) for it in (since, until))
        return self.found[low:high]


class _Step(NamedTuple):
    """Where the reckoning has come to. A rule can have many steps, even without end, between two starts."""

    moment: datetime
    is_start: bool
    number: int = 0


_END = _Step(datetime.max, is_start=False)


@lru_cache(maxsize=256)
def starts(recurrence: Recurrence, first: datetime, counting: Counting = Counting()) -> Starts:
    """``first`` is the wall-clock time at which the first shift begins."""
    return Starts(_numbered(recurrence, first, counting))


def _numbered(recurrence: Recurrence, first: datetime, counting: Counting) -> Iterator[_Step]:
    number, last = 0, None
    by_rule = _by_rule(recurrence.rule, first, counts_first=counting.counts_first)
    for step in merge(by_rule, (_Step(it, is_start=True) for it in recurrence.added), key=lambda it: it.moment):
        if not step.is_start:
            yield step
        elif step.moment != last:
            last, is_excluded = step.moment, step.moment in recurrence.excluded
            yield _Step(step.moment, not is_excluded, number)
            number += not is_excluded or counting.counts_excluded


def _by_rule(rule: Rule, first: datetime, *, counts_first: bool) -> Iterator[_Step]:
    """COUNT counts what EXDATE takes out, too (RFC 5545, 3.3.10)."""
    number = 0
    for moment, is_start in _CANDIDATES[rule.frequency](rule, first):
        if moment < first:
            continue
        if number == 0 and counts_first and moment != first:
            yield _Step(first, is_start=True)
            number = 1
        if (rule.until is not None and moment > rule.until) or number == rule.count:
            return
        yield _Step(moment, is_start)
        number += is_start


def _steps(rule: Rule, first: datetime, step: timedelta) -> Iterator[tuple[datetime, bool]]:
    moment = first
    while moment.year < _LAST_YEAR:
        yield moment, _fits(rule, moment.date())
        moment += step


def _hours(rule: Rule, first: datetime) -> Iterator[tuple[datetime, bool]]:
    return _steps(rule, first, timedelta(hours=rule.interval))


def _days(rule: Rule, first: datetime) -> Iterator[tuple[datetime, bool]]:
    return _steps(rule, first, rule.interval * _DAY)


def _weeks(rule: Rule, first: datetime) -> Iterator[tuple[datetime, bool]]:
    """The weeks are counted from the one of the first shift."""
    days = sorted({(day - rule.week_start) % 7 for _, day in rule.days} or {(first.weekday() - rule.week_start) % 7})
    week = first - ((first.weekday() - rule.week_start) % 7) * _DAY
    while week.year < _LAST_YEAR:
        yield from ((week + day * _DAY, True) for day in days)
        week += rule.interval * 7 * _DAY


def _months(rule: Rule, first: datetime) -> Iterator[tuple[datetime, bool]]:
    """A month without such a day has no shift."""
    number = first.year * 12 + first.month - 1
    while number // 12 < _LAST_YEAR:
        month = date(number // 12, number % 12 + 1, 1)
        length = ((month + 31 * _DAY).replace(day=1) - month).days
        for day in range(1, length + 1):
            is_start = _is_on(rule, month.replace(day=day), length, first.day)
            if is_start or day == length:
                yield datetime.combine(month.replace(day=day), first.time()), is_start
        number += rule.interval


def _is_on(rule: Rule, day: date, length: int, day_of_first: int) -> bool:
    if not rule.days and not rule.month_days:
        return day.day == day_of_first
    if rule.month_days and not {day.day, day.day - length - 1} & set(rule.month_days):
        return False
    nth, nth_last = (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
    return not rule.days or any((ordinal, day.weekday()) in rule.days for ordinal in (0, nth, nth_last))


def _fits(rule: Rule, day: date) -> bool:
    if rule.days and (0, day.weekday()) not in rule.days:
        return False
    if not rule.month_days:
        return True
    length = ((day.replace(day=1) + 31 * _DAY).replace(day=1) - day.replace(day=1)).days
    return bool({day.day, day.day - length - 1} & set(rule.month_days))


_CANDIDATES: Mapping[str, Callable[[Rule, datetime], Iterator[tuple[datetime, bool]]]] = {
    "HOURLY": _hours,
    "DAILY": _days,
    "WEEKLY": _weeks,
    "MONTHLY": _months,
}


def _rule(text: str, zone: str) -> Rule:
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise RecurrenceProblem("RRULE must be a list of different NAME=VALUE")
        parts[name] = value
    unknown = sorted({*parts} - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"})
    if unknown:
        raise RecurrenceProblem(f"RRULE cannot have {unknown[0]}")
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise RecurrenceProblem(f"FREQ must be one of: {', '.join(_FREQUENCIES)}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RecurrenceProblem("RRULE must not have both COUNT and UNTIL")
    week_start = parts.get("WKST", "MO")
    if week_start not in WEEKDAYS:
        raise RecurrenceProblem("WKST must be a day of the week")
    rule = Rule(
        frequency,
        _number(parts.get("INTERVAL", "1"), "INTERVAL"),
        tuple(_by_day(it) for it in parts["BYDAY"].split(",")) if "BYDAY" in parts else (),
        tuple(_month_day(it) for it in parts["BYMONTHDAY"].split(",")) if "BYMONTHDAY" in parts else (),
        _number(parts["COUNT"], "COUNT") if "COUNT" in parts else None,
        _until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        WEEKDAYS.index(week_start),
    )
    numbered = [ordinal != 0 for ordinal, _ in rule.days]
    if any(numbered) and (frequency != "MONTHLY" or rule.month_days or not all(numbered)):
        raise RecurrenceProblem("BYDAY can have numbers only with FREQ=MONTHLY, at each day, and without BYMONTHDAY")
    if rule.month_days and frequency == "WEEKLY":
        raise RecurrenceProblem("BYMONTHDAY cannot be used with FREQ=WEEKLY")
    return rule


def _number(text: str, name: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise RecurrenceProblem(f"{name} must be a number from 1 to 9999")
    return int(text)


def _by_day(text: str) -> tuple[int, int]:
    found = _BY_DAY.fullmatch(text)
    if found is None:
        raise RecurrenceProblem("BYDAY must be a list of MO, TU, WE, TH, FR, SA and SU")
    return int(found[1] or 0), WEEKDAYS.index(found[2])


def _month_day(text: str) -> int:
    if not _MONTH_DAY.fullmatch(text) or abs(int(text)) > 31:
        raise RecurrenceProblem("BYMONTHDAY must be a list of numbers from 1 to 31 or from -31 to -1")
    return int(text)


def _until(text: str, zone: str) -> datetime:
    return _moment(f"{text}T000000" if re.fullmatch(r"[0-9]{8}", text) else text, zone, zone)


def _zone_of(parameters: str, zone: str) -> str:
    """The zone of the moments of an EXDATE or RDATE, in which parameters have been made upper case."""
    if parameters in ("", "VALUE=DATE-TIME"):
        return zone
    name, _, value = parameters.partition("=")
    found = next((it for it in zones(aliases=True) if it.upper() == value), None)
    if name != "TZID" or found is None:
        raise RecurrenceProblem("EXDATE and RDATE can only have a TZID, which must be a time zone")
    return found


def _moment(text: str, zone: str, event_zone: str) -> datetime:
    """In the wall-clock time of the event."""
    found = _MOMENT.fullmatch(text.upper())
    try:
        if found is None or int(found[1][:4]) not in _YEARS:
            raise ValueError(text)
        local = datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")
    except ValueError:
        raise RecurrenceProblem("Times of a recurrence must be such as 20260131T080000 or 20260131T080000Z") from None
    if not found[3] and zone == event_zone:
        return local
    return (
        local.replace(tzinfo=UTC if found[3] else zone_info(zone))
        .astimezone(zone_info(event_zone))
        .replace(tzinfo=None)
    )
