"""Condition: what a condition says, once it is read, and whether it holds for an event.

An operation that cannot be carried out, such as one on a field that is not there, counts as false where a boolean is needed:
``not event.x matches 'a'`` holds for an event without x (PCL Overview, Error Handling).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pdsync.sandbox.routing.path import Path, find
from pdsync.sandbox.routing.pattern import compile_pattern
from pdsync.sandbox.routing.schedule import Schedule
from pdsync.sandbox.routing.value import FAULT, Fault, compare, is_same, text_of


@dataclass(frozen=True, slots=True)
class Threshold:
    """``trigger_count over`` so many seconds; ``resets`` once its condition held (``resetting_trigger_count``)."""

    over_s: int
    resets: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition is judged by. ``count`` says how many trigger events a threshold has seen, this one with them."""

    scope: Mapping[str, Any]
    now: datetime
    count: Callable[[Threshold], int] = lambda threshold: 1


class Part(Protocol):
    """A part of a condition. ``is_boolean`` is None where that is known only once there is an event."""

    @property
    def is_boolean(self) -> bool | None: ...

    def value(self, facts: Facts) -> Any: ...


@dataclass(frozen=True, slots=True)
class Literal:
    content: Any

    @property
    def is_boolean(self) -> bool:
        return isinstance(self.content, bool)

    def value(self, facts: Facts) -> Any:
        return self.content


@dataclass(frozen=True, slots=True)
class Lookup:
    path: Path
    is_boolean = None

    def value(self, facts: Facts) -> Any:
        return find(facts.scope, self.path)[1]


@dataclass(frozen=True, slots=True)
class Exists:
    path: Path
    is_boolean = True

    def value(self, facts: Facts) -> bool:
        return find(facts.scope, self.path)[0]


@dataclass(frozen=True, slots=True)
class Now:
    is_boolean = False

    def value(self, facts: Facts) -> datetime:
        return facts.now


@dataclass(frozen=True, slots=True)
class Count:
    threshold: Threshold
    is_boolean = False

    def value(self, facts: Facts) -> int:
        return facts.count(self.threshold)


@dataclass(frozen=True, slots=True)
class Within:
    moment: Part
    schedule: Schedule
    is_boolean = True

    def value(self, facts: Facts) -> bool | Fault:
        moment = self.moment.value(facts)
        return self.schedule.holds(moment) if isinstance(moment, datetime) else FAULT


@dataclass(frozen=True, slots=True)
class Matches:
    """``how`` is empty for the whole text, else ``part``."""

    left: Part
    right: Part
    how: str
    exactly: bool
    is_boolean = True

    def value(self, facts: Facts) -> bool | Fault:
        left, right = text_of(self.left.value(facts)), text_of(self.right.value(facts))
        if isinstance(left, Fault) or isinstance(right, Fault):
            return FAULT
        if not self.exactly:
            left, right = left.lower(), right.lower()
        return right in left if self.how == "part" else left == right


@dataclass(frozen=True, slots=True)
class MatchesPattern:
    left: Part
    pattern: str
    exactly: bool
    is_boolean = True

    def value(self, facts: Facts) -> bool | Fault:
        left = text_of(self.left.value(facts))
        if isinstance(left, Fault):
            return FAULT
        return compile_pattern(self.pattern, "sm" if self.exactly else "ism").search(left) is not None


@dataclass(frozen=True, slots=True)
class Compared:
    left: Part
    operator: str
    right: Part
    is_boolean = True

    def value(self, facts: Facts) -> bool | Fault:
        left, right = self.left.value(facts), self.right.value(facts)
        if self.operator == "==":
            return is_same(left, right)
        order = compare(left, right)
        if isinstance(order, Fault):
            return FAULT
        return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[self.operator]


@dataclass(frozen=True, slots=True)
class Not:
    part: Part
    is_boolean = True

    def value(self, facts: Facts) -> bool | Fault:
        """What could not be carried out counts as false; what is not a boolean has no opposite."""
        value = self.part.value(facts)
        if isinstance(value, Fault):
            return True
        return not value if isinstance(value, bool) else FAULT


@dataclass(frozen=True, slots=True)
class Joined:
    """``and`` and ``or``, from left to right; a part that decides ends it. With a value that is not a boolean both are false."""

    word: str
    parts: tuple[Part, ...]
    is_boolean = True

    def value(self, facts: Facts) -> bool:
        decides = self.word == "or"
        result = _counted(self.parts[0].value(facts))
        for part in self.parts[1:]:
            if result is decides:
                break
            value = _counted(part.value(facts))
            result = value if isinstance(result, bool) and isinstance(value, bool) else False
        return result is True


def _counted(value: Any) -> Any:
    return False if isinstance(value, Fault) else value


@dataclass(frozen=True, slots=True)
class Condition:
    """``thresholds`` are those that it counts by."""

    root: Part
    thresholds: tuple[Threshold, ...]

    def holds(self, facts: Facts) -> bool:
        return self.root.value(facts) is True
