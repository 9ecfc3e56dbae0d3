r"""Patterns of our JSON Schemas, written so that every validator reads them alike.

Python's ``$`` lets a line break through, and validators disagree on what ``\d``, ``\w`` and ``\s`` are. So a pattern that
describes a whole text forbids line breaks next to it, and white space is spelled out: it is what ``str.strip`` takes off.
"""

from __future__ import annotations

from typing import Any

WHITE_SPACE = r"\x09-\x0d\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""The white space of `str.strip`, for use inside of brackets."""
NOT_BLANK = f"[^{WHITE_SPACE}]"
EMAIL = f"^[{WHITE_SPACE}]*[^@{WHITE_SPACE}]+@[^@{WHITE_SPACE}]+[{WHITE_SPACE}]*$"


def whole(pattern: str) -> dict[str, Any]:
    """The part of a schema that says: all of the text fits this pattern."""
    return {"pattern": f"^({pattern})$", **_no(r"\n")}


def without(characters: str) -> dict[str, Any]:
    """The part of a schema that says: the text holds none of these characters."""
    return _no(f"[{''.join(_in_brackets(char) for char in characters)}]")


def _no(pattern: str) -> dict[str, Any]:
    # A pattern fits whatever is not text, so without the type null would be refused too.
    return {"not": {"type": "string", "pattern": pattern}}


def _in_brackets(char: str) -> str:
    return f"\\{char}" if char in "\\]^-" else char
