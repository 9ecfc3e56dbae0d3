"""Paths into an event, such as ``event.custom_details.hosts[0]`` or ``event.custom_details['disk.used']``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

Path = tuple[str | int, ...]
_FIRST = re.compile(r"[^.\[\]'\"]+")
_STEP = re.compile(r"""\.(?P<name>[^.\[\]'"]+)|\[(?:(?P<index>\d{1,9})|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\]""")


class Missing:
    """The type of MISSING."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
"""What a path leads to where there is nothing."""


@lru_cache(maxsize=4096)
def parse_path(text: str) -> Path | None:
    """The steps of a path; None for a text that is not one."""
    text = text.strip()
    first = _FIRST.match(text)
    if first is None:
        return None
    steps: list[str | int] = [first[0].strip()]
    at = first.end()
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            return None
        kind, step = found.lastgroup, found[found.lastgroup or 0]
        steps.append(int(step) if kind == "index" else step)
        at = found.end()
    return tuple(steps)


def find_value(value: Any, path: Path) -> Any:
    """What is at a path inside a value; MISSING where there is nothing."""
    for step in path:
        if isinstance(value, Mapping) and str(step) in value:
            value = value[str(step)]
        elif isinstance(value, Sequence) and not isinstance(value, str) and _index(step) < len(value):
            value = value[_index(step)]
        else:
            return MISSING
    return value


def set_value(value: Mapping[str, Any], path: Path, new: Any) -> dict[str, Any]:
    """The mapping with `new` at a path. What is on the way and not a mapping is replaced by one."""
    step, rest = str(path[0]), path[1:]
    inner = value.get(step)
    return {**value, step: set_value(inner if isinstance(inner, Mapping) else {}, rest, new) if rest else new}


def _index(step: str | int) -> int:
    """The index that a step means in a list: past every end where it means none."""
    text = str(step)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1 << 62
