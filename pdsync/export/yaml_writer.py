"""Values as YAML text that people like to read: one style, and quotes exactly where YAML would misread."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pdsync.model.codec.referring_text import ReferringString, written_out
from pdsync.model.codec.secret_text import SecretString
from pdsync.model.instant import DURATION_PATTERN

WIDTH = 110
_STEP = 2
_MAX_FLOW_MEMBERS = 4
_RESERVED = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"])
_DURATION = re.compile(DURATION_PATTERN)
_INNER = frozenset(" _-./+@&'()")
"""Characters that plain text between brackets may contain, besides letters and digits."""
_NO_COLON = re.compile(r":(?: |$)|#")
_VARIABLE = re.compile(r"\$\{(?=(?:var|env|file):[^}]*\})")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def literal(text: str) -> str:
    """Text as a manifest says it: what looks like a reference to a variable or an object is marked as none."""
    if "${" not in text or isinstance(text, SecretString):
        return text
    return _VARIABLE.sub(r"$\g<0>", text if isinstance(text, ReferringString) else written_out(text))


def render_scalar(value: object, *, flow: bool = True) -> str:
    """One value on one line. Text is quoted unless no YAML reader could take it for anything else.

    Without `flow` the value is not between brackets, where commas would end it.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = literal(value if isinstance(value, str) else str(value))
    return text if _is_plain(text, flow) else quote(text)


def quote(text: str) -> str:
    """Text in double quotes, with everything escaped that could not be seen."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_plain(text: str, flow: bool) -> bool:
    if not text or text != text.strip() or text.casefold() in _RESERVED:
        return False
    if _DURATION.fullmatch(text):
        return True
    if not text[0].isalpha():
        return False
    if flow:
        return all(char.isalnum() or char in _INNER for char in text)
    return text.isprintable() and not _NO_COLON.search(text)


def is_block_text(text: str) -> bool:
    """True for several lines that can be written as they are, below a ``|-``."""
    if "\n" not in text or text != text.strip():
        return False
    return all(char.isprintable() or char in "\n\t" for char in text)


def render_block_text(text: str, indent: int) -> list[str]:
    """The lines below a ``|-``."""
    return [f"{' ' * indent}{line}" if line else "" for line in literal(text).split("\n")]


def render_inline(value: Any, room: int) -> str | None:
    """A value on one line of at most `room` characters; None where it reads better on several."""
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{render_scalar(name)}: {render_flow(inner)}" for name, inner in value.items()) + "}"
        return text if not value or (_may_flow(value) and len(text) <= room) else None
    if isinstance(value, list | tuple):
        text = render_flow(value)
        return text if not value or (not any(map(_is_nested, value)) and len(text) <= room) else None
    return None if isinstance(value, str) and is_block_text(value) else render_scalar(value, flow=False)


def render_flow(value: Any) -> str:
    """A value between brackets, however long it gets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{render_scalar(name)}: {render_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(render_flow, value)) + "]"
    return render_scalar(value)


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) or (isinstance(value, str) and "\n" in value)


def _may_flow(value: Mapping[str, Any]) -> bool:
    """Few members, and nothing in them that holds a list of mappings or several lines."""
    if len(value) > _MAX_FLOW_MEMBERS:
        return False
    for inner in value.values():
        if isinstance(inner, Mapping) and not _may_flow(inner):
            return False
        if isinstance(inner, list | tuple) and any(map(_is_nested, inner)):
            return False
        if isinstance(inner, str) and "\n" in inner:
            return False
    return True


def render_entry(head: str, value: Any, indent: int) -> list[str]:
    """The lines of ``head`` (a key with its colon, or a dash) with its value. `indent` is the column of the head."""
    pad = " " * indent
    inline = render_inline(value, WIDTH - indent - len(head) - 1)
    if inline is not None:
        return [f"{pad}{head} {inline}"]
    if isinstance(value, str):
        return [f"{pad}{head} |-", *render_block_text(value, indent + _STEP)]
    if head == "-":
        return _hang(render_block(value, indent + _STEP), indent)
    return [f"{pad}{head}", *render_block(value, indent + _STEP)]


def _hang(lines: list[str], indent: int) -> list[str]:
    """Puts a dash before the first line."""
    return [f"{' ' * indent}- {lines[0].lstrip(' ')}", *lines[1:]]


def render_block(
    value: Any, indent: int, comments: Mapping[str, Sequence[str]] | None = None, *, compact: bool = True
) -> list[str]:
    """The lines of a mapping or a list, one member or item below the other. `comments` are written above members.

    Without `compact`, members that are mappings never go on one line.
    """
    lines: list[str] = []
    if not isinstance(value, Mapping):
        for item in value:
            lines.extend(render_entry("-", item, indent))
        return lines
    for name, inner in value.items():
        lines.extend(f"{' ' * indent}# {comment}" for comment in (comments or {}).get(name, ()))
        head = f"{render_scalar(name)}:"
        if not compact and isinstance(inner, Mapping) and inner:
            lines.extend([f"{' ' * indent}{head}", *render_block(inner, indent + _STEP)])
        else:
            lines.extend(render_entry(head, inner, indent))
    return lines
