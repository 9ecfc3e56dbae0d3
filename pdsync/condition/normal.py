"""The normal form of a condition: which claims together make it true. It is what conditions are compared by.

A *claim* is a leaf that holds, or that does not. A *case* is a set of claims that are all true. A condition is true in any of its cases.
Parentheses, order, repetitions, and the case of letters where it does not count, leave no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from pdsync.condition.parser import Condition
from pdsync.condition.tree import (
    And,
    Compare,
    How,
    Leaf,
    Literal,
    Matches,
    Nested,
    Node,
    Not,
    Operand,
    Or,
    Path,
    Truth,
    iter_leaves,
    operands_of,
)
from pdsync.condition.value import fold, to_text

MOST_CASES = 256
"""A condition with more is not analysed: cases multiply."""
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Claim:
    """A leaf, and whether it holds. Compared by its text: Python takes 1 and True for equal."""

    leaf: Leaf
    holds: bool
    text: str
    subject: str
    """The value that is compared with a fixed one; empty for a leaf of another sort."""


def claim_of(leaf: Leaf, holds: bool) -> Claim:
    """The claim that a leaf holds, or does not."""
    subject = str(leaf.left) if isinstance(leaf, Matches | Compare) else ""
    return Claim(leaf, holds, f"{'' if holds else 'not '}{leaf}", subject)


Case: TypeAlias = tuple[Claim, ...]


class NotAnalysedError(Exception):
    """The condition has too many cases, or joins values that may not be booleans: `not` of those is not their opposite."""


def find_cases(conditions: Iterable[Condition]) -> tuple[Case, ...]:
    """The cases of any of these conditions."""
    found = [case for condition in conditions for case in _cases_of(condition, True)]
    if len(found) > MOST_CASES:
        raise NotAnalysedError
    return _distinct(found)


def find_opposite_cases(condition: Condition) -> tuple[Case, ...]:
    """The cases in which the condition is not true."""
    return _distinct(_cases_of(condition, False))


def is_equal(first: Sequence[Condition], second: Sequence[Condition]) -> bool:
    """Whether the two lists of conditions say the same, in whatever order and spelling."""
    try:
        return _text_of(find_cases(first)) == _text_of(find_cases(second))
    except NotAnalysedError:
        return [str(each) for each in first] == [str(each) for each in second]


def _text_of(cases: tuple[Case, ...]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(claim.text for claim in case) for case in cases)


def _distinct(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple({frozenset(claim.text for claim in case): case for case in cases}.values())


def _cases_of(condition: Condition, holds: bool) -> list[Case]:
    node = condition.node
    if not isinstance(node, Truth):
        for leaf in iter_leaves(node):
            if isinstance(leaf, Truth) and not isinstance(leaf.operand, Literal):
                raise NotAnalysedError
    return _cases(node, holds)


def _cases(node: Node, holds: bool) -> list[Case]:
    match node:
        case Not():
            return _cases(node.part, not holds)
        case And() | Or():
            parts = [_cases(part, holds) for part in node.parts]
            if isinstance(node, Or) is holds:
                return _limited([case for part in parts for case in part])
            count = 1
            for part in parts:
                count *= len(part)
            if count > MOST_CASES:
                raise NotAnalysedError
            return [_joined(combination) for combination in product(*parts)]
        case _:
            return [(claim_of(_plain(node), holds),)]


def _limited(cases: list[Case]) -> list[Case]:
    if len(cases) > MOST_CASES:
        raise NotAnalysedError
    return cases


def _joined(cases: Iterable[Case]) -> Case:
    return tuple({claim.text: claim for case in cases for claim in case}.values())


def _plain(leaf: Leaf) -> Leaf:
    """The leaf with the event's value on the left, and without what does not count."""
    if isinstance(leaf, Compare):
        if isinstance(leaf.left, Literal) and not isinstance(leaf.right, Literal):
            return Compare(leaf.right, _MIRRORED[leaf.operator], leaf.left)
        return leaf
    if not isinstance(leaf, Matches):
        return leaf
    if leaf.how is How.WHOLE and isinstance(leaf.left, Literal) and isinstance(leaf.right, Path):
        leaf = replace(leaf, left=leaf.right, right=leaf.left)
    if isinstance(leaf.right, Literal) and leaf.how is not How.REGEX:
        text = to_text(leaf.right.value) or ""
        return replace(leaf, right=Literal(text if leaf.exactly else fold(text)))
    return leaf


def has_operand(leaf: Leaf, kind: type[Operand]) -> bool:
    """Whether the leaf looks at a value of that kind, however deep."""
    return any(_has(operand, kind) for operand in operands_of(leaf))


def _has(operand: Operand, kind: type[Operand]) -> bool:
    if isinstance(operand, Nested):
        return _node_has(operand.node, kind)
    return isinstance(operand, kind)


def _node_has(node: Node, kind: type[Operand]) -> bool:
    if isinstance(node, And | Or):
        return any(_node_has(part, kind) for part in node.parts)
    return _node_has(node.part, kind) if isinstance(node, Not) else has_operand(node, kind)
