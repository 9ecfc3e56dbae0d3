"""A piece of a text that is replaced, and the text with its pieces replaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Replaces ``text[start:end]``."""

    start: int
    end: int
    text: str


def apply_splices(text: str, splices: Iterable[Splice], start: int = 0, end: int | None = None) -> str:
    """``text[start:end]`` with those of the splices that lie in it; they do not overlap."""
    stop = len(text) if end is None else end
    parts, at = [], start
    for splice in sorted(splices):
        if start <= splice.start and splice.end <= stop:
            assert splice.start >= at, "pieces overlap"
            parts += [text[at : splice.start], splice.text]
            at = splice.end
    return "".join([*parts, text[at:stop]])
