"""What is wrong with a condition that can be read: a condition that never works is an error, a condition that works but is probably a mistake is a warning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pdsync.condition.coverage import find_impossible, find_impossible_parts, is_always
from pdsync.condition.error import suggest
from pdsync.condition.parser import MOST_KEPT, Condition
from pdsync.condition.tree import (
    Compare,
    Count,
    How,
    Leaf,
    Literal,
    Matches,
    Operand,
    Path,
    iter_leaves,
    operands_of,
)

ROOTS = ("event", "raw_event", "cache_var")
EVENT_FIELDS = (
    "summary", "source", "severity", "timestamp", "class", "component", "group", "custom_details",
    "dedup_key", "event_action", "client", "client_url", "links", "images",
)  # fmt: skip
"""PagerDuty's common event format. There may be others; a name near one of these is most likely that one."""
_CHOICES = {
    "severity": ("critical", "error", "warning", "info"),
    "event_action": ("trigger", "acknowledge", "resolve"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a condition. A warning stops nothing."""

    message: str
    hint: str
    is_error: bool


@lru_cache(maxsize=MOST_KEPT)
def check(condition: Condition, *, counts_allowed: bool = True) -> tuple[Finding, ...]:
    """What is wrong with the condition. `counts_allowed`: whether it may ask for a trigger count where it is."""
    leaves = list(iter_leaves(condition.node))
    findings = [found for leaf in leaves for found in _check_leaf(leaf, counts_allowed)]
    if why := find_impossible(condition):
        findings.append(Finding(f"the condition is never true: {why}", "Correct it, or remove it.", True))
    for why in find_impossible_parts(condition):
        findings.append(Finding(f"a part of the condition is never true: {why}", "Correct it, or remove it.", False))
    if not why and is_always(condition):
        hint = "Leave out 'if' for a rule that always applies."
        findings.append(Finding("the condition is true of every event", hint, False))
    return tuple(dict.fromkeys(findings))


def cache_variables_of(condition: Condition) -> list[str]:
    """The names of cache variables that the condition reads, each once."""
    paths = (path for path in _paths(condition) if path.root == "cache_var" and len(path.keys) > 1)
    return list(dict.fromkeys(str(path.keys[1]) for path in paths))


def check_cache_variables(condition: Condition, known: Iterable[str]) -> list[Finding]:
    """Cache variables that the condition reads and that are not among the known ones. There may be others in the account."""
    names = list(known)
    findings = []
    for name in cache_variables_of(condition):
        if name not in names:
            near = suggest(name, names)
            hint = f"Did you mean 'cache_var.{near}'?" if near else "Add it to cache_variables."
            findings.append(Finding(f"there is no cache variable '{name}' here", hint, False))
    return findings


def _check_leaf(leaf: Leaf, counts_allowed: bool) -> Iterator[Finding]:
    for operand in operands_of(leaf):
        if isinstance(operand, Path):
            yield from _check_path(operand)
        elif isinstance(operand, Count) and not counts_allowed:
            hint = "Count in the conditions of rules: it is allowed only there."
            yield Finding(f"'{operand}' is not allowed here", hint, True)
    if isinstance(leaf, Matches) and leaf.how is not How.WHOLE and _text(leaf.right) == "":
        yield Finding(f"'{leaf}' is true of every text", f"Write '{leaf.left} exists'.", False)
    if isinstance(leaf, Matches | Compare):
        yield from _check_choice(leaf)


def _check_path(path: Path) -> Iterator[Finding]:
    if path.root not in ROOTS:
        near = suggest(path.root, ROOTS)
        is_word = len(path.keys) == 1
        message = f"'{path}' is not a field" if is_word else f"'{path}' does not exist: there is no '{path.root}'"
        if near:
            yield Finding(message, f"Did you mean '{Path((near, *path.keys[1:]))}'?", True)
        else:
            # It may be one that PagerDuty does not document.
            hint = (
                f"If it is a text, write it in single quotes: '{path}'."
                if is_word
                else f"PagerDuty documents {', '.join(ROOTS)}."
            )
            yield Finding(message, hint, False)
    elif path.root == "event" and len(path.keys) > 2 and path.keys[1] == "payload":
        message = "'payload' is not a field of the common event format"
        hint = f"Did you mean '{Path(('event', *path.keys[2:]))}'? The event as it was sent is in 'raw_event.payload'."
        yield Finding(message, hint, False)
    elif path.root == "event" and len(path.keys) > 1 and path.keys[1] not in EVENT_FIELDS:
        near = suggest(str(path.keys[1]), EVENT_FIELDS)
        if near:
            message = f"'{path.keys[1]}' is not a field of the common event format"
            yield Finding(message, f"Did you mean '{Path(('event', near, *path.keys[2:]))}'?", False)
    elif path.root == "cache_var" and len(path.keys) == 1:
        yield Finding("'cache_var' needs the name of a variable", "Write it as cache_var.name.", True)


def _check_choice(leaf: Matches | Compare) -> Iterator[Finding]:
    """A severity, say, that no event has."""
    if not isinstance(leaf.left, Path) or leaf.left.root != "event" or len(leaf.left.keys) != 2:
        return
    choices, wanted = _CHOICES.get(str(leaf.left.keys[1])), _text(leaf.right)
    is_whole = leaf.how is How.WHOLE if isinstance(leaf, Matches) else leaf.operator == "=="
    if choices is None or wanted is None or not is_whole:
        return
    is_known = wanted.lower() in choices if isinstance(leaf, Matches) and not leaf.exactly else wanted in choices
    if not is_known:
        near = suggest(wanted, choices)
        hint = f"Did you mean '{near}'?" if near else f"It is one of {', '.join(choices)}."
        yield Finding(f"no event has the {leaf.left.keys[1]} '{wanted}'", hint, False)


def _text(operand: Operand) -> str | None:
    return operand.value if isinstance(operand, Literal) and isinstance(operand.value, str) else None


def _paths(condition: Condition) -> Iterator[Path]:
    for leaf in iter_leaves(condition.node):
        for operand in operands_of(leaf):
            if isinstance(operand, Path):
                yield operand
