"""Whether recurrence lines of a manifest are a rule that can be expanded. Uses python-dateutil, so it is imported only where one is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dateutil.rrule import rrulestr

from pdsync.model.shift.recurrence import read_recurrence
from pdsync.model.shift.rule import excluded_at, find_day_flaw, normal_recurrence, render_rule, rule_parts

_KNOWN = ("RRULE", "EXDATE", "RDATE")
_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
_HINT = "Write it like RRULE:FREQ=WEEKLY;BYDAY=MO."
_SOME_MOMENT = datetime(2001, 1, 1)


def find_rule_flaw(lines: Sequence[str], *, is_dated: bool) -> tuple[str, str] | None:
    """What is wrong with the lines, and what to do; None where nothing is."""
    names = [line.partition(":")[0].partition(";")[0].strip().upper() if ":" in line else "RRULE" for line in lines]
    if names.count("RRULE") != 1 or names[0] != "RRULE":
        return "a recurrence has one RRULE, first in the list", _HINT
    other = next((name for name in names if name not in _KNOWN), None)
    if other is not None:
        return f"{other} has no place in a recurrence", "It can have one RRULE, and EXDATE and RDATE lines."
    wrong = next((line for line in lines[1:] if not _is_dates(line)), None)
    if wrong is not None:
        return f"{wrong!r} has no dates", "Write it like EXDATE:20261224T080000Z."
    parts = rule_parts(lines[0])
    if parts.get("FREQ") not in _FREQUENCIES:
        return f"{lines[0]!r} does not say how often", f"Write FREQ with one of {', '.join(_FREQUENCIES)}."
    if "COUNT" in parts:
        return (
            "COUNT is not supported: a change would start it again",
            "Write 'until' with the moment at which it ends.",
        )
    if parts["FREQ"] in ("WEEKLY", "MONTHLY", "YEARLY") and not is_dated and not any(n.startswith("BY") for n in parts):
        return "it does not say on which day shifts begin", "Write BYDAY, or starts with a date."
    days = find_day_flaw(parts)
    if days is not None:
        return days, "Write only days with a number, or only days without one; a rotation for each if you need both."
    if "UNTIL" in parts:  # in UTC it does not go together with a start that has no zone
        parts["UNTIL"] = parts["UNTIL"].removesuffix("Z")
    try:
        rrulestr(render_rule(parts), dtstart=_SOME_MOMENT)
    except ValueError as error:
        return f"{lines[0]!r} is not a recurrence rule: {error}", _HINT
    return None


def find_start_flaw(lines: Sequence[str], start: datetime, zone: str) -> tuple[str, str] | None:
    """What is wrong with a recurrence in normal form that begins with a shift on this date, and what to do; None where nothing is."""
    try:
        read_recurrence(start, zone, tuple(lines))
    except ValueError as error:
        return f"its shifts cannot be computed: {error}", "Correct the rule, or 'starts'."
    return None


def _is_dates(line: str) -> bool:
    """Whether an EXDATE or RDATE line names dates and nothing else."""
    read = normal_recurrence([line], _SOME_MOMENT, "Etc/UTC")
    try:
        return bool(read) and all(excluded_at(each) for each in read)
    except ValueError:
        return False
