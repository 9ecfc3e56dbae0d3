"""A shift-based schedule (version 3): rotations that are all on call at the same time, so there may be several people at once.

Where two shifts of one person overlap, they are one. An override puts one person in the place of another within one rotation, or within one
custom shift; a custom shift adds a person. A turn that is left unassigned, and that of a deleted person, has no one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.model.shift.event import ShiftEvent, read_event
from pdsync.model.shift.rotation import ROTATIONS
from pdsync.oncall.schedule import Part, Rendered
from pdsync.oncall.shift import CUSTOM_SHIFT, Shift, join_people, overlay
from pdsync.oncall.shift_edit import CustomShift, ShiftEdits, ShiftOverride


@dataclass(frozen=True, slots=True)
class Rotation:
    """Events that follow one another; of events that overlap all count."""

    name: str
    events: tuple[ShiftEvent, ...]

    def render(self, since: int, until: int) -> tuple[Shift, ...]:
        """Its shifts between two instants, cut at both, in order of their starts; those of no one too."""
        found = [
            Shift(start, end, event.members[position], self.name)
            for event in self.events
            for start, end, shift in event.effective(since, until)
            for position in shift.positions
        ]
        return tuple(sorted(found, key=lambda shift: (shift.start, shift.end)))


@dataclass(frozen=True, slots=True)
class ShiftSchedule:
    """Rotations, and what people set up by hand."""

    zone: str
    rotations: tuple[Rotation, ...]
    edits: ShiftEdits

    def render(self, since: int, until: int) -> Rendered:
        """The schedule between two instants; what lies outside is cut off."""
        rotations = [(it.name, it.render(since, until)) for it in self.rotations]
        custom = [
            (it.id, Shift(max(it.start, since), min(it.end, until), it.user, CUSTOM_SHIFT))
            for it in self.edits.custom_shifts
            if max(it.start, since) < min(it.end, until)
        ]
        final: list[Shift] = []
        for name, shifts in rotations:
            final += self._overridden(shifts, [it for it in self.edits.overrides if it.is_of(name)])
        for identity, shift in custom:
            final += self._overridden([shift], [it for it in self.edits.overrides if it.custom_shift == identity])
        parts = [(name, join_people(shifts)) for name, shifts in rotations]
        if custom:
            parts.append((CUSTOM_SHIFT, join_people(shift for _, shift in custom)))
        by_override = join_people(shift for shift in final if not shift.layer)
        return Rendered(since, until, tuple(parts), by_override, join_people(final))

    def _overridden(self, shifts: Iterable[Shift], overrides: Iterable[ShiftOverride]) -> Iterator[Shift]:
        """The shifts after overrides. A later override wins, both over the person of the rotation and over the person that an earlier override
        put there."""
        held = list(overrides)
        for shift in shifts:
            pieces: tuple[Shift, ...] = (shift,)
            for it in held:
                taken = [
                    Shift(start, end, it.user, "")
                    for piece in pieces
                    if it.relieved in (shift.user, piece.user)
                    and (start := max(it.start, piece.start)) < (end := min(it.end, piece.end))
                ]
                pieces = overlay(pieces, taken)
            yield from pieces

    def parts(self) -> Iterator[Part]:
        """The events of the rotations."""
        for rotation in self.rotations:
            for event in rotation.events:
                yield Part(event.name, event.since, event.until, event.members)

    def people_by_hand(self, since: int | None) -> Iterator[Ref | None]:
        """Whom overrides and custom shifts name, of those that have not ended by an instant."""
        edits: tuple[ShiftOverride | CustomShift, ...] = (*self.edits.overrides, *self.edits.custom_shifts)
        for each in edits:
            if since is None or each.end > since:
                yield each.user


def read_shift_schedule(
    fields: Mapping[str, Canonical],
    user_of: Callable[[Canonical], Ref | None],
    edits: ShiftEdits | None = None,
) -> ShiftSchedule:
    """The schedule that canonical fields describe. `user_of` gives the person a reference means, None for a deleted one. Raises ValueError
    where it cannot be read."""
    zone = str(fields.get("time_zone") or "Etc/UTC")
    rotations = tuple(
        Rotation(str(it["name"]), tuple(read_event(event, zone, user_of) for event in it["events"]))
        for it in fields.get(ROTATIONS) or ()
    )
    return ShiftSchedule(zone, rotations, edits or ShiftEdits())
