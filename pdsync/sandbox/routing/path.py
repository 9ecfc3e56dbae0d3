"""Path: the name of a value inside an event: ``event.custom_details['load avg'][0]``.

PCL Overview, Paths: names after a dot are letters, digits and underscores; others are quoted in brackets; numbers in brackets
count the items of a list, from 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pdsync.sandbox.routing.error import ConditionError

Path = tuple[str | int, ...]
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
QUOTED = re.compile(r"'((?:[^'\\]|\\['\\])*)'")
_STEP = re.compile(r"\s*(?=[.\[])")
_DOTTED = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)")
_NUMBER = re.compile(r"\[\s*([0-9]+)\s*\]")
_BRACKET = re.compile(r"\[\s*'((?:[^'\\]|\\['\\])*)'\s*\]")
_ESCAPE = re.compile(r"\\(['\\])")


def unquoted(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


def read_path(text: str, at: int) -> tuple[Path, int]:
    """The path that begins at this place, and where it ends."""
    found = NAME.match(text, at)
    if found is None:
        raise ConditionError("a path is expected", at)
    steps: list[str | int] = [found[0]]
    at = found.end()
    while begun := _STEP.match(text, at):
        at = begun.end()
        if step := _DOTTED.match(text, at):
            steps.append(step[1])
        elif step := _BRACKET.match(text, at):
            steps.append(unquoted(step[1]))
        elif step := _NUMBER.match(text, at):
            steps.append(int(step[1]))
        else:
            raise ConditionError("after a path comes a name, or a quoted name or a number in brackets", at)
        at = step.end()
    return tuple(steps), at


def parse_path(text: str) -> Path | None:
    """None for what is not a path."""
    try:
        path, end = read_path(text, 0)
    except ConditionError:
        return None
    return path if end == len(text) else None


def find(scope: Mapping[str, Any], path: Path) -> tuple[bool, Any]:
    """Whether there is something at the path, and what. What is there may be nil."""
    value: Any = scope
    for step in path:
        if isinstance(step, str):
            if not isinstance(value, Mapping) or step not in value:
                return False, None
            value = value[step]
        else:
            if not isinstance(value, list) or step >= len(value):
                return False, None
            value = value[step]
    return True, value


def with_value(event: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy that holds the value at the path. What is in the way and no object is replaced by one."""
    step, rest = str(path[0]), path[1:]
    if not rest:
        return {**event, step: value}
    inner = event.get(step)
    return {**event, step: with_value(inner if isinstance(inner, Mapping) else {}, rest, value)}
