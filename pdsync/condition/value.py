"""Values of an event: as text, and compared with each other. PagerDuty converts for ``matches``, and for nothing else."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from datetime import datetime

from pdsync.condition.facts import MISSING

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
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
    if sign == "==":
        return _is_equal(left, right)
    if is_number(left) and is_number(right):
        return _OPERATORS[sign](left, right)  # type: ignore[arg-type]  # both are numbers
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _OPERATORS[sign](left.timestamp(), right.timestamp())
    return None


def is_number(value: object) -> bool:
    """True for integers and floats. In Python ``True`` is a number too; here it is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_equal(left: object, right: object) -> bool:
    left, right = (None if value is MISSING else value for value in (left, right))
    if is_number(left) and is_number(right):
        # Outside of the integers that a float can hold, the float is what is converted.
        return left == right or float(left) == float(right)  # type: ignore[arg-type]  # both are numbers
    return type(left) is type(right) and left == right
