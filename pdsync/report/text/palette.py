"""The few styles of all reports, as ANSI sequences or as nothing."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.report.text.detail import BRIEF, Detail

_CODES = {
    "create": "32",
    "update": "33",
    "adopt": "36",
    "delete": "31",
    "good": "32",
    "warning": "33",
    "error": "1;31",
    "strong": "1",
    "muted": "2",
}


@dataclass(frozen=True, slots=True)
class Palette:
    """Paints text. Without colour it gives the text as it is."""

    color: bool = False

    def paint(self, style: str, text: str) -> str:
        """The text in a style of this palette; the text must be safe already."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.color and text else text


@dataclass(frozen=True, slots=True)
class Style:
    """How wide and how coloured a text may be."""

    color: bool = False
    width: int = 100
    wraps: bool = False
    """True on a terminal: headings and sentences are broken at the width too. Elsewhere each is one line, which can be searched."""

    detail: Detail = BRIEF


PLAIN = Style()
