"""Compares conditions: which of them never hold, always hold, or hold only where an earlier one does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from pdsync.condition.implication import excludes, follows, is_constant, never
from pdsync.condition.normal import Case, NotAnalysedError, find_cases, find_opposite_cases, has_operand
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


def covers(earlier: Sequence[Condition], later: Sequence[Condition]) -> bool:
    """Whether each event that fits a later condition fits an earlier one too. No conditions fit every event.

    A trigger count is that of its own rule, so the count of one rule says nothing of another's.
    """
    if not earlier or any(map(is_always, earlier)):
        return True
    if not later:
        return False
    try:
        given, wanted = find_cases(earlier), find_cases(later)
    except NotAnalysedError:
        return False
    given = tuple(case for case in given if not any(has_operand(claim.leaf, Count) for claim in case))
    return all(_impossible(case) or any(_case_follows(each, case) for each in given) for case in wanted)


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
            contradict = excludes(first.leaf, second.leaf)
        elif first.holds != second.holds:
            true, false = (first, second) if first.holds else (second, first)
            contradict = follows(type(false)(false.leaf, True), true)
        else:
            contradict = False
        if contradict:
            return f"{first.text} and {second.text} contradict each other"
    return ""
