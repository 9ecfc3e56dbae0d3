"""Lines that fit a terminal: broken between words, by the columns they take and not by their characters."""

from __future__ import annotations

import unicodedata

from pdsync.report.text.safe_text import cell_width, safe_text

_NARROWEST = 30


def wrapped(text: str, width: int, *, indent: str = "", hanging: str | None = None) -> list[str]:
    """The safe text in lines of at most `width` columns; `hanging` begins the further ones (as `indent`, without it).

    A word that is wider than a line is cut, never in front of a mark that belongs to the character before it. A terminal narrower
    than 30 columns is treated as one of 30.
    """
    width = max(width, _NARROWEST)
    hanging = indent if hanging is None else hanging
    lines = [indent]
    filled = False
    for word in text.split(" "):
        joint = " " if filled else ""
        if cell_width(lines[-1] + joint + word) <= width:
            lines[-1] += joint + word
        else:
            if filled:
                lines.append(hanging)
            for piece in _pieces(word, width - cell_width(hanging)):
                if cell_width(lines[-1]) + cell_width(piece) > width:
                    lines.append(hanging)
                lines[-1] += piece
        filled = True
    # What is harmless in the middle of a line may be a command to a pipeline at the beginning of one.
    return [lines[0].rstrip(), *(safe_text(line.rstrip()) for line in lines[1:])]


def shortened(text: str, width: int) -> str:
    """The safe text in at most `width` columns; what is cut off says so."""
    if cell_width(text) <= width:
        return text
    return _pieces(text, width - 1)[0] + "…"


def padded(text: str, width: int) -> str:
    """The safe text in exactly `width` columns."""
    text = shortened(text, width)
    return text + " " * (width - cell_width(text))


def _pieces(word: str, width: int) -> list[str]:
    """The word cut into pieces of at most `width` columns; marks stay with the character they belong to."""
    clusters: list[str] = []
    for char in word:
        if clusters and unicodedata.category(char) in ("Mn", "Me"):
            clusters[-1] += char
        else:
            clusters.append(char)
    pieces, used = [""], 0
    for cluster in clusters:
        cells = cell_width(cluster)
        if pieces[-1] and used + cells > width:
            pieces.append("")
            used = 0
        pieces[-1] += cluster
        used += cells
    return pieces
