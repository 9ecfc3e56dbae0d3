"""Something wrong with the YAML text itself, whatever it means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pdsync.manifest.events import Mark

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and where: line and column count from 1."""

    line: int
    column: int
    message: str
    hint: str = ""
    is_unreadable: bool = False
    """True where the file itself cannot be read, so that its content is not known."""

    @property
    def place(self) -> tuple[int, int]:
        """Line and column."""
        return self.line, self.column


def flaw_at(mark: Mark, message: str, hint: str = "") -> Flaw:
    """A flaw at a place that the parser marked."""
    return Flaw(mark.line + 1, mark.column + 1, message, hint)


def flaw_at_index(text: str, index: int, message: str, hint: str = "") -> Flaw:
    """A flaw at the character `index` of `text`."""
    line, start = 1, 0
    for found in _LINE_BREAK.finditer(text, 0, index):
        line, start = line + 1, found.end()
    return Flaw(line, index - start + 1, message, hint)
