"""Answers of PagerDuty that are not what its API description allows, and cannot be understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LISTS = frozenset(
    {"escalation_rules", "targets", "schedule_layers", "users", "restrictions", "integrations", "teams"}
    | {"contact_methods", "notification_rules", "email_filters"}
)
_DEEPEST = 40
"""Nothing that PagerDuty's API description allows goes half as deep."""
_NESTED = frozenset({dict, list})
"""What holds other values, in what a JSON decoder gives: those types and no others."""
_FAULTS = (TypeError, ValueError, AttributeError, KeyError, IndexError, RecursionError)
UNREADABLE_CAUSES: tuple[type[Exception], ...] = _FAULTS
"""What reading a value of the wrong type, or one that is nested without end, raises."""


class UnreadableError(Exception):
    """An object of the account that cannot be understood; says which one."""

    def __init__(self, kind: str, raw: object, why: str = "") -> None:
        identity = raw.get("id") if isinstance(raw, Mapping) else None
        named = f" {identity}" if isinstance(identity, str) and identity else ""
        super().__init__(f"PagerDuty answered a {kind.replace('_', ' ')}{named} that cannot be read{why}")


def check_shape(kind: str, raw: object) -> None:
    """Raises UnreadableError where something that is always a list of objects is none, and for what is nested without end."""
    if not isinstance(raw, Mapping):
        raise UnreadableError(kind, raw, ": it is not an object")
    if _is_deep(raw):
        raise UnreadableError(kind, raw, f": it is nested more than {_DEEPEST} deep")
    _check(kind, raw, raw)


def _is_deep(raw: Mapping[str, Any]) -> bool:
    """Level by level and not by calls of itself: whatever is made of the object later may do those."""
    level: list[Any] = [raw]
    for _ in range(_DEEPEST):
        level = [
            inner
            for held in level
            for inner in (held if type(held) is list else held.values())
            if type(inner) in _NESTED
        ]
        if not level:
            return False
    return True


def _check(kind: str, raw: Mapping[str, Any], part: Mapping[str, Any]) -> None:
    for name, value in part.items():
        if name not in _LISTS or value is None:
            continue
        if not isinstance(value, list) or not all(item is None or isinstance(item, Mapping) for item in value):
            raise UnreadableError(kind, raw, f": its {name} are not a list of objects")
        for item in value:
            if item is not None:
                _check(kind, raw, item)
