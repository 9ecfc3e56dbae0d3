"""Recurrence rules of shifts (RFC 5545) as text: one normal form, and what PagerDuty's editor can open. Expands nothing.

The normal form of a recurrence is a list: first the RRULE with FREQ, INTERVAL and then the other parts by name, in upper case and
without parts that say the default; then each EXDATE and each RDATE alone, as an instant in UTC, sorted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from pdsync.model.instant import is_zone, load_zone

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""Days of the week in their order: Monday is first."""
_DEFAULTS = {"INTERVAL": "1", "WKST": "MO"}
_FIRST = ("FREQ", "INTERVAL")
_UNIT_S = {"HOURLY": 3600, "DAILY": 86400, "WEEKLY": 7 * 86400}
_EDITOR_FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY")
_PICKS_DAYS = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
_LIST = re.compile(r"[+-]?[0-9]+(?:,[+-]?[0-9]+)*")


def normal_recurrence(lines: Iterable[str], start: datetime, zone: str, *, is_dated: bool = True) -> list[str]:
    """The normal form of recurrence lines. `start` is the first shift on the wall clock of `zone`; a date in it counts only where
    the first shift `is_dated`."""
    rules, excluded, added = [], set[str](), set[str]()
    for line in lines:
        name, parameters, value = _split(line)
        if name in ("EXDATE", "RDATE"):
            into = excluded if name == "EXDATE" else added
            into.update(f"{name}:{_utc_text(each, parameters, start, zone)}" for each in value.split(",") if each)
        else:
            rules.append(render_rule(with_day(rule_parts(value), start.date() if is_dated else None)))
    return [*rules[:1], *sorted(excluded), *sorted(added)]


def rule_parts(text: str) -> dict[str, str]:
    """The parts of an RRULE by name, in upper case, without those that say the default."""
    text = text.strip().upper().removeprefix("RRULE:").strip("; ")
    pairs = (each.partition("=") for each in text.split(";"))
    parts = {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
    return {name: _ordered(name, value) for name, value in parts.items() if _DEFAULTS.get(name) != value}


def with_day(parts: Mapping[str, str], first: date | None) -> dict[str, str]:
    """The parts of a rule, with the day that a weekly rule without days means: that of its first shift."""
    if first is not None and parts.get("FREQ") == "WEEKLY" and not any(name in parts for name in _PICKS_DAYS):
        return {**parts, "BYDAY": DAY_CODES[first.weekday()]}
    return dict(parts)


def render_rule(parts: Mapping[str, str]) -> str:
    """An RRULE in normal form."""
    names = [*(name for name in _FIRST if name in parts), *sorted(name for name in parts if name not in _FIRST)]
    return "RRULE:" + ";".join(f"{name}={parts[name]}" for name in names)


def days_of(parts: Mapping[str, str]) -> tuple[str, ...]:
    """The days that a rule names, such as ``MO`` or ``1MO``."""
    return tuple(each for each in parts.get("BYDAY", "").split(",") if each)


def find_day_flaw(parts: Mapping[str, str]) -> str | None:
    """Why the days of a rule cannot be computed: python-dateutil leaves shifts out there, without an error."""
    numbered = [day for day in days_of(parts) if day not in DAY_CODES]
    if numbered and parts.get("FREQ") not in ("MONTHLY", "YEARLY"):
        return f"BYDAY has the number of a week in {numbered[0]}, which only MONTHLY and YEARLY can have"
    if numbered and len(numbered) < len(days_of(parts)):
        return f"BYDAY mixes days with a number, such as {numbered[0]}, and days without one"
    return None


def editor_doubts(recurrence: Sequence[str], shifts_per_member: int, *, rotates: bool) -> list[str]:
    """Why PagerDuty's web editor cannot open an event with this recurrence (PagerDuty API description, Event)."""
    parts = rule_parts(recurrence[0]) if recurrence else {}
    days, frequency = days_of(parts), parts.get("FREQ", "")
    found = []
    if frequency not in _EDITOR_FREQUENCIES:
        found.append(f"it opens only FREQ={', '.join(_EDITOR_FREQUENCIES)}")
    if any(day not in DAY_CODES for day in days):
        found.append("it opens only days of two letters in BYDAY, such as MO")
    if rotates and frequency == "WEEKLY" and days and shifts_per_member % len(days):
        found.append(f"shifts_per_member must be a multiple of {len(days)}, the number of days each week")
    return found


def period_s(parts: Mapping[str, str]) -> int | None:
    """How far apart the shifts of a rule begin, on the wall clock; None where that is not the same each time."""
    unit_s, days = _UNIT_S.get(parts.get("FREQ", "")), days_of(parts)
    if unit_s is None or len(days) > 1 or not set(parts) <= {"FREQ", "INTERVAL", "BYDAY"}:
        return None
    return unit_s * int(parts.get("INTERVAL", "1"))


def first_day(parts: Mapping[str, str], day: date) -> date:
    """The first day from `day` on that a weekly rule names; `day` itself where the rule names no days of the week."""
    days = days_of(parts)
    if parts.get("FREQ") != "WEEKLY" or not days or any(code not in DAY_CODES for code in days):
        return day
    return next(it for it in (day + timedelta(days=step) for step in range(7)) if DAY_CODES[it.weekday()] in days)


def exclusion_of(wall: datetime, zone: str) -> str:
    """The EXDATE of the shift that begins at a moment on the wall clock."""
    return f"EXDATE:{_compact(wall, zone)}"


def excluded_at(line: str) -> datetime:
    """The instant that an EXDATE or RDATE in normal form names."""
    return datetime.strptime(line.partition(":")[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _split(line: str) -> tuple[str, dict[str, str], str]:
    head, colon, value = line.strip().partition(":")
    if not colon:
        return "RRULE", {}, line
    name, *parameters = head.split(";")
    pairs = (each.partition("=") for each in parameters)
    return name.strip().upper(), {key.strip().upper(): said.strip() for key, _, said in pairs}, value


def _ordered(name: str, value: str) -> str:
    items = value.split(",")
    if name == "BYDAY":
        known = [it for it in items if it[-2:] in DAY_CODES]
        return ",".join(sorted(dict.fromkeys(known), key=lambda it: (DAY_CODES.index(it[-2:]), it))) or value
    if _LIST.fullmatch(value):
        return ",".join(str(number) for number in sorted({int(it) for it in items}))
    return value


def _utc_text(value: str, parameters: Mapping[str, str], start: datetime, zone: str) -> str:
    """A date or time of an EXDATE as an instant; as it is written where it is none."""
    named = parameters.get("TZID", zone)
    text = value.strip().upper()
    try:
        if text.endswith("Z"):
            return _compact(datetime.strptime(text, "%Y%m%dT%H%M%SZ"), "Etc/UTC")
        if "T" not in text:
            return _compact(datetime.combine(datetime.strptime(text, "%Y%m%d").date(), start.time()), zone)
        return _compact(datetime.strptime(text, "%Y%m%dT%H%M%S"), named if is_zone(named) else zone)
    except ValueError:
        return text


def _compact(wall: datetime, zone: str) -> str:
    return wall.replace(tzinfo=load_zone(zone)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
