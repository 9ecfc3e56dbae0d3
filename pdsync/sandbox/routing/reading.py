"""Reading: the text of a condition taken apart, from left to right.

PCL Overview, Precedence: parentheses, operations, ``not``, ``and``, ``or``. Words are in lower case, as all of its examples are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from pdsync.sandbox.routing.condition import (
    Compared,
    Condition,
    Count,
    Exists,
    Joined,
    Literal,
    Lookup,
    Matches,
    MatchesPattern,
    Not,
    Now,
    Part,
    Threshold,
    Within,
)
from pdsync.sandbox.routing.error import ConditionError
from pdsync.sandbox.routing.path import NAME, QUOTED, read_path, unquoted
from pdsync.sandbox.routing.pattern import compile_pattern
from pdsync.sandbox.routing.schedule import LOOKS_LIKE_MOMENT, read_moment, read_schedule

_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+(?:e[+-]?[0-9]+)?)?(?![0-9A-Za-z_.])")
_OPERATOR = re.compile(r"==|>=|<=|>|<")
_DURATION = re.compile(r"(0*[1-9][0-9]*)\s+(second|minute|hour|day|month|year)s?(?![A-Za-z0-9_])")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "month": 30 * 86_400, "year": 365 * 86_400}
_RESERVED = frozenset({"and", "or", "not", "matches", "part", "regex", "exactly", "exists", "in", "over", "to"})
_DEEPEST = 100  # levels of parentheses; the sandbox's own
_BIGGEST = 2**63


@lru_cache(maxsize=4096)
def read_condition(text: str) -> Condition:
    """Raises ConditionError for what PagerDuty would refuse."""
    reader = _Reader(text)
    root = reader.alternatives()
    reader.skip()
    if reader.at < len(text):
        raise ConditionError("something is left over", reader.at)
    reader.check_boolean(root)
    return Condition(root, tuple(reader.thresholds))


def problem_of(text: str) -> str | None:
    """What PagerDuty would say about a condition that it refuses."""
    try:
        read_condition(text)
    except ConditionError as error:
        return str(error)
    return None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at, self._depth = text, 0, 0
        self.thresholds: list[Threshold] = []

    def skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def check_boolean(self, part: Part) -> None:
        if part.is_boolean is False:
            raise ConditionError("a condition that is true or false is expected before this", self.at)

    def alternatives(self) -> Part:
        return self._joined("or", self._conjunction)

    def _conjunction(self) -> Part:
        return self._joined("and", self._negation)

    def _joined(self, word: str, read: Callable[[], Part]) -> Part:
        parts = [read()]
        while self._takes(word):
            parts.append(read())
        if len(parts) == 1:
            return parts[0]
        for part in parts:
            self.check_boolean(part)
        return Joined(word, tuple(parts))

    def _negation(self) -> Part:
        count = 0
        while self._takes("not"):
            count += 1
        part = self._operation()
        if count:
            self.check_boolean(part)
        for _ in range(count if count < 4 else 2 + count % 2):  # two more change nothing
            part = Not(part)
        return part

    def _operation(self) -> Part:
        left = self._operand()
        if self._takes("exists"):
            if not isinstance(left, Lookup):
                raise ConditionError("exists belongs after a path", self.at)
            return Exists(left.path)
        if self._takes("matches"):
            return self._matches(left)
        if self._takes("in"):
            if not (isinstance(left, Now) or (isinstance(left, Literal) and isinstance(left.content, datetime))):
                raise ConditionError("in belongs after now", self.at)
            self.skip()
            schedule, self.at = read_schedule(self.text, self.at)
            return Within(left, schedule)
        self.skip()
        operator = _OPERATOR.match(self.text, self.at)
        if operator is None:
            return left
        self.at = operator.end()
        return Compared(left, operator[0], self._operand())

    def _matches(self, left: Part) -> Part:
        how = "part" if self._takes("part") else "regex" if self._takes("regex") else ""
        exactly = self._takes("exactly")
        self.skip()
        at = self.at
        right = self._operand()
        if how != "regex":
            return Matches(left, right, how, exactly)
        if not (isinstance(right, Literal) and isinstance(right.content, str)):
            raise ConditionError("after matches regex comes a text in single quotes", at)
        try:
            compile_pattern(right.content, "sm" if exactly else "ism")
        except ValueError as error:
            raise ConditionError(f"not a regular expression of RE2 ({error})", at) from None
        return MatchesPattern(left, right.content, exactly)

    def _operand(self) -> Part:
        self.skip()
        text, at = self.text, self.at
        if text.startswith("(", at):
            return self._parenthesized()
        if quoted := QUOTED.match(text, at):
            self.at = quoted.end()
            return Literal(unquoted(quoted[1]))
        if LOOKS_LIKE_MOMENT.match(text, at):
            moment, self.at = read_moment(text, at)
            return Literal(moment)
        if number := _NUMBER.match(text, at):
            self.at = number.end()
            return Literal(_number(number[0], at))
        return self._named()

    def _parenthesized(self) -> Part:
        self.at, self._depth = self.at + 1, self._depth + 1
        if self._depth > _DEEPEST:
            raise ConditionError("there are too many parentheses in one another", self.at)
        part = self.alternatives()
        self.skip()
        if not self.text.startswith(")", self.at):
            raise ConditionError("a closing parenthesis is missing", self.at)
        self.at, self._depth = self.at + 1, self._depth - 1
        return part

    def _named(self) -> Part:
        word = NAME.match(self.text, self.at)
        if word is None or word[0] in _RESERVED:
            raise ConditionError("a path, a text in single quotes or a number is expected", self.at)
        if word[0] in ("true", "false"):
            self.at = word.end()
            return Literal(word[0] == "true")
        if word[0] == "now":
            self.at = word.end()
            return Now()
        if word[0] in ("trigger_count", "resetting_trigger_count"):
            self.at = word.end()
            return self._count(resets=word[0].startswith("resetting"))
        path, self.at = read_path(self.text, self.at)
        return Lookup(path)

    def _count(self, *, resets: bool) -> Part:
        if not self._takes("over"):
            raise ConditionError("over is missing", self.at)
        units: dict[str, int] = {}
        self.skip()
        while found := _DURATION.match(self.text, self.at):
            if found[2] in units:
                raise ConditionError(f"{found[2]} is there twice", self.at)
            units[found[2]] = int(found[1])
            self.at = found.end()
            self.skip()
        if not units:
            raise ConditionError("a duration is expected, such as 5 minutes", self.at)
        threshold = Threshold(sum(number * _SECONDS[unit] for unit, number in units.items()), resets)
        self.thresholds.append(threshold)
        return Count(threshold)

    def _takes(self, word: str) -> bool:
        self.skip()
        found = NAME.match(self.text, self.at)
        if found is None or found[0] != word:
            return False
        self.at = found.end()
        return True


def _number(text: str, at: int) -> int | float:
    if "." in text:
        return float(text)
    number = int(text) if len(text) <= 20 else _BIGGEST
    if not -_BIGGEST <= number < _BIGGEST:
        raise ConditionError("the number is too big", at)
    return number
