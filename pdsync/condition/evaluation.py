"""Evaluates a condition for an event, as PagerDuty documents it.

- A missing field and null match nothing, and nothing is compared with them but by ``==``. Only ``exists`` tells the two apart.
- ``matches`` converts values to text; the other operators convert nothing, so ``'7' > 5`` is false.
- What cannot be compared is false, and ``not`` of it is true.
- A value that is not a boolean makes `and`, `or` and `not` of it false. Where a part to the left of it has decided, it does not count.
- What is not known (a trigger count, a cache variable, the time) makes the result unknown, unless the rest decides it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeAlias

from pdsync.condition.facts import MISSING, UNKNOWN, Facts
from pdsync.condition.parser import Condition
from pdsync.condition.reason import render_now, render_operand, render_value
from pdsync.condition.regex import search
from pdsync.condition.tree import (
    And,
    Compare,
    Count,
    During,
    Exists,
    How,
    Leaf,
    Literal,
    Matches,
    Moment,
    Nested,
    Node,
    Not,
    Now,
    Operand,
    Or,
    Path,
    Truth,
)
from pdsync.condition.value import compare, fold, to_text
from pdsync.condition.verdict import Verdict, join, negate

_WORDS = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most", "==": "equal to"}
_Judged: TypeAlias = tuple[bool | None, Callable[[], str]]
"""The result of a leaf, and what says why: most reasons are never shown, and to make one takes longer than to judge."""


def evaluate(condition: Condition, facts: Facts) -> Verdict:
    """Whether the condition holds for the event, and why."""
    return _judge(condition.node, facts)


def _judge(node: Node, facts: Facts) -> Verdict:
    match node:
        case And():
            return join("and", tuple(_judge(part, facts) for part in node.parts), node)
        case Or():
            return join("or", tuple(_judge(part, facts) for part in node.parts), node)
        case Not():
            return negate(_judge(node.part, facts), node)
        case _:
            result, explain = _judge_leaf(node, facts)
            is_boolean = not isinstance(node, Truth) or _is_boolean(_value(node.operand, facts))
            return Verdict(result, node, explain, is_boolean=is_boolean)


def _judge_leaf(leaf: Leaf, facts: Facts) -> _Judged:
    match leaf:  # the most frequent first
        case Matches():
            return _matches(leaf, facts)
        case Compare():
            return _compares(leaf, facts)
        case Exists():
            return _exists(leaf, facts)
        case Truth():
            return _truth(leaf, facts)
        case During():
            return _during(leaf, facts)


def _exists(leaf: Exists, facts: Facts) -> _Judged:
    value = facts.look_up(leaf.path)
    if value is UNKNOWN:
        return None, partial(_explain_unknown, leaf.path)
    if value is MISSING:
        return False, partial(render_value, leaf.path, MISSING)
    return True, lambda: f"{leaf.path} exists"


def _explain_unknown(operand: Operand) -> str:
    return f"{render_operand(operand)} is not known"


def _during(leaf: During, facts: Facts) -> _Judged:
    now = facts.now
    if now is None:
        return None, lambda: "the time is not known"
    inside = leaf.window.contains(now)
    return inside, partial(_explain_during, leaf, now, inside)


def _explain_during(leaf: During, now: datetime, inside: bool) -> str:
    clock = render_now(leaf.window.wall_clock(now), leaf.window.zone)
    return f"now is {clock}, {'inside' if inside else 'outside'} {leaf.window}"


def _truth(leaf: Truth, facts: Facts) -> _Judged:
    value = _value(leaf.operand, facts)
    if value is UNKNOWN:
        return None, partial(_explain_unknown, leaf.operand)
    return value is True, partial(render_value, leaf.operand, value)


def _compares(leaf: Compare, facts: Facts) -> _Judged:
    left, right = _value(leaf.left, facts), _value(leaf.right, facts)
    if left is UNKNOWN or right is UNKNOWN:
        return None, partial(_explain_unknown, leaf.left if left is UNKNOWN else leaf.right)
    result = compare(left, leaf.operator, right)
    return bool(result), partial(_explain_compare, leaf, left, right, result)


def _explain_compare(leaf: Compare, left: object, right: object, result: bool | None) -> str:
    first, word = render_value(leaf.left, left), _WORDS[leaf.operator]
    if result is None:
        return f"{first}, and '{leaf.operator}' compares only numbers, or times"
    second = str(leaf.right) if isinstance(leaf.right, Literal | Moment) else render_value(leaf.right, right)
    return f"{first}, {'' if result else 'not '}{word} {second}"


def _matches(leaf: Matches, facts: Facts) -> _Judged:
    left, right = _value(leaf.left, facts), _value(leaf.right, facts)
    if left is UNKNOWN or right is UNKNOWN:
        return None, partial(_explain_unknown, leaf.left if left is UNKNOWN else leaf.right)
    text, pattern = to_text(left), to_text(right)
    if text is None or pattern is None:
        operand, value = (leaf.left, left) if text is None else (leaf.right, right)
        return False, partial(render_value, operand, value)
    result = match_text(text, leaf.how, pattern, leaf.exactly)
    return result, partial(_explain_match, leaf, left, right, result)


def _explain_match(leaf: Matches, left: object, right: object, result: bool) -> str:
    first = render_value(leaf.left, left)
    second = str(leaf.right) if isinstance(leaf.right, Literal) else render_value(leaf.right, right)
    if not result and leaf.exactly and match_text(to_text(left) or "", leaf.how, to_text(right) or "", False):
        second += " (case-sensitive)"
    if leaf.how is How.PART:
        return f"{first}, and {second} is {'' if result else 'not '}in it"
    if leaf.how is How.REGEX:
        return f"{first}, and the pattern {second} {'matches' if result else 'does not match'}"
    return first if result else f"{first}, not {second}"


def match_text(text: str, how: How, pattern: str, exactly: bool) -> bool:
    """Whether a text matches, by one of the three operators."""
    if how is How.REGEX:
        return search(pattern, text, exactly)
    if not exactly:
        text, pattern = fold(text), fold(pattern)
    return pattern in text if how is How.PART else pattern == text


def _value(operand: Operand, facts: Facts) -> object:
    match operand:
        case Path():
            return facts.look_up(operand)
        case Literal():
            return operand.value
        case Moment():
            return operand.at
        case Now():
            return UNKNOWN if facts.now is None else facts.now
        case Count():
            return facts.count(operand)
        case Nested():
            result = _judge(operand.node, facts).result
            return UNKNOWN if result is None else result


def _is_boolean(value: object) -> bool | None:
    return None if value is UNKNOWN else isinstance(value, bool)
