"""What rules take out of an event: variables and extractions by regular expression, and templates that put values in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from pdsync.condition.regex import compile_pattern
from pdsync.routing.path import MISSING, Path, parse_path

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
Find = Callable[[Path], Any]
"""Gives the value at a path, or MISSING."""


class RegexError(ValueError):
    """A regular expression that RE2 does not take."""


def extract(regex: str, value: str) -> str | None:
    """The capture groups of the first match, joined; the whole match where there are none. None: no match. Raises RegexError."""
    import re2

    try:
        found = compile_pattern(regex, exactly=True).search(value)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        raise RegexError(reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)) from None
    if found is None:
        return None
    return "".join(group or "" for group in found.groups()) if found.re.groups else found.group()


def render_template(template: str, find: Find) -> tuple[str, tuple[str, ...]]:
    """The text with the values of its ``{{path}}``, and the paths that have none: those become empty."""
    missing: list[str] = []

    def replace(placeholder: re.Match[str]) -> str:
        path = parse_path(placeholder[1])
        value = find(path) if path is not None else MISSING
        if value is MISSING or value is None:
            missing.append(placeholder[1])
            return ""
        return as_text(value)

    return _PLACEHOLDER.sub(replace, template), tuple(missing)


def paths_of(template: str) -> tuple[Path | None, ...]:
    """The paths that a template reads."""
    return tuple(parse_path(each) for each in _PLACEHOLDER.findall(template))


def as_text(value: Any) -> str:
    """A value of an event as conditions and templates see it."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
