"""What follows from a claim, and what cannot be true together with it.

Both questions are answered with yes only where that is certain for every event; a no means "not known". So a rule is never called
unreachable that an event can reach.
"""

from __future__ import annotations

from typing import Any

from pdsync.condition.normal import Claim
from pdsync.condition.tree import Compare, Count, Exists, How, Leaf, Literal, Matches, Operand, Path, Truth
from pdsync.condition.value import compare, fold, is_number

_LOWER = (">", ">=")
_UPPER = ("<", "<=")
_MEANS_OTHER = "([\\"
"""With these in it a pattern may match exactly, and not where upper and lower case do not count: ``[^a]`` matches A, and flags inside it win."""


def follows(claim: Claim, from_: Claim) -> bool:
    """Whether the claim is true of every event of which `from_` is true."""
    if claim.text == from_.text:
        return True
    if claim.holds:
        return from_.holds and _implies(from_, claim)
    return excludes(from_, claim) if from_.holds else _implies(claim, from_)


def excludes(first: Claim, second: Claim) -> bool:
    """Whether no event has the leaves of both."""
    if not first.subject or first.subject != second.subject:
        return False
    return _excludes(first.leaf, second.leaf) or _excludes(second.leaf, first.leaf)


def _implies(one: Claim, other: Claim) -> bool:
    first, second = one.leaf, other.leaf
    if isinstance(second, Exists):
        return any(_is_within(path, second.path) for path in _present(first))
    if not one.subject or one.subject != other.subject:
        return False
    if isinstance(first, Matches) and isinstance(second, Matches):
        return _match_implies(first, second)
    if isinstance(first, Compare) and isinstance(second, Compare):
        return _range_implies(first, second)
    if isinstance(first, Compare) and isinstance(second, Matches):
        known = _literal(first.right)
        return first.operator == "==" and isinstance(known, str) and _matches(known, second)
    return False


def _match_implies(first: Matches, second: Matches) -> bool:
    text, pattern = _literal(first.right), _literal(second.right)
    if not (isinstance(text, str) and isinstance(pattern, str)):
        return False
    if first.how is How.REGEX:
        return second.how is How.REGEX and text == pattern and not second.exactly and not set(_MEANS_OTHER) & set(text)
    if first.how is How.WHOLE and first.exactly:
        return _matches(text, second)
    if second.how is How.REGEX:
        return first.how is How.WHOLE and _ignores_case(text, second) and _matches(text, second)
    if second.exactly and not first.exactly:
        return False
    wanted = pattern if second.exactly else fold(pattern)
    given = text if second.exactly else fold(text)
    return wanted in given if second.how is How.PART else first.how is How.WHOLE and wanted == given


def _range_implies(first: Compare, second: Compare) -> bool:
    given, limit = _literal(first.right), _literal(second.right)
    if given is None or limit is None:
        return False
    if first.operator == "==":
        return compare(given, second.operator, limit) is True
    if not (is_number(given) and is_number(limit)):
        return False
    if first.operator in _LOWER and second.operator in _LOWER:
        return bool(given > limit or (given == limit and (first.operator == ">" or second.operator == ">=")))
    if first.operator in _UPPER and second.operator in _UPPER:
        return bool(given < limit or (given == limit and (first.operator == "<" or second.operator == "<=")))
    return False


def _excludes(first: Leaf, second: Leaf) -> bool:
    if isinstance(first, Matches) and isinstance(second, Matches):
        return _match_excludes(first, second)
    if not isinstance(first, Compare):
        return False
    given = _literal(first.right)
    if given is None:
        return False
    if isinstance(second, Matches):
        return first.operator == "==" and isinstance(given, str) and _differs(given, second)
    return isinstance(second, Compare) and _range_excludes(first, second, given)


def _match_excludes(first: Matches, second: Matches) -> bool:
    """Only a whole text rules others out: two parts, or two patterns, may both be in one text."""
    text = _literal(first.right)
    if first.how is not How.WHOLE or not isinstance(text, str):
        return False
    if first.exactly:
        return _differs(text, second)
    pattern = _literal(second.right)
    if second.how is How.REGEX:
        return _ignores_case(text, second) and not _matches(text, second)
    if not isinstance(pattern, str):
        return False
    return fold(pattern) not in text if second.how is How.PART else fold(pattern) != text


def _range_excludes(first: Compare, second: Compare, given: Any) -> bool:
    limit = _literal(second.right)
    if limit is None:
        return False
    if first.operator == "==":
        return compare(given, second.operator, limit) is not True
    if not (is_number(given) and is_number(limit)) or first.operator not in _LOWER or second.operator not in _UPPER:
        return False
    return bool(given > limit or (given == limit and (first.operator, second.operator) != (">=", "<=")))


def never(leaf: Leaf) -> str:
    """Why the leaf is false for every event; an empty text where it may be true."""
    if isinstance(leaf, Truth) and _literal(leaf.operand) is False:
        return "it says false"
    if isinstance(leaf, Compare):
        return _never_compares(leaf)
    if isinstance(leaf, Matches) and isinstance(leaf.right, Literal):
        return _never_matches(leaf)
    return ""


def is_constant(leaf: Leaf) -> bool:
    """Whether the leaf is true whatever the event."""
    if isinstance(leaf, Truth):
        return _literal(leaf.operand) is True
    if isinstance(leaf, Compare):
        left, right = _literal(leaf.left), _literal(leaf.right)
        return left is not None and right is not None and compare(left, leaf.operator, right) is True
    return False


def _never_compares(leaf: Compare) -> str:
    for operand in (leaf.left, leaf.right):
        if leaf.operator != "==" and isinstance(operand, Literal) and not is_number(operand.value):
            return f"'{leaf.operator}' compares only numbers, or times, and {operand} is neither"
    left, right = _literal(leaf.left), _literal(leaf.right)
    if left is not None and right is not None and not compare(left, leaf.operator, right):
        return f"{left} is not {leaf.operator} {right}"
    if isinstance(leaf.left, Count) and right is not None:
        most = {"<": right > 1, "<=": right >= 1, "==": right >= 1}.get(leaf.operator, True)
        return "" if most else "a trigger count is at least 1: the event itself counts"
    return ""


def _never_matches(leaf: Matches) -> str:
    text, pattern = _literal(leaf.left), _literal(leaf.right)
    if leaf.how is How.REGEX:
        from pdsync.condition.emptiness import find_contradiction

        if (why := find_contradiction(str(pattern))) and not isinstance(text, str):
            return why
    return f"{leaf} is false" if isinstance(text, str) and not _matches(text, leaf) else ""


def _present(leaf: Leaf) -> list[Path]:
    """Paths that are there, with a value that is not null, where the leaf is true."""
    if isinstance(leaf, Exists):
        return [leaf.path]
    if isinstance(leaf, Truth):
        return [leaf.operand] if isinstance(leaf.operand, Path) else []
    if isinstance(leaf, Matches) or (isinstance(leaf, Compare) and leaf.operator != "=="):
        return [side for side in (leaf.left, leaf.right) if isinstance(side, Path)]
    if isinstance(leaf, Compare) and isinstance(leaf.left, Path) and isinstance(leaf.right, Literal):
        return [leaf.left]
    return []


def _is_within(path: Path, other: Path) -> bool:
    return path.keys[: len(other.keys)] == other.keys


def _literal(operand: Operand) -> Any:
    return operand.value if isinstance(operand, Literal) else None


def _matches(text: str, leaf: Matches) -> bool:
    from pdsync.condition.evaluation import match_text

    pattern = _literal(leaf.right)
    return pattern is not None and match_text(text, leaf.how, str(pattern), leaf.exactly)


def _differs(text: str, leaf: Matches) -> bool:
    return _literal(leaf.right) is not None and not _matches(text, leaf)


def _ignores_case(text: str, leaf: Matches) -> bool:
    """Whether the pattern says the same of the text in every spelling of it."""
    return not leaf.exactly and text.isascii() and "(?" not in str(_literal(leaf.right))
