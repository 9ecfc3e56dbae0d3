"""Foreign text inside of Markdown, inert: it cannot become a link, an image, a mention, HTML, or the end of its place.

There are two places for it. Between the fences of a code block nothing is interpreted, as long as the fence is longer than
every run of backticks inside; in a code span the same holds for its delimiters. Headings and summaries hold our own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pdsync.report.text.safe_text import safe_text

_BACKTICKS = re.compile("`+")
_NOT_IN_WORKSPACE = re.compile(r"[^a-z0-9._-]")
_LONGEST_SPAN = 200
LONGEST_LINE = 2_000
"""Characters of one line in a code block; no one reads more of it, and a comment has room for other things."""


def comment_marker(workspace: str) -> str:
    """The line by which the comment of a workspace is found again; readers do not see it."""
    return f"<!-- pdsync:{_NOT_IN_WORKSPACE.sub('_', workspace)} -->"


def code_span(text: object) -> str:
    """The text as a code span of a paragraph. One line comes out; long text is cut."""
    shown = shorten(safe_text(text), _LONGEST_SPAN)
    if not shown.strip():
        return "`(empty)`"
    ticks = "`" * (longest_run(shown) + 1)
    # A space at both ends is taken off by readers of Markdown, so one is given that may be.
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fence_for(lines: Iterable[str]) -> str:
    """A fence that none of the lines can close."""
    return "`" * max([3, *(longest_run(line) + 1 for line in lines)])


def longest_run(text: str) -> int:
    """The length of the longest row of backticks."""
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def shorten(text: str, limit: int) -> str:
    """The text, or its first `limit` characters and a word that it goes on."""
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"
