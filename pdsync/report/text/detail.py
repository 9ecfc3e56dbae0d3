"""How much of a plan is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detail:
    """What is left out by default, and was asked for."""

    expanded: bool = False
    """True (-v): nothing is cut, and alike creates are listed one by one."""
    defaults: bool = False
    """True (--full): new objects show the fields that hold PagerDuty's default, and the empty ones."""


BRIEF = Detail()
_LONGEST_NOTE = 240
_ITEM = r"[a-z0-9_]+/\S+ \([^;]+\)"
_LISTING = re.compile(rf"(.+?): {_ITEM}(?:; {_ITEM})*")
"""A note that ends in a list of objects, each with a word on it."""


def brief_note(note: str, detail: Detail) -> str:
    """The note. Unless all was asked for, one that lists objects is without the list, and a long one is cut."""
    if detail.expanded:
        return note
    if listing := _LISTING.fullmatch(note):
        return f"{listing[1]} (-v names them)"
    return note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE]}... (-v shows all)"
