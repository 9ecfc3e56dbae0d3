"""One change as lines of a ``diff`` code block, whose first column says what comes and what goes."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.plan import Change, Operation
from pdsync.report.plan.alike import Group
from pdsync.report.plan.change_text import render_change, render_group
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.markdown import LONGEST_LINE, shorten
from pdsync.report.text.palette import Palette

_SIGNS = {"create": "+", "delete": "-", "error": "!", "warning": "!"}
_OF_ALL = {Operation.CREATE: "+", Operation.DELETE: "-"}
_TAG = "\x00"  # is in no safe text, so no foreign text can be taken for it
WIDTH = 100


@dataclass(frozen=True, slots=True)
class DiffPalette(Palette):
    """Tags what it paints, for the first column."""

    def paint(self, style: str, text: str) -> str:
        """The text, tagged where its style has a sign."""
        sign = _SIGNS.get(style)
        return f"{_TAG}{sign}{text}" if sign and text else text


def render_change_diff(change: Change | Group, writer: ValueWriter, told: set[str]) -> tuple[str, ...]:
    """The lines that `render_change` gives, without their first indentation and with a sign in the first column."""
    if isinstance(change, Group):
        return tuple(
            _signed(line, _OF_ALL.get(change.operation, "")) for line in render_group(change, writer, DiffPalette())
        )
    lines = render_change(change, writer, DiffPalette(), told=told)
    return tuple(_signed(line, _OF_ALL.get(change.operation, "")) for line in lines)


def _signed(line: str, of_all: str) -> str:
    before, tag, rest = line.partition(_TAG)
    sign = rest[0] if tag else of_all
    text = before + rest[1:] if tag else line
    text = text.replace(_TAG, "").removeprefix("  ")
    if text[:1] == " ":
        text = (sign or " ") + text[1:]
    return shorten(text, LONGEST_LINE)
