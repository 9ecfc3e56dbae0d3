"""One change as the page shows it: the same lines as everywhere, with their styles kept apart from their text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pdsync.model.address import shown_address
from pdsync.plan import Change
from pdsync.report.plan.attention import find_reasons
from pdsync.report.plan.change_text import SIGNS, render_change, shown_name
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette

WIDTH = 110
# No safe text contains these, so foreign text cannot be mistaken for them.
_BEGIN, _MIDDLE, _END = "\x00", "\x01", "\x02"
_MARK = re.compile("\x00[a-z]+\x01")
_INDENT = " " * 6
_WHOLE_LINE = frozenset({"create", "delete", "error", "warning"})


@dataclass(frozen=True, slots=True)
class TaggedPalette(Palette):
    """Marks what it paints, for `read_line`."""

    def paint(self, style: str, text: str) -> str:
        """The text between marks that name its style."""
        return f"{_BEGIN}{style}{_MIDDLE}{text}{_END}" if text else text


@dataclass(frozen=True, slots=True)
class Line:
    """`style` is that of the whole line, or empty; `parts` are styles and texts."""

    style: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change, ready for the template."""

    word: str
    style: str
    name: str
    address: str
    place: str
    url: str
    reasons: tuple[str, ...]
    lines: tuple[Line, ...]
    open: bool


def build_change(change: Change, writer: ValueWriter, told: set[str], *, is_open: bool) -> ChangeView:
    """The change with its lines. `told`: see `render_change`."""
    _, *lines = render_change(change, writer, TaggedPalette(), told=told)
    return ChangeView(
        word=change.operation.value,
        style=SIGNS[change.operation][1],
        name=shown_name(change),
        address=shown_address(change.address, change.id),
        place=change.source or (f"{change.id}, no manifest" if change.id else ""),
        url=change.url if change.url and is_web_address(change.url) else "",
        reasons=find_reasons(change),
        lines=tuple(read_line(_outdented(line)) for line in lines),
        open=is_open,
    )


def is_web_address(url: str) -> bool:
    """Whether a link may lead there: an https address and nothing that a browser would run."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and url.isprintable() and " " not in url


def _outdented(line: str) -> str:
    """The line without the indentation below a head, which may be inside the marks."""
    mark = _MARK.match(line)
    head, rest = (mark[0], line[mark.end() :]) if mark else ("", line)
    return head + rest.removeprefix(_INDENT)


def read_line(line: str) -> Line:
    """A line that a `TaggedPalette` painted."""
    parts: list[tuple[str, str]] = []
    style = ""
    while line:
        plain, begin, rest = line.partition(_BEGIN)
        if plain:
            parts.append(("", plain))
        if not begin:
            break
        name, _, rest = rest.partition(_MIDDLE)
        text, _, line = rest.partition(_END)
        style = name if name in _WHOLE_LINE else style
        parts.append(("" if name in _WHOLE_LINE or name == "strong" else name, text))
    return Line(style, tuple(parts))
