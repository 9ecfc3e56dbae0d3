"""Whether a rule matches an event."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.condition import ConditionError, Facts, evaluate, parse

_ALWAYS = "it has no condition"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a rule matches; None where that is undecided."""

    matches: bool | None
    reasons: tuple[str, ...] = ()
    """Of each condition that was judged, why."""


def judge(conditions: tuple[str, ...], facts: Facts) -> Judgement:
    """Whether one of the conditions is true; a rule without any always matches."""
    if not conditions:
        return Judgement(True, (_ALWAYS,))
    undecided, reasons = False, list[str]()
    for condition in conditions:
        found = _judge_one(condition, facts)
        if found.matches:
            return found
        undecided = undecided or found.matches is None
        reasons.extend(found.reasons)
    return Judgement(None if undecided else False, tuple(reasons))


def _judge_one(text: str, facts: Facts) -> Judgement:
    """An account may hold a condition that no one here can read: whether that matches is undecided."""
    try:
        verdict = evaluate(parse(text), facts)
    except ConditionError as error:
        return Judgement(None, (f"{text!r} cannot be read here: {error.message}",))
    return Judgement(verdict.result, verdict.reasons)
