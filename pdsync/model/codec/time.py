"""Codecs of time: durations, zones, times of day, days of the week and moments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pdsync.model.codec.plain import Canonical, CheckedCodec, Codec, Integer, plain_number
from pdsync.model.codec.structure import SetOf
from pdsync.model.instant import (
    DURATION_PATTERN,
    TIME_OF_DAY_PATTERN,
    parse_duration,
    parse_instant,
    parse_time_of_day,
    render_duration,
    render_instant,
    wall_clock_doubt,
)
from pdsync.model.pattern import whole
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.zone import ZoneName, zone_names

_DATE_HINT = "Write it like 2026-01-05T09:00 (local) or with an offset."


@dataclass(frozen=True, slots=True)
class Duration(CheckedCodec, Integer):
    """A length of time: the API's number, or text such as ``4h``; `unit_s` is 60 where the API counts minutes."""

    unit_s: int = 1
    zero_is_null: bool = False
    """True where the server treats 0 as disabled and answers null (service timeouts, API description)."""
    besides: tuple[int, ...] = ()
    """Numbers outside the bounds that are also allowed, such as 0 for "as PagerDuty recommends"."""
    choices: tuple[int, ...] = ()
    """The only numbers that are allowed; empty where bounds say which."""

    def schema(self) -> dict[str, Any]:
        besides = [{"enum": list(self.besides)}] if self.besides else []
        numbers = {"enum": list(self.choices)} if self.choices else Integer.schema(self)
        text = {
            "type": "string",
            "maxLength": 30,
            **whole(DURATION_PATTERN),
            "x-expected": "a duration",
            "errorMessage": "Write it like 30m, 4h, 1h30m, 7d or 2w.",
        }
        unit = "seconds" if self.unit_s == 1 else "minutes"
        expected = f"a duration such as 4h, or a number of {unit}"
        return {"anyOf": [numbers, *besides, text], "x-expected": expected}

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        seconds = parse_duration(value) if isinstance(value, str) else None
        number = plain_number(value) if seconds is None else seconds // self.unit_s
        return None if self.zero_is_null and not number else number

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """The bounds of a text, in the units of a text: a schema compares numbers only."""
        seconds = parse_duration(value) if isinstance(value, str) else None
        if seconds is None:
            return
        number, rest = divmod(seconds, self.unit_s)
        if rest:
            scope.problem(path, f"{value!r} is not a whole number of minutes", "PagerDuty counts this in minutes.")
        elif self.choices and number not in self.choices:
            scope.problem(path, f"{value} is not one of: {self._written(self.choices)}")
        elif number in self.besides:
            return
        elif self.minimum is not None and number < self.minimum:
            scope.problem(path, f"{value} is below the minimum of {self._written((self.minimum,))}", self._hint())
        elif self.maximum is not None and number > self.maximum:
            scope.problem(path, f"{value} is above the maximum of {self._written((self.maximum,))}", self._hint())

    def _written(self, numbers: Iterable[int]) -> str:
        return ", ".join(render_duration(number * self.unit_s) if number else "0" for number in numbers)

    def _hint(self) -> str:
        return f"Also allowed: {self._written(self.besides)}." if self.besides else ""


@dataclass(frozen=True, slots=True)
class Zone(CheckedCodec):
    """An IANA time zone name."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": 1,
            "x-expected": "a time zone such as Europe/Berlin",
            "examples": ["Europe/Berlin", "America/New_York", "Etc/UTC"],
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return ZoneName(value) if isinstance(value, str) else value

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return str.__str__(value) if isinstance(value, str) else value

    def to_manifest(self, value: Canonical) -> Any:
        return str.__str__(value) if isinstance(value, str) else value

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """Whether the zone exists. The list changes with the years, so no schema holds it."""
        if value not in zone_names():
            from pdsync.model.zone_hint import suggest_zone

            scope.problem(path, f"unknown time zone {value!r}", suggest_zone(value))
            return
        if value.startswith("US/"):
            scope.problem(path, f"PagerDuty refuses the old zone alias {value!r}", "Write it like America/Denver.")


@dataclass(frozen=True, slots=True)
class OwnZone(Zone):
    """The zone of a part, which a manifest leaves out where it is that of the whole."""


@dataclass(frozen=True, slots=True)
class TimeOfDay(Codec):
    """A local time of day; ``09:00`` and ``09:00:00`` are the same."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            **whole(TIME_OF_DAY_PATTERN),
            "x-expected": "a time of day",
            "errorMessage": 'Write it like "08:00" or "23:59:59".',
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        text = str(value or "")
        return parse_time_of_day(text) or parse_time_of_day(text[11:19]) or text


DAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _any_case(text: str) -> str:
    return "".join(f"[{char.upper()}{char}]" for char in text)


DAY_PATTERN: Final = "(?:" + "|".join(f"{_any_case(it[:3])}(?:{_any_case(it[3:])})?" for it in _LONG_NAMES) + ")"
"""A day of the week, short or long: ``mon``, ``Sunday``."""
_DAYS_HINT = "Write them like mon-fri, or [mon, wed]."
_DAY_TEXT = {
    "type": "string",
    **whole(f"{DAY_PATTERN}(?:-{DAY_PATTERN})?"),
    "x-expected": "a day or a range of days",
    "errorMessage": _DAYS_HINT,
}


def read_days(text: str) -> list[int]:
    """The numbers of a day or of a range of days: 1 is Monday. A range may go past the end of the week."""
    first, _, last = text.lower().partition("-")
    start = DAY_NAMES.index(first[:3])
    length = (DAY_NAMES.index((last or first)[:3]) - start) % 7 + 1
    return [(start + step) % 7 + 1 for step in range(length)]


@dataclass(frozen=True, slots=True)
class Days(SetOf):
    """A set of days: ``mon-fri``, ``[mon, wed]``, or numbers."""

    def schema(self) -> dict[str, Any]:
        numbers = SetOf.schema(self)
        several = {**numbers, "items": {"anyOf": [numbers["items"], _DAY_TEXT], "x-expected": "a day such as mon"}}
        return {"anyOf": [several, _DAY_TEXT], "x-expected": "days such as mon-fri", "errorMessage": _DAYS_HINT}

    def read_items(self, value: Any, scope: Scope, path: Path) -> dict[int, Canonical]:
        """The numbers in order. Reports a day that is named twice at the item that repeats it."""
        written = [value] if isinstance(value, str) else value
        found: set[int] = set()
        for index, item in enumerate(written):
            if (*path, index) in scope.unreadable or item in written[:index]:  # the schema finds equal items
                continue
            days = set(read_days(item) if isinstance(item, str) else [self.item.canonical(item, scope)])
            for day in sorted(days & found):
                scope.problem((*path, index), f"{DAY_NAMES[day - 1]} is listed twice", "Name each day once.")
            found |= days
        return dict(enumerate(sorted(found)))

    def is_short(self, value: Any) -> bool:
        return isinstance(value, str) or (isinstance(value, list) and any(isinstance(item, str) for item in value))


DAYS: Final = Days(Integer(1, 7), min_items=1, max_items=7, noun="day")


_YEARS = range(1970, 2201)
"""The years of accepted moments; any other year is a mistake."""


@dataclass(frozen=True, slots=True)
class Instant(CheckedCodec):
    """A moment, compared as UTC. Without an offset it is wall-clock time in the schedule's zone."""

    whole_minute: bool = False
    """True where PagerDuty refuses seconds."""
    rather_whole_minute: bool = False
    """True where PagerDuty may refuse seconds."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": 7,
            "x-expected": "a date and time",
            "errorMessage": _DATE_HINT,
            "examples": ["2026-01-05T09:00", "2026-01-05T09:00:00+01:00"],
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        moment = parse_instant(value, scope.zone or "Etc/UTC") if isinstance(value, str) else None
        return render_instant(moment) if moment else None

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """Whether it is a date of the calendar."""
        moment = parse_instant(value, scope.zone or "Etc/UTC")
        if moment is None:
            scope.problem(path, f"{value!r} is not a date and time", _DATE_HINT)
            return
        if moment.year not in _YEARS:
            hint = "Correct the year, or leave out the end if there is none."
            scope.problem(path, f"the year {moment.year} is not between {_YEARS.start} and {_YEARS.stop - 1}", hint)
        if doubt := wall_clock_doubt(value, scope.zone):
            scope.warn(path, doubt, "Write the offset from UTC, such as 2026-01-05T09:00+01:00.")
        if moment.second or moment.microsecond:
            if self.whole_minute:
                scope.problem(path, "must be on a whole minute", "PagerDuty refuses seconds here.")
            elif self.rather_whole_minute:
                scope.warn(path, "is not on a whole minute", "PagerDuty may refuse seconds here.")
