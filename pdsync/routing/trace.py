"""What happened in each set that an event went through: which rule matched, and why the others did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pdsync.routing.document import Area, Rule
from pdsync.routing.judgement import Judgement

State = Literal["matched", "not_matched", "undecided", "disabled", "not_reached"]
"""What happened to a rule. `not_reached`: an earlier one matched."""


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What happened to one rule."""

    label: str
    state: State
    judgement: Judgement | None = None
    """The reason why a rule did not match, was undecided, or matched."""
    assumed: bool = False
    """True where its condition is undecided, and this is what was assumed of it."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reason why a rule did not match, was undecided, or matched, condition by condition."""
        return self.judgement.reasons if self.judgement is not None else ()


@dataclass(frozen=True, slots=True)
class SetTrace:
    """What happened to the rules of one set, and what was done to the event."""

    area: Area
    set_id: str
    all_rules: tuple[Rule, ...]
    """The rules of the set."""
    judgements: tuple[Judgement | None, ...]
    """The judgements of the rules up to the one that matched; None for a disabled rule."""
    actions: Mapping[str, Any]
    """What was applied: the actions of the rule that matched, or of the catch-all."""
    is_catch_all: bool = False
    notes: tuple[str, ...] = ()
    """What an action could not do."""
    is_assumed: bool = False
    """True where the last judgement is undecided, and the rule was assumed to match."""

    @property
    def rules(self) -> tuple[RuleTrace, ...]:
        """What happened to each rule. Most events are never shown, so this is made when it is asked for."""
        judged = [self._trace(*each) for each in enumerate(zip(self.all_rules, self.judgements, strict=False))]
        return (*judged, *(RuleTrace(rule.label, "not_reached") for rule in self.all_rules[len(judged) :]))

    def _trace(self, index: int, judged: tuple[Rule, Judgement | None]) -> RuleTrace:
        rule, judgement = judged
        if judgement is None:
            return RuleTrace(rule.label, "disabled")
        assumed = self.is_assumed and index == len(self.judgements) - 1
        state: State = "undecided" if judgement.matches is None else "not_matched"
        return RuleTrace(rule.label, "matched" if judgement.matches or assumed else state, judgement, assumed)

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
