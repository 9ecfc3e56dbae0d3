"""What happened in each set that an event went through: which rule matched, and why the others did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pdsync.routing.document import Area

State = Literal["matched", "not_matched", "undecided", "disabled", "not_reached"]
"""What became of a rule. `not_reached`: an earlier one matched."""


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What became of one rule."""

    label: str
    state: State
    reasons: tuple[str, ...] = ()
    """Of a rule that did not match, was undecided, or matched: the reason, condition by condition."""
    assumed: bool = False
    """True where its condition is undecided, and this is what was assumed of it."""


@dataclass(frozen=True, slots=True)
class SetTrace:
    """What became of the rules of one set, and what was done to the event."""

    area: Area
    set_id: str
    rules: tuple[RuleTrace, ...]
    actions: Mapping[str, Any]
    """What was applied: the actions of the rule that matched, or of the catch-all."""
    is_catch_all: bool = False
    notes: tuple[str, ...] = ()
    """What an action could not do."""

    @property
    def matched(self) -> RuleTrace | None:
        """The rule that matched."""
        return next((rule for rule in self.rules if rule.state == "matched"), None)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule of which no one can say beforehand whether it matches."""

    area: Area
    set_id: str
    index: int
    label: str
    reason: str = field(default="", compare=False)
    """Why it cannot be said, such as the count that it asks for."""
