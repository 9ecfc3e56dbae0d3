"""How much of a plan is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detail:
    """What is left out by default, and was asked for."""

    expanded: bool = False
    """True (-v): nothing is cut, and alike creates are listed one by one."""
    defaults: bool = False
    """True (--full): new objects show the fields that hold PagerDuty's default, and the empty ones."""


BRIEF = Detail()
_LONGEST_NOTE, _SHORTEST_HEAD = 240, 60


def brief_note(note: str, detail: Detail) -> str:
    """The note; of a long one what it says before it lists, unless all was asked for."""
    if detail.expanded or len(note) <= _LONGEST_NOTE:
        return note
    head, colon, _ = note.partition(": ")
    return f"{head if colon and len(head) >= _SHORTEST_HEAD else note[:_LONGEST_NOTE] + '...'} (-v shows all)"
