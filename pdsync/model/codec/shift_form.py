"""How a manifest writes a rotation of a shift-based schedule: in words, ``every: week`` and ``on: [mon]``, or as a recurrence rule.

    {name: office, every: week, on: mon-fri, from: "09:00", to: "17:00", shifts_per_member: 5, members: [ana, ben]}

Several events of one rotation are written the same way, below ``events``. `pdsync.model.shift.form` gives the canonical event of `pdsync.model.shift.rotation`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pdsync.model.codec.plain import Canonical, CheckedCodec, Choice, Codec, Integer, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Part, SetOf
from pdsync.model.codec.time import DAYS, Duration, Instant, TimeOfDay, Zone
from pdsync.model.pattern import whole
from pdsync.model.scope import Path, Scope

UNASSIGNED: Final = "unassigned"
ROTATING: Final = "rotating"
EVERY: Final = "every"
_NAME_LIMIT: Final = 255  # PagerDuty API description, Event
_DAY_S: Final = 86400
_UNITS: Final = {"hour": "HOURLY", "day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}
_EVERY: Final = re.compile(r"(?:([1-9][0-9]{0,2}) )?(hour|day|week|month)s?")


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
        interval = f";INTERVAL={found[1]}" if found[1] not in (None, "1") else ""
        return f"RRULE:FREQ={_UNITS[found[2]]}{interval}"


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
        lines = [value] if isinstance(value, str) else [line for line in value if isinstance(line, str)]
        return lines or None


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
            "When a shift ends. If that is not later than from, it is on the next day. Default: when the next shift begins.",
        ),
        Part("for", Duration(minimum=60, maximum=366 * _DAY_S), "How long a shift is, instead of to: 64h, or 2d16h."),
        Part("shifts_per_member", Integer(1), "How many shifts in a row a member has. Default: 1."),
        Part(
            "members",
            ListOf(person, min_items=1, max_items=20, noun="member"),
            f"Who takes turns, in this order. {UNASSIGNED!r} is a turn with no one on call.",
        ),
        Part(
            "assign",
            Choice((ROTATING, EVERY), ("They take turns", "All have every shift")),
            "Whether members take turns, or all have every shift. Default: rotating.",
        ),
        Part(
            "starts",
            Day(),
            "The date of a first shift, which the first member has. Default: whose turn it is stays as it is in PagerDuty.",
        ),
        Part("since", Instant(whole_minute=True), "When the shifts take effect. Default: with the apply."),
        Part("until", Instant(whole_minute=True), "When the shifts end. Default: never."),
        Part(
            "recurrence",
            Recurrence(),
            "An RRULE of RFC 5545, instead of every and on. It can be a list with EXDATE and RDATE.",
        ),
        Part("except", SetOf(Day(), noun="date"), "Dates on which no shift begins."),
        Part("time_zone", Zone(), "The IANA time zone of its hours. Default: that of the schedule."),
    )


def event_name_part(says: str) -> Part:
    """The name of an event."""
    return Part("name", Text(max_length=_NAME_LIMIT, min_length=1), says)
