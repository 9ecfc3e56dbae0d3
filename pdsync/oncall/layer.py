"""A layer of a schedule: people who take turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.model.instant import parse_instant_s
from pdsync.model.wall_clock import to_instant, to_local
from pdsync.oncall.interval import Interval, intersect, merge_intervals
from pdsync.oncall.reading import keeps_wall_clock, turn_before_the_first
from pdsync.oncall.restriction import Restriction, read_restriction
from pdsync.oncall.shift import Shift, join_shifts


@dataclass(frozen=True, slots=True)
class Layer:
    """Instants are seconds since 1970. None at `start` or `end`: it has always counted, or will not stop to."""

    name: str
    virtual_start: int
    turn_s: int
    users: tuple[Ref | None, ...]
    start: int | None = None
    end: int | None = None
    restrictions: tuple[Restriction, ...] = ()

    def render(self, zone: str, since: int, until: int) -> tuple[Shift, ...]:
        """Its shifts between two instants, in order, cut at both."""
        since = since if self.start is None else max(since, self.start)
        until = until if self.end is None else min(until, self.end)
        if since >= until or not self.users:
            return ()
        windows = self._windows(zone, since, until)
        shifts: list[Shift] = []
        at = 0
        for start, end, user in self._turns(zone, since, until):
            while at < len(windows) and windows[at][1] <= start:
                at += 1
            upcoming = at
            while upcoming < len(windows) and windows[upcoming][0] < end:
                for low, high in intersect([(start, end)], [windows[upcoming]]):
                    shifts.append(Shift(low, high, user, self.name))
                upcoming += 1
        return join_shifts(shifts)

    def turn_end(self, zone: str, moment: int) -> int:
        """When the turn that an instant lies in ends, or the layer within it; the instant itself where no one has a turn."""
        ends = [end for start, end, _ in self._turns(zone, moment, moment + 1) if start <= moment < end]
        end = min(ends, default=moment)
        return end if self.end is None else min(end, self.end)

    def _windows(self, zone: str, since: int, until: int) -> list[Interval]:
        whole = [(since, until)]
        if not self.restrictions:
            return whole
        found = (window for each in self.restrictions for window in each.windows(zone, since, until))
        return intersect(merge_intervals(found), whole)

    def _turns(self, zone: str, since: int, until: int) -> Iterator[tuple[int, int, Ref | None]]:
        """The turns that touch the time between two instants."""
        number = self._number_at(zone, since)
        start = self._turn_start(zone, number)
        while start < until:
            end = self._turn_start(zone, number + 1)
            if end > since and end > start:
                yield start, end, self.users[turn_before_the_first(number, len(self.users))]
            number, start = number + 1, end

    def _number_at(self, zone: str, moment: int) -> int:
        """A turn that begins before the instant, at most a few turns earlier."""
        if keeps_wall_clock(self.turn_s):
            return (to_local(zone, moment) - to_local(zone, self.virtual_start)) // self.turn_s - 2
        return (moment - self.virtual_start) // self.turn_s

    def _turn_start(self, zone: str, number: int) -> int:
        if number == 0 or not keeps_wall_clock(self.turn_s):
            return self.virtual_start + number * self.turn_s
        return to_instant(zone, to_local(zone, self.virtual_start) + number * self.turn_s)


def read_layer(value: Mapping[str, Canonical], users: tuple[Ref | None, ...]) -> Layer:
    """The layer that a canonical value describes; `users` in place of its references."""
    first = parse_instant_s(value.get("rotation_virtual_start"))
    return Layer(
        name=str(value.get("name") or ""),
        virtual_start=first if first is not None else 0,
        turn_s=int(value["rotation_turn_length_seconds"]),
        users=users if first is not None else (),
        start=parse_instant_s(value.get("start")),
        end=parse_instant_s(value.get("end")),
        restrictions=tuple(map(read_restriction, value.get("restrictions") or ())),
    )
