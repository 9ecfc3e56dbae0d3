"""Values of an event: as text, and compared with each other. PagerDuty converts for ``matches``, and for nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeGuard

from pdsync.condition.facts import MISSING

_EXACT = 2**53
"""Up to here a float holds each integer."""
_OPERATORS: dict[str, Callable[[int], bool]] = {
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    "==": lambda order: order == 0,
}


def to_text(value: object) -> str | None:
    """The value as ``matches`` sees it; None for a missing one and for null, which match nothing."""
    if value is None or value is MISSING:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def fold(text: str) -> str:
    """The text as a comparison sees it for which upper and lower case do not count."""
    return text.lower()


def compare(left: object, sign: str, right: object) -> bool | None:
    """The result of a comparison; None where the two cannot be compared, which PagerDuty takes for false."""
    if is_number(left) and is_number(right):
        return _OPERATORS[sign](_order(left, right))
    if sign == "==":
        return _is_equal(left, right)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _OPERATORS[sign](_sign(left.timestamp(), right.timestamp()))
    return None


def is_number(value: object) -> TypeGuard[int | float]:
    """True for integers and floats. In Python ``True`` is a number too; here it is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_equal(left: object, right: object) -> bool:
    left, right = (None if value is MISSING else value for value in (left, right))
    return type(left) is type(right) and left == right


def _order(left: Any, right: Any) -> int:
    """For an integer and a float, the less exact one is converted: the integer, unless the float is beyond what it holds exactly."""
    if isinstance(left, float) is isinstance(right, float):
        return _sign(left, right)
    if isinstance(left, float):
        return -_order(right, left)
    if abs(right) <= _EXACT and abs(left) <= 2 * _EXACT:
        return _sign(float(left), right)
    return _sign(left, right)


def _sign(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)
