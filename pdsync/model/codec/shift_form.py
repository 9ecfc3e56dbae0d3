"""How a manifest writes a rotation of a shift-based schedule: in words, ``every: week`` and ``on: [mon]``, or as a recurrence rule.

    {name: office, every: week, on: mon-fri, from: "09:00", to: "17:00", shifts_per_member: 5, members: [ana, ben]}

Several events of one rotation are written the same way, below ``events``. `read_form` gives the canonical event of `pdsync.model.shift.rotation`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from pdsync.model.codec.plain import Canonical, CheckedCodec, Choice, Codec, Integer, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Part, SetOf
from pdsync.model.codec.time import DAYS, Duration, Instant, TimeOfDay, Zone
from pdsync.model.pattern import whole
from pdsync.model.scope import Path, Scope
from pdsync.model.shift.clock import open_shift, render_wall
from pdsync.model.shift.rotation import EVERY, ROTATING, assigned
from pdsync.model.shift.rule import (
    DAY_CODES,
    editor_doubts,
    exclusion_of,
    first_day,
    normal_recurrence,
    render_rule,
    rule_parts,
)

UNASSIGNED: Final = "unassigned"
_NAME_LIMIT: Final = 255  # PagerDuty API description, Event
_DAY_S: Final = 86400
_UNITS: Final = {"hour": "HOURLY", "day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}
_UNIT_S: Final = {"HOURLY": 3600, "DAILY": _DAY_S, "WEEKLY": 7 * _DAY_S}
_EVERY: Final = re.compile(r"(?:([1-9][0-9]{0,2}) )?(hour|day|week|month)s?")
_SOME_DAY: Final = date(2001, 1, 1)
"""A Monday, in place of a date that is open."""


@dataclass(frozen=True, slots=True)
class Member(Reference):
    """A user who takes turns, or ``unassigned`` for a turn of no one."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return None if value == UNASSIGNED else Reference.desired(self, value, scope, path)


@dataclass(frozen=True, slots=True)
class Every(Codec):
    """How often shifts begin: ``week``, ``2 weeks``. The canonical value is the RRULE without days."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            **whole(_EVERY.pattern),
            "x-expected": "an interval such as week",
            "errorMessage": "Write hour, day, week or month, or several of them, such as 2 weeks.",
            "examples": ["week", "day", "2 weeks", "12 hours"],
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        found = _EVERY.fullmatch(str(value))
        if found is None:
            return None
        return render_rule(rule_parts(f"FREQ={_UNITS[found[2]]};INTERVAL={found[1] or 1}"))


@dataclass(frozen=True, slots=True)
class Day(CheckedCodec):
    """A date of the calendar."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            **whole(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
            "x-expected": "a date",
            "errorMessage": "Write it like 2026-12-07.",
        }

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """Whether the calendar has it."""
        if read_day(value) is None:
            scope.problem(path, f"{value!r} is not a date", "Write it like 2026-12-07.")


def read_day(text: Any) -> date | None:
    """The date of a text; None where it is none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Recurrence(Codec):
    """An RRULE, alone or in a list with EXDATE and RDATE lines."""

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "maxLength": 500}
        return {
            "anyOf": [text, {"type": "array", "items": text, "minItems": 1}],
            "x-expected": "a recurrence rule",
            "errorMessage": "Write it like RRULE:FREQ=DAILY.",
            "examples": ["RRULE:FREQ=DAILY"],
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return [value] if isinstance(value, str) else list(value)


def form_parts(members: Reference) -> tuple[Part, ...]:
    """What a manifest may write of one event."""
    person = Member(members.kind, members.plain, members.ways)
    return (
        Part("every", Every(), "How often shifts begin: hour, day, week or month, or several: 2 weeks."),
        Part("on", DAYS, "With weeks: the days on which shifts begin, mon-fri or [mon, wed]."),
        Part("from", TimeOfDay(), "When a shift begins, in the time zone of the schedule."),
        Part(
            "to",
            TimeOfDay(),
            "When a shift ends; the next day where that is not later. Without it, with the next shift.",
        ),
        Part("for", Duration(minimum=60, maximum=366 * _DAY_S), "How long a shift is, instead of to: 64h, or 2d16h."),
        Part("shifts_per_member", Integer(1), "How many shifts in a row a member has. Default: 1."),
        Part(
            "members",
            ListOf(person, min_items=1, max_items=20, noun="member"),
            f"Who takes turns, in this order; {UNASSIGNED!r} is a turn of no one.",
        ),
        Part("assign", Choice((ROTATING, EVERY), ("They take turns", "All have every shift")), "Default: rotating."),
        Part(
            "starts",
            Day(),
            "The date of a first shift, which the first member has. Without it, whose turn it is stays as it is in PagerDuty.",
        ),
        Part("since", Instant(whole_minute=True), "When it takes effect. Default: with the apply."),
        Part("until", Instant(whole_minute=True), "When it ends. Default: never."),
        Part(
            "recurrence",
            Recurrence(),
            "An RRULE of RFC 5545 instead of every and on; in a list, with EXDATE and RDATE.",
        ),
        Part("except", SetOf(Day(), noun="date"), "Dates on which no shift begins."),
        Part("time_zone", Zone(), "The IANA time zone of its hours. Default: that of the schedule."),
    )


def event_name_part(says: str) -> Part:
    """The name of an event."""
    return Part("name", Text(max_length=_NAME_LIMIT, min_length=1), says)


@dataclass(slots=True)
class FormReader:
    """Reads one event of a manifest."""

    said: Mapping[str, Canonical]
    """The values of its members in canonical form."""
    scope: Scope
    path: Path

    def event(self, name: str) -> dict[str, Canonical] | None:
        """The canonical event; None where something is missing, which is reported."""
        shift = self._shift()
        if shift is None:
            return None
        rule, start, length_s = shift
        zone = str(self.said.get("time_zone") or self.scope.zone or "Etc/UTC")
        end = start + timedelta(seconds=length_s)
        is_dated = "starts" in self.said
        recurrence = normal_recurrence(rule, start, zone, is_dated=is_dated)
        recurrence += [exclusion_of(datetime.combine(day, start.time()), zone) for day in self._excluded()]
        times = (render_wall(start), render_wall(end)) if is_dated else open_shift(start, end)
        event: dict[str, Canonical] = {
            "name": name,
            "start_time": times[0],
            "end_time": times[1],
            "time_zone": self.said.get("time_zone") or self.scope.zone or "Etc/UTC",
            "recurrence": [recurrence[0], *sorted(set(recurrence[1:]))],
        }
        for member, means in (("since", "effective_since"), ("until", "effective_until")):
            if self.said.get(member):
                event[means] = self.said[member]
        who = assigned(
            self.said.get("assign", ROTATING), self.said.get("shifts_per_member", 1), self.said.get("members", [])
        )
        self._check(event, who)
        return {**event, **who}

    def _shift(self) -> tuple[Sequence[str], datetime, int] | None:
        """Recurrence lines, start and length of the first shift."""
        lines = self._lines()
        if lines is None or not self._has("from", "at which hour a shift begins", 'from: "09:00"'):
            return None
        self._has("members", "who takes turns", "members: [ana, ben]")
        parts = rule_parts(lines[0])
        day = read_day(self.said.get("starts")) or _SOME_DAY
        start = datetime.combine(first_day(parts, day), datetime.strptime(self.said["from"], "%H:%M:%S").time())
        length_s = self._length_s(parts, start)
        return None if length_s is None else (lines, start, length_s)

    def _lines(self) -> Sequence[str] | None:
        every, recurrence, on = (self.said.get(name) for name in ("every", "recurrence", "on"))
        if recurrence is not None:
            for name in ("every", "on"):
                if name in self.said:
                    self._problem(name, f"{name!r} and 'recurrence' exclude each other", "Keep one of them.")
            return list(recurrence) if self._is_rule(recurrence) else None
        if every is None:
            self._problem("", "it does not say how often shifts begin", "Write every: week, or recurrence.")
            return None
        parts = rule_parts(every)
        if on is not None and parts["FREQ"] != "WEEKLY":
            self._problem("on", "days can be named only with weeks", "Write every: week, or remove 'on'.")
        elif on is not None:
            parts["BYDAY"] = ",".join(DAY_CODES[number - 1] for number in on)
        elif parts["FREQ"] in ("WEEKLY", "MONTHLY") and "starts" not in self.said:
            hint = (
                "Write on: [mon], or starts with a date." if parts["FREQ"] == "WEEKLY" else "Write starts with a date."
            )
            self._problem("every", "it does not say on which day shifts begin", hint)
            return None
        return [render_rule(parts)]

    def _is_rule(self, lines: Sequence[str]) -> bool:
        """Whether the lines are a recurrence that can be read; reports what is wrong."""
        from pdsync.model.shift.rule_check import (
            find_rule_flaw,  # python-dateutil is imported only where a rule is written
        )

        flaw = find_rule_flaw(lines, is_dated="starts" in self.said)
        if flaw is not None:
            self._problem("recurrence", *flaw)
        return flaw is None

    def _length_s(self, parts: Mapping[str, str], start: datetime) -> int | None:
        if "to" in self.said and "for" in self.said:
            self._problem("for", "'to' and 'for' exclude each other", "Keep one of them.")
        if "for" in self.said:
            return int(self.said["for"])
        if "to" in self.said:
            end = datetime.combine(start.date(), datetime.strptime(self.said["to"], "%H:%M:%S").time())
            return int(((end if end > start else end + timedelta(days=1)) - start).total_seconds())
        interval, days = int(parts.get("INTERVAL", "1")), parts.get("BYDAY", "").count(",") + 1
        unit_s = _UNIT_S.get(parts["FREQ"])
        is_plain = set(parts) <= {"FREQ", "INTERVAL", "BYDAY"} and days == 1
        if unit_s is None or not is_plain:
            self._problem("", "it does not say how long a shift is", 'Write to: "17:00", or for: 8h.')
            return None
        return unit_s * interval

    def _excluded(self) -> list[date]:
        return [day for text in self.said.get("except", ()) if (day := read_day(text)) is not None]

    def _check(self, event: Mapping[str, Canonical], who: Mapping[str, Canonical]) -> None:
        if who["assignment"] == EVERY and "shifts_per_member" in self.said:
            self._problem("shifts_per_member", "has no effect with 'assign: every'", "Remove it.")
        since, until = event.get("effective_since"), event.get("effective_until")
        if since and until and until <= since:
            self._problem("until", "it ends before it takes effect", "Correct one of the dates.")
        doubts = editor_doubts(event["recurrence"], who["shifts_per_member"], rotates=who["assignment"] == ROTATING)
        for doubt in doubts:
            name = "shifts_per_member" if doubt.startswith("shifts") and "shifts_per_member" in self.said else ""
            place = (*self.path, name) if name else self.path
            self.scope.warn(place, "PagerDuty's web editor cannot open this", f"{doubt[0].upper()}{doubt[1:]}.")

    def _has(self, name: str, what: str, example: str) -> bool:
        if name not in self.said and (*self.path, name) not in self.scope.unreadable:
            self._problem("", f"it does not say {what}", f"Write {example}.")
        return name in self.said

    def _problem(self, name: str, message: str, hint: str = "") -> None:
        self.scope.problem((*self.path, name) if name else self.path, message, hint)
