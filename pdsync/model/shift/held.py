"""Rotations as an account holds them, and the steps that write them: each is one request. Pure.

PagerDuty changes an event only before it begins to count. Of one that counts already only the end can be moved, and one that has ended
never changes. Events of one rotation never count at the same time; those of several rotations do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pdsync.model.codec.plain import Canonical
from pdsync.model.instant import read_rendered_s, render_instant_s
from pdsync.model.shift.rotation import Event, free_name

EVER = 2**62
"""The end of what never ends, in seconds since 1970."""
MOST_ROTATIONS, MOST_EVENTS = 10, 5
"""What PagerDuty takes of a schedule; and of a rotation, of events that have not ended (PagerDuty API description)."""


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """An event of the account."""

    id: str
    value: Event

    @property
    def since(self) -> int:
        """From when on it counts, in seconds since 1970."""
        return seconds_of(self.value.get("effective_since"), 0)

    @property
    def until(self) -> int:
        """Until when it counts."""
        return seconds_of(self.value.get("effective_until"), EVER)

    def ending(self, until: int) -> HeldEvent:
        """The same with another end."""
        return replace(self, value=counting(self.value, self.value.get("effective_since"), text_of(until)))


@dataclass(frozen=True, slots=True)
class HeldRotation:
    """A rotation of the account."""

    id: str
    events: tuple[HeldEvent, ...] = ()

    def left(self, now: int) -> tuple[HeldEvent, ...]:
        """The events that have not ended, in the order in which they count."""
        return tuple(sorted((it for it in self.events if it.until > now), key=lambda it: it.since))

    def active(self, now: int) -> HeldEvent | None:
        """The event that counts at a moment."""
        return next((it for it in self.left(now) if it.since <= now), None)

    def ahead(self, now: int) -> tuple[HeldEvent, ...]:
        """The events that begin to count later."""
        return tuple(it for it in self.left(now) if it.since > now)

    def name(self, now: int) -> str:
        """The name of its last event; empty where all have ended."""
        left = self.left(now)
        return str(left[-1].value["name"]) if left else ""


class Verb(StrEnum):
    """What a step does."""

    OPEN = "open"
    """Creates a rotation without events."""
    CREATE = "create"
    """Creates an event in a rotation."""
    REWRITE = "rewrite"
    """Replaces an event that is still ahead."""
    END = "end"
    """Moves the end of an event."""
    REMOVE = "remove"
    """Deletes an event that is still ahead."""
    CLOSE = "close"
    """Deletes a rotation that is not needed: what it would do, another one does."""


@dataclass(frozen=True, slots=True)
class Step:
    """One request."""

    verb: Verb
    about: str
    """The name of the rotation that it is for."""
    rotation: str = ""
    """The id of the rotation that it writes to."""
    event: str = ""
    """The id of the event that it changes."""
    value: Event | None = None
    """The event as it is to be."""
    is_spare: bool = False
    """Whether it is about the rotation that covers while another one is changed."""
    before: HeldEvent | None = None
    """The event as it was."""

    @property
    def until(self) -> int:
        """The end that an event is given."""
        return seconds_of((self.value or {}).get("effective_until"), EVER)


def carry_out(rotations: Sequence[HeldRotation], step: Step, made: str) -> tuple[HeldRotation, ...]:
    """The rotations after a step, as PagerDuty would hold them. `made` is the id of what it creates."""
    if step.verb is Verb.OPEN:
        return (*rotations, HeldRotation(made))
    if step.verb is Verb.CLOSE:
        return tuple(it for it in rotations if it.id != step.rotation)
    return tuple(_changed(it, step, made) if it.id == step.rotation else it for it in rotations)


def _changed(rotation: HeldRotation, step: Step, made: str) -> HeldRotation:
    if step.verb is Verb.CREATE:
        return replace(rotation, events=(*rotation.events, HeldEvent(made, step.value or {})))
    kept = tuple(it for it in rotation.events if it.id != step.event)
    if step.verb is Verb.REMOVE:
        return replace(rotation, events=kept)
    return replace(rotation, events=(*kept, HeldEvent(step.event, step.value or {})))


def name_rotations(rotations: Sequence[HeldRotation], now: int) -> dict[str, HeldRotation]:
    """The rotations that have not ended by their names, with a number where two would have the same."""
    found: dict[str, HeldRotation] = {}
    taken: set[str] = set()
    for rotation in rotations:
        name = rotation.name(now)
        if name:
            found[free_name(name, taken)] = rotation
    return found


def counting(event: Event, since: Canonical, until: Canonical) -> Event:
    """The event, for as long as it is to count. A canonical event has no member for what is open."""
    times = {"effective_since": since, "effective_until": until}
    kept = {name: value for name, value in event.items() if name not in times}
    return {**kept, **{name: text for name, text in times.items() if text is not None}}


def seconds_of(text: Canonical, otherwise: int) -> int:
    """A canonical instant in seconds since 1970."""
    return read_rendered_s(str(text)) if text else otherwise


def text_of(moment: int) -> str | None:
    """The canonical text of a moment; None of one that never comes."""
    return render_instant_s(moment) if moment < EVER else None
