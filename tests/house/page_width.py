"""Lines of pages that are too wide to read a diff side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_COLUMNS = 120
_FENCE = re.compile(r"\s*(?:[-*]\s+|>\s*)*(```+|~~~+)")
_MARKER = re.compile(r"\s*(?:(?:[-*>]|\d+\.|#+)\s+)*")


def wide_lines(page: str) -> Iterator[int]:
    """Lines of more than 120 columns, counted from 1. Three may be: the row of a table, a line in a fenced block of code, and a line
    that cannot be broken, because behind its indentation and list marker there is no blank before column 120.
    """
    fence = ""
    for number, line in enumerate(page.splitlines(), 1):
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        elif not fence and len(line) > MAX_COLUMNS and not _is_row(line) and not _is_one_word(line):
            yield number


def _is_row(line: str) -> bool:
    return line.lstrip(" >").startswith("|")


def _is_one_word(line: str) -> bool:
    begin = _MARKER.match(line)
    return " " not in line[begin.end() if begin else 0 : MAX_COLUMNS + 1]
