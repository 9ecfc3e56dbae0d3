"""Compares conditions: which of them never hold, always hold, or hold only where an earlier one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from pdsync.condition.implication import excludes, follows, is_constant, never
from pdsync.condition.normal import Case, NotAnalysedError, claim_of, find_cases, find_opposite_cases, has_operand
from pdsync.condition.parser import Condition
from pdsync.condition.tree import Count


def find_impossible(condition: Condition) -> str:
    """Why the condition is true of no event; an empty text where one may fit."""
    try:
        reasons = [_impossible(case) for case in find_cases([condition])]
    except NotAnalysedError:
        return ""
    return next(iter(reasons), "") if all(reasons) else ""


def find_impossible_parts(condition: Condition) -> tuple[str, ...]:
    """Alternatives of the condition that are true of no event, where others may be."""
    try:
        reasons = [_impossible(case) for case in find_cases([condition])]
    except NotAnalysedError:
        return ()
    return () if all(reasons) else tuple(dict.fromkeys(filter(None, reasons)))


def is_always(condition: Condition) -> bool:
    """Whether the condition is certainly true of every event."""
    try:
        return all(_impossible(case) for case in find_opposite_cases(condition))
    except NotAnalysedError:
        return False


@dataclass(frozen=True, slots=True)
class Extent:
    """Which events the conditions of a rule fit, ready to be compared. No conditions fit every event."""

    is_all: bool
    cases: tuple[Case, ...] = ()
    """None where they are not analysed, and for a rule that fits every event or no event."""
    lasting: tuple[Case, ...] = ()
    """The cases that say something about other rules: a trigger count is that of its own rule."""

    @property
    def identity(self) -> frozenset[frozenset[str]] | None:
        """The same for extents of the same cases; None where that says nothing."""
        if not self.cases or len(self.lasting) < len(self.cases):
            return None
        return frozenset(frozenset(claim.text for claim in case) for case in self.cases)


def extent_of(conditions: Sequence[Condition]) -> Extent:
    """The events that fit any of the conditions."""
    if not conditions or any(map(is_always, conditions)):
        return Extent(True)
    try:
        cases = tuple(case for case in find_cases(conditions) if not _impossible(case))
    except NotAnalysedError:
        return Extent(False)
    return Extent(False, cases, tuple(case for case in cases if not any(has_operand(it.leaf, Count) for it in case)))


def covers(earlier: Extent, later: Extent) -> bool:
    """Whether each event that fits the later extent certainly fits the earlier one too."""
    if earlier.is_all:
        return True
    if later.is_all or not later.cases:  # of a rule that fits nothing, that is the thing to say
        return False
    return all(any(_case_follows(each, case) for each in earlier.lasting) for case in later.cases)


def _case_follows(case: Case, from_: Case) -> bool:
    return all(any(follows(claim, given) for given in from_) for claim in case)


def _impossible(case: Case) -> str:
    for claim in case:
        if claim.holds and (why := never(claim.leaf)):
            return why
        if not claim.holds and is_constant(claim.leaf):
            return f"{claim.text} says false"
    for first, second in combinations(case, 2):
        if first.holds and second.holds:
            contradict = excludes(first, second)
        elif first.holds != second.holds:
            true, false = (first, second) if first.holds else (second, first)
            contradict = follows(claim_of(false.leaf, True), true)
        else:
            contradict = False
        if contradict:
            return f"{first.text} and {second.text} contradict each other"
    return ""
