"""An action of the account's catalogue: what a step can do, and which inputs it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ActionInput:
    """What the catalogue says about one input."""

    type: str
    is_required: bool
    has_default: bool
    """True where PagerDuty fills in a value."""
    is_hidden: bool = False
    """True where PagerDuty may accept it and never show it."""

    @property
    def is_secret(self) -> bool:
        """Whether its value is a secret."""
        return self.type == "password"

    @property
    def must_be_given(self) -> bool:
        """Whether every step needs it."""
        return self.is_required and not self.has_default


@dataclass(frozen=True, slots=True)
class Action:
    """What ``GET /incident_workflows/actions`` says about an action."""

    id: str
    inputs: Mapping[str, ActionInput]
    """By name."""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Action:
        """From an answer of the API."""
        inputs = {
            str(it.get("name")): ActionInput(
                str(it.get("type") or ""),
                it.get("is_required") is True,
                it.get("default_value") not in (None, ""),
                it.get("is_hidden") is True,
            )
            for it in raw.get("inputs") or ()
        }
        return cls(str(raw.get("id") or ""), inputs)
