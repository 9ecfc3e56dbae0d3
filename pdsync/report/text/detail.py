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
