"""A document of rules, as the evaluation reads it: of a canonical value, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Area = Literal["global", "router", "unrouted", "service"]
"""Which of its documents an event is in."""
START = "start"
CATCH_ALL = "catch_all"
_NOT_SETS = frozenset({CATCH_ALL, "shared", "last"})
_NOT_ACTIONS = frozenset({"label", "if", "disabled"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Without conditions it matches every event; of several, one is enough."""

    label: str
    conditions: tuple[str, ...] = ()
    disabled: bool = False
    actions: Mapping[str, Any] = field(default_factory=dict)
    """By their names in a manifest, `route_to` among them."""


@dataclass(frozen=True, slots=True)
class Document:
    """The sets of one document, and what counts where no rule of a set matches."""

    sets: Mapping[str, tuple[Rule, ...]]
    catch_all: Mapping[str, Any]


def read_document(value: Mapping[str, Any]) -> Document:
    """The document of a canonical value."""
    sets = {name: tuple(map(_read_rule, rules or ())) for name, rules in value.items() if name not in _NOT_SETS}
    return Document({START: (), **sets}, value.get(CATCH_ALL) or {})


def _read_rule(value: Mapping[str, Any]) -> Rule:
    conditions = value.get("if") or ()
    return Rule(
        str(value.get("label") or ""),
        (conditions,) if isinstance(conditions, str) else tuple(conditions),
        bool(value.get("disabled")),
        {name: action for name, action in value.items() if name not in _NOT_ACTIONS and action is not None},
    )
