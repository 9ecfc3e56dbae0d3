"""Patterns that match no text at all, such as ``a^`` or ``$a``. RE2 accepts them without an error.

A place in a text is known by what is before it and what is after it: an end of the text, a line break, a letter of a word, or another
character. Anchors ask for no more. Each part of a pattern leads from some places to others; a pattern that leads from no place to
any other matches nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce
from itertools import product
from typing import Final, TypeAlias

from pdsync.condition.regex_syntax import Anchor, Character, Choice, Part, Repeat, Sequence, read_pattern

_EDGE, _BREAK, _WORD, _OTHER = range(4)
_KINDS = (_BREAK, _WORD, _OTHER)
Place: TypeAlias = tuple[int, int]
"""What is before, and what is after."""
_PLACES: Final[tuple[Place, ...]] = tuple(product((_EDGE, *_KINDS), (_EDGE, *_KINDS)))
Steps: TypeAlias = frozenset[tuple[Place, Place]]
_STAY: Steps = frozenset((place, place) for place in _PLACES)
_SAMPLE = "".join(map(chr, range(128))) + "é中\N{KELVIN SIGN}\N{LATIN SMALL LETTER LONG S}"
_ANCHORS: Final[dict[str, Callable[[int, int], bool]]] = {
    "^": lambda before, _after: before in (_EDGE, _BREAK),
    "$": lambda _before, after: after in (_EDGE, _BREAK),
    "\\A": lambda before, _after: before == _EDGE,
    "\\z": lambda _before, after: after == _EDGE,
    "\\b": lambda before, after: (before == _WORD) != (after == _WORD),
    "\\B": lambda before, after: (before == _WORD) == (after == _WORD),
}


@lru_cache(maxsize=1024)
def find_contradiction(pattern: str) -> str:
    """Why no text matches; an empty text where one may."""
    part = read_pattern(pattern)
    if part is None or _steps(part, False) or _steps(part, True):
        return ""
    return f"the pattern '{pattern}' matches no text: it needs an end, a line or a character in an impossible place"


def _steps(part: Part, is_whole: bool) -> Steps:
    match part:
        case Character():
            kinds = _kinds_of_all(part.text) if is_whole else _kinds_of(part.text, _SAMPLE)
            edges = (_EDGE, *_KINDS)
            return frozenset(((before, kind), (kind, after)) for kind in kinds for before in edges for after in edges)
        case Anchor():
            fits = _ANCHORS[part.name]
            return frozenset((place, place) for place in _PLACES if fits(*place))
        case Sequence():
            return reduce(_then, (_steps(each, is_whole) for each in part.parts), _STAY)
        case Choice():
            return frozenset().union(*(_steps(each, is_whole) for each in part.parts))
        case Repeat():
            return _repeated(_steps(part.part, is_whole), part.least, part.most)


def _then(first: Steps, second: Steps) -> Steps:
    onward: dict[Place, list[Place]] = {}
    for start, end in second:
        onward.setdefault(start, []).append(end)
    return frozenset((start, end) for start, middle in first for end in onward.get(middle, ()))


def _repeated(steps: Steps, least: int, most: int | None) -> Steps:
    must = reduce(_then, [steps] * least, _STAY)
    more = _STAY
    # As many repetitions as there are places show every place that can be reached.
    for _ in range(len(_PLACES) if most is None else min(most - least, len(_PLACES))):
        more = more | _then(more, steps)
    return _then(must, more)


@lru_cache(maxsize=1024)
def _kinds_of(text: str, sample: str) -> frozenset[int]:
    """The kinds of characters that a pattern for one character matches, among those of the sample."""
    import re2

    return frozenset(_kind(found.group()) for found in re2.compile(text).finditer(sample))


@lru_cache(maxsize=64)
def _kinds_of_all(text: str) -> frozenset[int]:
    """The same among all characters. Only a pattern that seems to match nothing comes here."""
    import re2

    kinds = _kinds_of(text, _SAMPLE)
    return kinds | {_OTHER} if re2.compile(text).search(_beyond()) else kinds


@lru_cache(maxsize=1)
def _beyond() -> str:
    """Every character beyond ASCII. None of them is a letter of a word, for RE2."""
    return "".join(map(chr, [*range(0x80, 0xD800), *range(0xE000, 0x110000)]))


def _kind(char: str) -> int:
    if char == "\n":
        return _BREAK
    return _WORD if char.isascii() and (char.isalnum() or char == "_") else _OTHER
