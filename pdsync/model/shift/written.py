"""Canonical rotations as a manifest writes them: the inverse of `pdsync.model.codec.shift_form`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pdsync.model.codec.composed import Write
from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.shift_form import EVERY, UNASSIGNED
from pdsync.model.codec.structure import ListOf, Object
from pdsync.model.codec.time import DAY_NAMES, Instant, OwnZone
from pdsync.model.instant import load_zone, render_duration
from pdsync.model.shift.clock import dated_shift, is_open
from pdsync.model.shift.rule import DAY_CODES, days_of, excluded_at, period_s, rule_parts

_WORDS = {"HOURLY": "hour", "DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}
_DAY = timedelta(days=1)


def write_rotation(form: Object, rotation: Mapping[str, Canonical], write: Write) -> dict[str, Any]:
    """The manifest form of a rotation. `form` is the codec of its events."""
    name, events = rotation["name"], rotation["events"]
    written = [_write_event(form, event, write) for event in events]
    if len(events) == 1 and events[0]["name"] == name:
        return {"name": name, **written[0]}
    named = [
        it if event["name"] == name else {"name": event["name"], **it}
        for event, it in zip(events, written, strict=True)
    ]
    return {"name": name, "events": named}


def _write_event(form: Object, event: Mapping[str, Canonical], write: Write) -> dict[str, Any]:
    zone = write(OwnZone(), event["time_zone"])
    start, end = dated_shift(event["start_time"], event["end_time"])
    said: dict[str, Any] = {**frequency_of(event, start), "from": _time(start), **length_of(event, start, end)}
    if event["assignment"] == EVERY:
        said["assign"] = EVERY
    elif event["shifts_per_member"] != 1:
        said["shifts_per_member"] = event["shifts_per_member"]
    people = form.codec_of("members")
    assert isinstance(people, ListOf)
    said["members"] = [UNASSIGNED if it is None else write(people.item, it) for it in event["members"]]
    if not is_open(event["start_time"]):
        said["starts"] = start.date().isoformat()
    for name, member in (("since", "effective_since"), ("until", "effective_until")):
        if event.get(member):
            # In an event with a zone of its own, a time without an offset is in that zone.
            said[name] = write(Instant(), event[member]) if zone is None else event[member]
    if zone is not None:
        said["time_zone"] = zone
    return said


def frequency_of(event: Mapping[str, Canonical], start: datetime) -> dict[str, Any]:
    """In words where there are any for the rule, else the rule."""
    rule, *besides = event["recurrence"] or ["RRULE:"]
    parts = rule_parts(rule)
    unit, days = _WORDS.get(parts.get("FREQ", "")), days_of(parts)
    is_weekly = unit == "week" and bool(days) and all(day in DAY_CODES for day in days)
    excluded = _excluded(event, start, besides)
    plain = set(parts) <= {"FREQ", "INTERVAL", *(("BYDAY",) if is_weekly else ())}
    if unit is None or not plain or excluded is None or (unit == "week" and not is_weekly):
        return {"recurrence": [rule, *besides] if besides else rule}
    interval = parts.get("INTERVAL")
    said: dict[str, Any] = {"every": f"{interval} {unit}s" if interval else unit}
    if is_weekly:
        said["on"] = [DAY_NAMES[DAY_CODES.index(day)] for day in days]
    if excluded:
        said["except"] = excluded
    return said


def _excluded(event: Mapping[str, Canonical], start: datetime, lines: list[str]) -> list[str] | None:
    """The dates of EXDATE lines that are the start of a shift; None where a line says something else."""
    dates = []
    for line in lines:
        try:
            wall = excluded_at(line).astimezone(load_zone(str.__str__(event["time_zone"])))
        except ValueError:
            return None
        if not line.startswith("EXDATE:") or wall.time() != start.time():
            return None
        dates.append(wall.date().isoformat())
    return dates


def _time(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S").removesuffix(":00") if moment.second == 0 else moment.strftime("%H:%M:%S")


def length_of(event: Mapping[str, Canonical], start: datetime, end: datetime) -> dict[str, str]:
    """Nothing where a shift lasts until the next one begins."""
    length = end - start
    length_s = int(length.total_seconds())
    if event["recurrence"] and period_s(rule_parts(event["recurrence"][0])) == length_s:
        return {}
    return {"to": _time(end)} if timedelta() < length <= _DAY else {"for": render_duration(length_s)}
