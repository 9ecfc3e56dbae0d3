"""How a manifest writes a series of times: ``every: week``, ``on: [sun]``, ``at: "02:00"``, ``for: 2h``. PagerDuty knows no such thing.

Times are those on the wall of the zone, so they stay the same for people when the clocks change; the length is time that passes.
`pdsync.model.series` gives the occurrences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pdsync.model.codec.plain import Canonical, Codec, Text
from pdsync.model.codec.shift_form import Day, Every
from pdsync.model.codec.structure import Object, SetOf, optional, required
from pdsync.model.codec.time import DAY_NAMES, DAY_PATTERN, Duration, TimeOfDay, Zone, read_days
from pdsync.model.instant import render_duration
from pdsync.model.pattern import whole
from pdsync.model.scope import Path, Scope
from pdsync.model.shift.rule import rule_parts

ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_OF_MONTH = re.compile(f"({'|'.join(ORDINALS)}) ({DAY_PATTERN})")
_UNIT_WORDS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}
_HOUR_S, _DAY_S = 3600, 86_400
_HINT = "Write it like [sun], mon-fri, [second tue] or [1, 15]."


@dataclass(frozen=True, slots=True)
class OnDays(Codec):
    """Days of a week (``mon-fri``, ``[sat, sun]``) or of a month (``[1, 15]``, ``[second tue]``)."""

    def schema(self) -> dict[str, Any]:
        text = {
            "type": "string",
            **whole(f"(?:(?:{'|'.join(ORDINALS)}) )?{DAY_PATTERN}|{DAY_PATTERN}-{DAY_PATTERN}"),
            "x-expected": "a day such as sun",
            "errorMessage": _HINT,
        }
        item = {"anyOf": [text, {"type": "integer", "minimum": 1, "maximum": 31}], "x-expected": "a day such as sun"}
        listed = {"type": "array", "items": item, "minItems": 1}
        return {"anyOf": [text, listed], "x-expected": "days such as [sun]", "errorMessage": _HINT}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, list):
            value = [item for at, item in enumerate(value) if (*path, at) not in scope.unreadable]
        return self.canonical(value, scope)

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        found: list[str | int] = []
        for item in value if isinstance(value, list) else [value]:
            of_month = _OF_MONTH.fullmatch(item) if isinstance(item, str) else None
            if of_month is not None:
                found.append(f"{of_month[1]} {of_month[2][:3].lower()}")
            else:
                found += [DAY_NAMES[day - 1] for day in read_days(item)] if isinstance(item, str) else [item]
        return [day for at, day in enumerate(found) if day not in found[:at]]


SERIES: Final = Object.of(
    every=optional(Every(), "How often windows begin: day, week or month, or several of these: 2 weeks."),
    on=optional(
        OnDays(),
        "With weeks: the days, such as [sun]. With months: [second tue], [last fri] or days of the month: [1, 15].",
    ),
    at=required(TimeOfDay(), "The time of day when a window begins, in time_zone."),
    **{"for": required(Duration(minimum=60, maximum=30 * _DAY_S), "How long a window is, such as 2h.")},
    time_zone=required(
        Zone(), "The IANA time zone of the times. The time of day stays the same when the clocks change."
    ),
    starts=optional(
        Day(), "The day from which the rule counts. Needed with 2 weeks and the like, to know which week is the first."
    ),
    until=optional(Day(), "The last day on which a window may begin. Default: no end."),
    horizon=optional(
        Duration(minimum=_DAY_S, maximum=366 * _DAY_S),
        "How far ahead windows exist; each apply creates the next ones. Default: 14d with days, 45d with weeks, else 100d.",
    ),
    rrule=optional(
        Text(min_length=1, max_length=500),
        "Instead of every and on: an RRULE of RFC 5545, such as FREQ=YEARLY;BYMONTH=3,9;BYDAY=1SU.",
    ),
    **{"except": optional(SetOf(Day(), noun="date"), "Days on which no window begins.")},
)


def describe_series(said: Mapping[str, Any]) -> str:
    """A canonical series in words: ``every week on sun at 02:00 for 2h, Europe/Berlin``."""
    if "rrule" in said:
        often = str(said["rrule"])
    else:
        rule = rule_parts(str(said["every"]))
        unit, count = _UNIT_WORDS[rule["FREQ"]], rule.get("INTERVAL", "")
        often = f"every {count} {unit}s" if count else f"every {unit}"
        often += f" on {', '.join(map(str, said['on']))}" if "on" in said else ""
    until = f" until {said['until']}" if "until" in said else ""
    return f"{often} at {said['at'][:5]} for {render_duration(said['for'])}{until}, {said['time_zone']}"


def check_series(said: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """What no schema can say about a series, as it is written."""
    if "every" in said and "rrule" in said:
        scope.problem((*path, "rrule"), "every and rrule do not go together", "Remove one of them.", on_key=True)
    elif "rrule" in said:
        _check_rule(said, scope, path)
    elif "every" in said:
        _check_words(said, scope, path)
    else:
        scope.problem(path, "it does not say how often", "Write every: week and on: [sun], or an rrule.")
    at = str(said.get("at", ""))
    if at.count(":") > 1 and not at.endswith(":00"):
        scope.problem((*path, "at"), "must be on a whole minute", "Write it like 02:00.")
    starts, until = said.get("starts"), said.get("until")
    if starts is not None and until is not None and until < starts:
        scope.problem((*path, "until"), "it ends before it starts", "Correct the dates.")
    if not scope.is_faulty(path):
        from pdsync.model.series import judge_series  # python-dateutil is imported only where there is a series

        judge_series(SERIES.desired(said, Scope(), ()), scope, path)


def _check_words(said: Mapping[str, Any], scope: Scope, path: Path) -> None:
    rule = rule_parts(str(Every().canonical(said["every"], scope)))
    unit, days = rule["FREQ"], OnDays().canonical(said["on"], scope) if "on" in said else []
    of_week = [day for day in days if day in DAY_NAMES]
    place = (*path, "on")
    if unit == "HOURLY":
        scope.problem((*path, "every"), "windows cannot recur by the hour", "Write day, week or month.")
    elif unit == "DAILY" and days:
        scope.problem(place, "'on' has no meaning with days", "Remove it, or write every: week.", on_key=True)
    elif unit == "WEEKLY" and len(of_week) < len(days):
        scope.problem(
            place, "with weeks, only days such as mon have a meaning", "Write it like [sun], or write every: month."
        )
    elif unit == "MONTHLY" and of_week:
        scope.problem(place, "it does not say which one of the month", f"Write it like [first {of_week[0]}].")
    elif unit == "MONTHLY" and len({type(day) for day in days}) > 1:
        scope.problem(
            place, "days of the month do not go together with days such as 'second tue'", "Write a manifest for each."
        )
    elif unit in ("WEEKLY", "MONTHLY") and not days and "starts" not in said:
        hint = "Write on: [sun]." if unit == "WEEKLY" else "Write on: [second tue], or on: [1]."
        scope.problem(path, "it does not say on which day", hint)
    if "INTERVAL" in rule and "starts" not in said:
        hint = "Write starts with the day of the first one."
        scope.problem((*path, "every"), f"{said['every']!r} does not say in which one it begins", hint)


def _check_rule(said: Mapping[str, Any], scope: Scope, path: Path) -> None:
    from pdsync.model.shift.rule_check import find_rule_flaw

    place = (*path, "rrule")
    parts = rule_parts(said["rrule"])
    flaw = find_rule_flaw([said["rrule"]], is_dated="starts" in said)
    if "on" in said:
        scope.problem((*path, "on"), "'on' does not go together with rrule", "Write BYDAY in rrule.", on_key=True)
    if flaw is not None:
        scope.problem(place, *flaw)
    elif parts["FREQ"] == "HOURLY":
        scope.problem(place, "windows cannot recur by the hour", "Write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")
    elif any(name in parts for name in ("BYHOUR", "BYMINUTE", "BYSECOND")):
        scope.problem(place, "the time of day has a place of its own", "Remove it here, and write at.")
    elif "UNTIL" in parts:
        scope.problem(place, "the end has a place of its own", "Remove UNTIL, and write until.")
    elif "INTERVAL" in parts and "starts" not in said:
        scope.problem(place, "it does not say from when INTERVAL counts", "Write starts with the day of the first one.")
