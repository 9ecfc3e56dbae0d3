"""Values in the sentences that explain a result."""

from __future__ import annotations

from datetime import datetime

from pdsync.condition.facts import MISSING
from pdsync.condition.tree import Count, Literal, Now, Operand, quote, render_duration
from pdsync.condition.value import to_text
from pdsync.condition.window import DAYS

_LONGEST = 80


def render_operand(operand: Operand) -> str:
    """What a sentence calls it."""
    if isinstance(operand, Count):
        return f"the trigger count over {render_duration(operand.seconds)}"
    return "the time" if isinstance(operand, Now) else str(operand)


def render_value(operand: Operand, value: object) -> str:
    """``event.source is 'db-1'``, or ``event.source does not exist``."""
    if isinstance(operand, Literal):
        return str(operand)
    name = render_operand(operand)
    if value is MISSING:
        return f"{name} does not exist"
    if value is None:
        return f"{name} is null"
    if isinstance(value, str):
        return f"{name} is {quote(_shorten(value))}"
    if isinstance(value, datetime):
        return f"{name} is {value:%Y-%m-%d %H:%M:%S %Z}"
    return f"{name} is {_shorten(to_text(value) or '')}"


def render_now(wall: datetime, zone: str) -> str:
    """``Mon 09:12:00 in Europe/Berlin``. The day is not asked of the locale of this machine."""
    return f"{DAYS[wall.weekday()]} {wall:%H:%M:%S} in {zone}"


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
