"""Value: what a part of a condition is worth, and how two such values compare.

Values are those of JSON, and moments in time. PCL Overview, Types and Built-in Operations.
"""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

_EXACT = 2**53  # up to here a float holds each integer


class Fault:
    """What an operation gives that cannot be carried out. It counts as false where a boolean is needed."""


FAULT = Fault()


def text_of(value: Any) -> str | Fault:
    """A value as ``matches`` compares it. Nothing, which is nil, has no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return FAULT


def is_same(one: Any, other: Any) -> bool | Fault:
    """``==``: no conversion, and texts compare with their case."""
    if is_number(one) and is_number(other):
        return _order(one, other) == 0
    if type(one) is not type(other) or isinstance(one, Fault):
        return FAULT
    return bool(one == other)


def compare(one: Any, other: Any) -> int | Fault:
    """-1, 0 or 1 for two numbers or two moments."""
    if is_number(one) and is_number(other):
        return _order(one, other)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return _sign(one, other)
    return FAULT


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _order(one: Any, other: Any) -> int:
    """An integer and a float compare as the one of the two that is less exact (PCL Overview, Note About Comparing)."""
    if isinstance(one, float) is isinstance(other, float):
        return _sign(one, other)
    if isinstance(one, float):
        return -_order(other, one)
    if math.isfinite(other) and abs(other) > _EXACT:
        return _sign(one, int(other))
    try:
        return _sign(float(one), other)
    except OverflowError:
        return _sign(one, other)


def _sign(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)
