"""The forms in which a secret may be repeated: as JSON, a URL, HTML or a shell spells it, in a Basic header, line by line, and cut.

PagerDuty, a proxy or a library may put a value into any of these before it reaches an output. Each is hidden like the value itself.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html import escape
from shlex import quote as quote_for_shell
from typing import Final, TypeAlias
from urllib.parse import quote, quote_plus

SHORTEST_LINE = 8
"""A shorter line of a value is in many sentences."""
_PIECE = 10
"""A piece of a value as long as this, at its beginning or end, says too much of it."""
_TIMED = re.compile(r"[0-7][0-9A-Z]{25}")
"""A ULID, which is what PagerDuty makes the secret and the id of a runner of (PagerDuty API description, its example). It begins with ten letters
that say when it was made: what was made at that moment begins the same, and its id is not a secret."""
_TIME = 10


def _as_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _as_repr(text: str) -> str:
    """As Python writes it in a text that has both quotes."""
    return repr(f"{text}'\"")[1:-4]


_Spell: TypeAlias = Callable[[str], str]
_SPELLINGS: Final[tuple[_Spell, ...]] = (
    lambda text: text,
    _as_json,
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: _as_json(_as_json(text)),  # JSON in a text of JSON, as in a body that is quoted
    lambda text: quote(text, safe="", errors="replace"),
    lambda text: quote(text, errors="replace"),
    lambda text: quote_plus(text, errors="replace"),
    escape,
    lambda text: escape(text, quote=False),
    _as_repr,
    lambda text: _as_repr(text).replace("\\'", "'"),
)
"""Each spells a text character by character, so that of a piece is a piece of that of the whole."""


def forms_of(value: str) -> Iterator[str]:
    """The value in each form."""
    for text in (value, *_lines(value)):
        for spell in _SPELLINGS:
            yield spell(text)
        yield quote_for_shell(text).strip("'")
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
    """The text without pieces of a long value, or line of it, that was cut or wrapped: at its beginning or end, of ten characters or more, in
    any spelling."""
    found = [
        span
        for line, spell, head, tail in _pieces_of(value)
        if head in text or tail in text
        for span in _find_pieces(text, spell(line), head, tail)
    ]
    parts, at = [], 0
    for begin, end in _joined(sorted(found)):
        parts += [text[at:begin], shown]
        at = end
    return "".join([*parts, text[at:]]) if found else text


def _least(line: str) -> int:
    """How much of its beginning says too much of a line."""
    return _TIME + 5 if _TIMED.fullmatch(line) else _PIECE


@lru_cache(maxsize=1024)  # a run masks many lines, with the same few secrets
def _pieces_of(value: str) -> tuple[tuple[str, _Spell, str, str], ...]:
    """The lines of a value that are long enough, each with its first and last characters, in each spelling."""
    lines = dict.fromkeys(line for line in (value, *_lines(value)) if len(line) > _PIECE)
    found = {
        (line, spell(line[: _least(line)]), spell(line[-_PIECE:]), spell(line)): spell
        for line in lines
        for spell in _SPELLINGS
    }
    return tuple((line, spell, head, tail) for (line, head, tail, _), spell in found.items())


def _find_pieces(text: str, whole: str, head: str, tail: str) -> Iterator[tuple[int, int]]:
    """Where a text has a piece that begins as the whole does, or ends as it does."""
    begin = text.find(head)
    while begin >= 0:
        length = len(head)
        while length < len(whole) and text[begin + length : begin + length + 1] == whole[length]:
            length += 1
        yield begin, begin + length
        begin = text.find(head, begin + 1)
    begin = text.find(tail)
    while begin >= 0:
        end, length = begin + len(tail), len(tail)
        while length < len(whole) and end > length and text[end - length - 1] == whole[-length - 1]:
            length += 1
        yield end - length, end
        begin = text.find(tail, begin + 1)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans, of which those that overlap are one. What is next to another is one of its own: a value may be there twice."""
    found: list[tuple[int, int]] = []
    for begin, end in spans:
        if found and begin < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found
