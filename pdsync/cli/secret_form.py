"""The forms in which a secret may be repeated: as JSON, a URL, HTML or a shell spells it, in a Basic header, line by line, and cut.

PagerDuty, a proxy or a library may put a value into any of these before it reaches an output. Each is hidden like the value itself.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from html import escape
from shlex import quote as quote_for_shell
from urllib.parse import quote, quote_plus

SHORTEST_LINE = 8
"""A shorter line of a value is in many sentences."""
_PIECE = 10
"""A piece of a value as long as this, at its beginning or end, says too much of it."""
_TIMED = re.compile(r"[0-7][0-9A-Z]{25}")
"""A ULID, which is what PagerDuty makes the secret and the id of a runner of (PagerDuty API description, its example). It begins with ten letters
that say when it was made: what was made at that moment begins the same, and its id is not a secret."""
_TIME = 10


def forms_of(value: str) -> Iterator[str]:
    """The value in each form."""
    for text in (value, *_lines(value)):
        yield text
        yield json.dumps(text)[1:-1]
        yield json.dumps(text, ensure_ascii=False)[1:-1]
        yield json.dumps(json.dumps(text)[1:-1])[1:-1]  # JSON in a text of JSON, as in a body that is quoted
        yield quote(text, safe="", errors="replace")
        yield quote(text, errors="replace")
        yield quote_plus(text, errors="replace")
        yield escape(text)
        yield escape(text, quote=False)
        yield quote_for_shell(text).strip("'")
        yield repr(text)[1:-1]
    yield from _encoded(value)


def _lines(value: str) -> list[str]:
    lines = [line.strip() for line in value.splitlines()]
    return [line for line in lines if len(line) >= SHORTEST_LINE] if len(lines) > 1 else []


def _encoded(value: str) -> Iterator[str]:
    """What of the value is in Base64 the same whatever is before and after it, such as ``user:`` in a Basic header."""
    data = value.encode("utf-8", "surrogatepass")
    for ahead in range(3):
        start, length = -(-ahead * 8 // 6), (ahead + len(data)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            core = encode(b"\0" * ahead + data).decode()[start:length]
            if len(core) >= SHORTEST_LINE:
                yield core


def hide_pieces(text: str, value: str, shown: str) -> str:
    """The text without pieces of a long value, or line of it, that was cut or wrapped: at its beginning or end, of ten characters or more."""
    for line in (value, *_lines(value)):
        if len(line) > _PIECE:
            text = _hide(text, line, shown, _TIME + 5 if _TIMED.fullmatch(line) else _PIECE)
            text = _hide(text[::-1], line[::-1], shown[::-1], _PIECE)[::-1]
    return text


def _hide(text: str, value: str, shown: str, least: int) -> str:
    """The text without what begins as the value does, with at least so many letters of it."""
    head, at, found = value[:least], 0, []
    while (begin := text.find(head, at)) >= 0:
        end = begin + len(head)
        while end - begin < len(value) and end < len(text) and text[end] == value[end - begin]:
            end += 1
        found += [text[at:begin], shown]
        at = end
    return "".join([*found, text[at:]]) if found else text
