"""An event of a rotation: shifts that recur, and people who take turns at them. Instants are seconds since 1970.

occurrence    what the recurrence gives, numbered from the first shift on; excluded ones have no number
shift         an occurrence in time: it lasts as long on the wall as the first one does
turn          as many shifts, one after another, as a member has before the next one takes over; where every member is on call
              at the same time, each shift is a turn
effective     the time in which the event counts at all; shifts are cut at its ends, and counted from the first shift, also if the event counts only later
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.shift_form import EVERY
from pdsync.model.instant import is_zone, parse_instant_s
from pdsync.model.ref import Ref
from pdsync.model.shift.clock import dated_shift
from pdsync.model.shift.recurrence import Recurrence, read_recurrence
from pdsync.model.wall_clock import to_instant, to_local, wall_seconds, wall_time

_SECOND = timedelta(seconds=1)
_SLACK_S = 2 * 86_400
"""Zones differ from UTC, and change, by up to a day."""
_LOOK_AHEAD_S = 20 * 366 * 86_400
_STEP_S = 90 * 86_400


@dataclass(frozen=True, slots=True)
class EventShift:
    """One shift, before it is cut at the ends of its event."""

    number: int
    wall: datetime
    """Its start on the wall of the event's zone."""
    start: int
    end: int
    turn: int
    positions: tuple[int, ...]
    """The places of its members in the event's list."""


@dataclass(frozen=True, slots=True)
class ShiftEvent:
    """An event, of which all references are read."""

    name: str
    zone: str
    length_s: int
    """How long a shift lasts on the wall."""
    recurrence: Recurrence
    members: tuple[Ref | None, ...]
    """None: no one has this turn."""
    shifts_per_member: int = 1
    has_every: bool = False
    """Whether all members are on call at the same time."""
    since: int | None = None
    until: int | None = None

    def shifts(self, since: int, until: int) -> Iterator[EventShift]:
        """The shifts that touch the time between two instants, in order of their starts, also those before or after the event counts. A shift
        of no length, because clocks skip its hours, is left out."""
        low = wall_time(to_local(self.zone, since) - self.length_s - _SLACK_S)
        high = wall_time(to_local(self.zone, until) + _SLACK_S)
        for number, wall in self.recurrence.between(low, high):
            local = wall_seconds(wall)
            start, end = to_instant(self.zone, local), to_instant(self.zone, local + self.length_s)
            if start < end and start < until and end > since:
                yield self._shift(number, wall, start, end)

    def effective(self, since: int, until: int) -> Iterator[tuple[int, int, EventShift]]:
        """The same, cut at both instants and where the event begins and stops to count: start, end, and the whole shift."""
        since = since if self.since is None else max(since, self.since)
        until = until if self.until is None else min(until, self.until)
        if since < until and self.members:
            for shift in self.shifts(since, until):
                yield max(shift.start, since), min(shift.end, until), shift

    def next_change(self, moment: int) -> int | None:
        """The first instant after a moment at which a turn begins, or the event stops to count; None where neither comes."""
        if self.until is not None and self.until <= moment:
            return None
        begins = moment if self.since is None else max(moment, self.since)
        current = self._latest(moment) if begins == moment else None
        if begins > moment and any(self.shifts(begins, begins + 1)):
            return begins
        found = (shift.start for shift in self._ahead(begins) if current is None or shift.turn != current.turn)
        ends = [each for each in (next(found, None), self.until) if each is not None]
        return min(ends, default=None)

    def next_shift(self, moment: int) -> EventShift | None:
        """The first shift that starts at an instant or later."""
        return next(self._ahead(moment - 1), None)

    def _latest(self, moment: int) -> EventShift | None:
        """The last shift that has begun."""
        first = to_instant(self.zone, wall_seconds(self.recurrence.first))
        reach = _STEP_S
        while moment >= first:
            found = [shift for shift in self.shifts(moment - reach, moment + 1) if shift.start <= moment]
            if found:
                return found[-1]
            if moment - reach < first:
                return None
            reach *= 4
        return None

    def _ahead(self, moment: int) -> Iterator[EventShift]:
        """The shifts that start after an instant, in order, as far as anyone plans."""
        at, end = moment + 1, moment + _LOOK_AHEAD_S
        while at < end:
            yield from (shift for shift in self.shifts(at, at + _STEP_S) if shift.start >= at)
            at += _STEP_S

    def _shift(self, number: int, wall: datetime, start: int, end: int) -> EventShift:
        if self.has_every:
            return EventShift(number, wall, start, end, number, tuple(range(len(self.members))))
        turn = number // self.shifts_per_member
        return EventShift(number, wall, start, end, turn, (turn % max(len(self.members), 1),))


def read_event(
    value: Mapping[str, Canonical], zone: str, member_of: Callable[[Canonical], Ref | None] | None = None
) -> ShiftEvent:
    """The event that a canonical value describes. `zone` is that of its schedule, which it has unless it names one; `member_of` gives the
    person that a reference means, None for a deleted one. Where the date of the first shift is open, it is some Monday long ago: the hours are
    right then, and whose turn it is is not known. Raises ValueError where it cannot be read."""
    zone = str(value.get("time_zone") or zone)
    first, end = dated_shift(str(value["start_time"]), str(value["end_time"]))
    if not is_zone(zone):
        raise ValueError(f"{zone!r} is not a time zone")
    length = wall_seconds(end) - wall_seconds(first)
    if length <= 0:
        raise ValueError("the first shift ends before it starts")
    members = tuple(value.get("members") or ())
    return ShiftEvent(
        name=str(value.get("name") or ""),
        zone=zone,
        length_s=length,
        recurrence=read_recurrence(first, zone, tuple(value.get("recurrence") or ())),
        members=members if member_of is None else tuple(None if each is None else member_of(each) for each in members),
        shifts_per_member=max(int(value.get("shifts_per_member") or 1), 1),
        has_every=value.get("assignment") == EVERY,
        since=parse_instant_s(value.get("effective_since"), "Etc/UTC"),
        until=parse_instant_s(value.get("effective_until"), "Etc/UTC"),
    )


def count_shifts(event: Mapping[str, Canonical], wall: datetime) -> int | None:
    """How many shifts of a canonical event begin before the one that begins at a time on the wall of its zone; None where none begins
    then, or the event cannot be read."""
    try:
        recurrence = read_event(event, str(event.get("time_zone") or "Etc/UTC")).recurrence
    except ValueError:
        return None
    return next((number for number, _ in recurrence.between(wall, wall + _SECOND)), None)
