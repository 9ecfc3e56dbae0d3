"""Outcome: the result of the rules for an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Fate = Literal["routed", "unrouted", "dropped"]


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that an event matched: its document (``global``, ``router``, ``unrouted``, ``service``), its set, and its id,
    which is None for the catch-all."""

    document: str
    set: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class Treatment:
    """What rules say about an event. Where several rules say something, the last one counts (support page Event
    Orchestration, Step 2)."""

    event: dict[str, Any]
    priority: str | None = None
    escalation_policy: str | None = None
    note: str | None = None
    is_suppressed: bool = False
    suspend_s: int = 0
    field_values: tuple[tuple[str, str], ...] = ()
    is_dropped: bool = False
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """``routed_event`` is the event as the router saw it."""

    fate: Fate
    service: str | None
    treatment: Treatment
    routed_event: dict[str, Any]
