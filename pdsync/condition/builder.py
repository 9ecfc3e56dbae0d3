"""Parts of the text become parts of the condition. What the grammar cannot say is checked here."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from lark import Token, Transformer, v_args

from pdsync.condition.error import ConditionError, suggest
from pdsync.condition.regex import check_pattern
from pdsync.condition.tree import (
    And,
    Compare,
    Count,
    During,
    Exists,
    How,
    Literal,
    Matches,
    Moment,
    Nested,
    Node,
    Not,
    Now,
    Operand,
    Or,
    Path,
    Truth,
)
from pdsync.condition.window import DAYS, Window, zone_names

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_INTEGERS = range(-(2**63), 2**63)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NO_CONDITION = (Literal, Moment, Now, Count)


class Builder(Transformer[Token, Any]):
    """One method for each rule of the grammar."""

    def disjunction(self, parts: list[Any]) -> Node:
        return Or(tuple(as_condition(part) for part in parts))

    def conjunction(self, parts: list[Any]) -> Node:
        return And(tuple(as_condition(part) for part in parts))

    def negated(self, parts: list[Any]) -> Node:
        return Not(as_condition(parts[0]))

    @v_args(inline=True)
    def matches(self, left: Operand, how: Token | None, exactly: Token | None, right: Operand) -> Node:
        kind = How(f"matches {how}") if how else How.WHOLE
        if kind is How.REGEX:
            if not (isinstance(right, Literal) and isinstance(right.value, str)):
                column = (how.end_pos or 0) + 2 if how else 1
                raise ConditionError(f"'matches regex' needs a pattern in quotes, not {right}", column)
            check_pattern(right.value, right.column)
        return Matches(left, kind, right, exactly is not None)

    @v_args(inline=True)
    def compare(self, left: Operand, operator: Token, right: Operand) -> Node:
        return Compare(left, str(operator), right)

    @v_args(inline=True)
    def exists(self, path: Path) -> Node:
        return Exists(path)

    @v_args(inline=True)
    def during(self, _now: Token, window: Window) -> Node:
        return During(window)

    def path(self, tokens: list[Token]) -> Path:
        if tokens[0].lower() in ("nil", "null", "none"):
            raise ConditionError(f"'{tokens[0]}' cannot be compared with", _column(tokens[0]), "Write: not A exists.")
        return Path(tuple(_key(token) for token in tokens))

    @v_args(inline=True)
    def string(self, token: Token) -> Literal:
        return Literal(_unescape(token), _column(token))

    @v_args(inline=True)
    def number(self, token: Token) -> Literal:
        value = int(token) if token.lstrip("-").isdigit() else float(token)
        if isinstance(value, int) and value not in _INTEGERS:
            raise ConditionError(f"{token} is too large for a number", _column(token))
        return Literal(value, _column(token))

    @v_args(inline=True)
    def boolean(self, word: Token) -> Literal:
        return Literal(word == "true", _column(word))

    @v_args(inline=True)
    def now(self, _token: Token) -> Now:
        return Now()

    @v_args(inline=True)
    def moment(self, day: Token, clock: Token, zone: Token) -> Moment:
        try:
            parsed = date.fromisoformat(day)
        except ValueError:
            raise ConditionError(f"{day} is not a date", _column(day)) from None
        name = _zone(zone)
        at = datetime.combine(parsed, _clock(clock), ZoneInfo(name))
        return Moment(at, f"{day} {clock} {name}")

    def count(self, tokens: list[Token]) -> Count:
        seconds, seen = 0, set()
        for number, unit in zip(tokens[1::2], tokens[2::2], strict=True):
            name = unit.removesuffix("s")
            if not number.isdigit() or int(number) == 0:
                raise ConditionError(f"{number} {unit} is not a duration", _column(number))
            if name in seen:
                raise ConditionError(f"'{name}' occurs twice in one duration", _column(unit))
            seen.add(name)
            seconds += int(number) * _SECONDS[name]
        return Count(seconds, tokens[0].startswith("resetting"))

    @v_args(inline=True)
    def nested(self, inner: Any) -> Operand:
        return inner if isinstance(inner, Operand) else Nested(inner)

    @v_args(inline=True)
    def window(self, days: Token, start: Token, end: Token, zone: Token) -> Window:
        numbers = frozenset(DAYS.index(day) for day in days.split(","))
        return Window(numbers, _clock(start), _clock(end), _zone(zone))


def as_condition(item: Any) -> Node:
    """What was written where a condition must be: an operand alone is a condition where it can be true."""
    if isinstance(item, Nested):
        return item.node
    if isinstance(item, _NO_CONDITION) and not (isinstance(item, Literal) and isinstance(item.value, bool)):
        raise ConditionError(
            f"{item} alone is not a condition", getattr(item, "column", 1), "Compare it with something."
        )
    return Truth(item) if isinstance(item, Operand) else item


def _key(token: Token) -> str | int:
    if token.type == "FIELD":
        return str(token[1:])
    if token.type == "STRING":
        return _unescape(token)
    if token.type == "NUMBER":
        if not token.isdigit():
            raise ConditionError(f"{token} is not a position in a list", _column(token), "Positions count from 0.")
        return int(token)
    return str(token)


def _unescape(token: Token) -> str:
    text = token[1:-1]
    for found in _ESCAPE.finditer(text):
        if found[1] not in "'\\":
            # The overview: "no other escape sequences are available". A doubled backslash means the same in each reading of that.
            message = f"'{found[0]}' is not an escape sequence"
            raise ConditionError(message, _column(token) + 1 + found.start(), f"Write '\\{found[0]}' for a backslash.")
    return _ESCAPE.sub(r"\1", text)


def _clock(token: Token) -> time:
    try:
        return time.fromisoformat(token)
    except ValueError:
        raise ConditionError(f"{token} is not a time of day", _column(token)) from None


def _zone(token: Token) -> str:
    names = zone_names()
    name = names.get(token.lower())
    if name is None:
        near = suggest(token, names)
        hint = (
            f"Did you mean '{names[near]}'?" if near else "It must be a name of the tz database, such as Europe/Berlin."
        )
        raise ConditionError(f"'{token}' is not a time zone", _column(token), hint)
    return name


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1
