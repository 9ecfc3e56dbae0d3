"""Layers of a version 2 schedule as rotations of a version 3 schedule. Pure.

Layers cover each other, while rotations are all on call at the same time. So a layer is cut where a layer above it is on call, and its hours
become *pieces* of the week, none of which a hand-off divides. Pieces of the same hours on several days are the shifts of one event. Its
members are listed so that each shift has the person whose turn it is in the layer: where turns go on outside of the hours, or do not fit
into weeks, a person is listed more than once. Where layers begin or end, events do.

What cannot be said is found by comparing both renderings, and not here: turns of hours in hours of the day, in a zone whose clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from math import gcd, lcm

from pdsync.kinds.schedule_v3 import SHIFT_SCHEDULE
from pdsync.model import Canonical, Ref
from pdsync.model.codec.shift_form import ROTATING
from pdsync.model.instant import render_duration, render_instant_s
from pdsync.model.shift.clock import render_wall
from pdsync.model.shift.rotation import assigned, free_name, rotation_order
from pdsync.model.shift.rule import DAY_CODES, render_rule
from pdsync.model.wall_clock import wall_time
from pdsync.oncall.interval import Interval
from pdsync.oncall.layer import Layer
from pdsync.oncall.reading import DAY_S, keeps_wall_clock, to_instant, to_local
from pdsync.oncall.schedule import Schedule
from pdsync.oncall.week_pattern import (
    WEEK_S,
    WHOLE_WEEK,
    Piece,
    first_in_week,
    merge_patterns,
    pattern_of,
    pieces_of,
    second_of_week,
    week_of,
    without,
)

MOST_ROTATIONS, MOST_EVENTS, MOST_MEMBERS = 10, 5, 20
"""PagerDuty API description: of a schedule, of a rotation, of an event."""
INTO = SHIFT_SCHEDULE
"""The kind of what layers become."""
MOST_AHEAD_S = 365 * DAY_S
"""PagerDuty API description, V3 errors: "Date cannot be more than 12 months in the future"."""
_NAME_LIMIT = 255
_HOUR_S = 3600
_SHORTEST_STEP_S, _LONGEST_CYCLE_WEEKS = 1800, 2000
"""Beyond these, one layer would become dozens of events."""
_UTC = "Etc/UTC"


@dataclass(frozen=True, slots=True)
class Conversion:
    """The canonical rotations, sorted by name."""

    rotations: tuple[dict[str, Canonical], ...]
    obstacles: tuple[str, ...] = ()
    """What PagerDuty would refuse, as sentences."""


@dataclass(frozen=True, slots=True)
class _Hours:
    """The hours of a layer that no layer above covers, from one instant to another."""

    since: int | None
    """None: from now on."""
    until: int | None
    pattern: tuple[Interval, ...]


def convert_layers(schedule: Schedule, now: int) -> Conversion:
    """The rotations that put the same people on call as the layers of a schedule do from now on. Overrides are not looked at."""
    rotations: list[dict[str, Canonical]] = []
    obstacles: list[str] = []
    taken: set[str] = set()
    for at, layer in enumerate(schedule.layers):
        of_layer = [
            list(_Maker(layer, schedule.zone, hours, now).events(obstacles)) for hours in _hours(schedule, at, now)
        ]
        tracks = [
            [event for event in track if event is not None]
            for track in zip_longest(*of_layer)
        ]  # fmt: skip
        for track in tracks:
            name = free_name(_name_of(layer, track[-1], alone=len(tracks) == 1), taken)
            obstacles += _late_events(name, track, now)
            if len(track) > MOST_EVENTS:
                obstacles.append(f"rotation {name!r} has {len(track)} events; PagerDuty accepts at most {MOST_EVENTS}")
            rotations.append({"name": name, "events": [{"name": name, **event.said} for event in track]})
    if not rotations:
        obstacles.append("no layer has anyone from now on, and a version 3 schedule needs a rotation")
    if len(rotations) > MOST_ROTATIONS:
        obstacles.append(f"there are {len(rotations)} rotations; PagerDuty accepts at most {MOST_ROTATIONS}")
    return Conversion(tuple(sorted(rotations, key=rotation_order)), tuple(dict.fromkeys(obstacles)))


def _late_events(name: str, track: Sequence[_Event], now: int) -> Iterator[str]:
    limit = render_instant_s(now + MOST_AHEAD_S)
    for event in track:
        since = event.said.get("effective_since")
        if since is not None and since > limit:
            yield f"rotation {name!r} has an event from {since[:10]} on; PagerDuty accepts none that begins more than 12 months ahead"


def _hours(schedule: Schedule, at: int, now: int) -> list[_Hours]:
    """The hours of a layer over time. They change where this layer or one above it begins or ends."""
    above = [layer for layer in schedule.layers[at:] if layer.users]
    ends = sorted({it for layer in above for it in (layer.start, layer.end) if it is not None and it > now})
    found: list[_Hours] = []
    for since, until in zip([now, *ends], [*ends, None], strict=True):
        layer, *others = schedule.layers[at:]
        covered = merge_patterns(
            stretch for it in others if _counts(it, since) for stretch in pattern_of(it.restrictions)
        )
        pattern = tuple(without(pattern_of(layer.restrictions), covered)) if _counts(layer, since) else ()
        if found and found[-1].pattern == pattern:
            found[-1] = _Hours(found[-1].since, until, pattern)
        else:
            found.append(_Hours(None if since == now else since, until, pattern))
    return [hours for hours in found if hours.pattern]


def _counts(layer: Layer, moment: int) -> bool:
    begun = layer.start is None or layer.start <= moment
    return bool(layer.users) and begun and (layer.end is None or layer.end > moment)


@dataclass(frozen=True, slots=True)
class _Event:
    """An event without its name."""

    said: dict[str, Canonical]
    days: tuple[int, ...] = ()
    """The days of the week on which shifts begin, 0 is Monday; empty: no day of the week matters."""


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the events of one layer over a time in which its hours stay the same."""

    layer: Layer
    zone: str
    hours: _Hours
    now: int
    _begins: int = field(init=False)
    """An instant from which on the events count."""
    _first_turn: int = field(init=False)
    """When turn 0 begins on the wall."""

    def __post_init__(self) -> None:
        begins = self.now if self.hours.since is None else self.hours.since
        start = self.layer.virtual_start
        # Turns that are counted in elapsed time are only right on the wall as long as the clocks do not change.
        moved = to_local(self.zone, begins) - begins + start
        object.__setattr__(self, "_begins", begins)
        object.__setattr__(
            self, "_first_turn", to_local(self.zone, start) if keeps_wall_clock(self.layer.turn_s) else moved
        )

    def events(self, obstacles: list[str]) -> Iterator[_Event]:
        """The events, in order of the hours at which their shifts begin."""
        turn_s = self.layer.turn_s
        if list(self.hours.pattern) == WHOLE_WEEK and not keeps_wall_clock(turn_s):
            yield self._elapsed()
            return
        step = gcd(turn_s, WEEK_S)
        cycle_weeks = lcm(turn_s * len(self.layer.users), WEEK_S) // WEEK_S
        if step < _SHORTEST_STEP_S or cycle_weeks > _LONGEST_CYCLE_WEEKS:
            obstacles.append(
                f"layer {self.layer.name!r} has turns of {render_duration(turn_s)}, which no rotation has in hours of the week: it is left out"
            )
            return
        cuts = [second_of_week(self._first_turn + number * step) for number in range(WEEK_S // step)]
        pieces = pieces_of(self.hours.pattern, cuts)
        groups: dict[tuple[int, int], list[Piece]] = {}
        for start, length in pieces:
            groups.setdefault((start % DAY_S, length), []).append((start, length))
        for _, group in sorted(groups.items()):
            yield from self._of_group(group, obstacles)

    def _of_group(self, group: list[Piece], obstacles: list[str]) -> Iterator[_Event]:
        """The event of pieces of the same hours; an event for each of them where one would have too many members."""
        event, members = self._event(group)
        if members <= MOST_MEMBERS or len(group) == 1:
            if members > MOST_MEMBERS:
                obstacles.append(
                    f"layer {self.layer.name!r} needs an event of {members} members; PagerDuty accepts at most {MOST_MEMBERS}"
                )
            yield event
            return
        for piece in group:
            yield from self._of_group([piece], obstacles)

    def _event(self, group: list[Piece]) -> tuple[_Event, int]:
        length = group[0][1]
        first, members, shifts = self._turns([start for start, _ in group])
        days = tuple(start // DAY_S for start, _ in group)
        parts = {"FREQ": "DAILY"} if len(days) == 7 else _on_days(days)
        said = self._said(self.zone, (first, first + length), parts)
        return _Event({**said, **assigned(ROTATING, shifts, members)}, days), len(members)

    def _turns(self, starts: Sequence[int]) -> tuple[int, list[Ref | None], int]:
        """The first shift, on the wall, of the turn that is running; the members from this turn on; and how many shifts each has in a row."""
        users, turn_s = self.layer.users, self.layer.turn_s
        weeks = lcm(turn_s * len(users), WEEK_S) // WEEK_S
        week = week_of(to_local(self.zone, self._begins))
        # One cycle before now, and the next one: the turn that is running begins in there.
        walls = [first_in_week(start, week + number) for number in range(-weeks, weeks + 1) for start in sorted(starts)]
        people = [users[(wall - self._first_turn) // turn_s % len(users)] for wall in walls]
        begun = max((at for at, wall in enumerate(walls) if to_instant(self.zone, wall) <= self._begins), default=0)
        if len(set(people)) == 1:
            # The editor opens an event whose shifts in a row are all those of a week.
            return walls[begun - begun % len(starts)], people[:1], 1 if len(starts) == len(DAY_CODES) else len(starts)
        while begun and people[begun - 1] == people[begun]:
            begun -= 1
        cycle = [people[(begun + number) % (weeks * len(starts))] for number in range(weeks * len(starts))]
        return walls[begun], *_shortened(cycle)

    def _elapsed(self) -> _Event:
        """Turns of hours around the clock: counted in UTC, where no clock changes."""
        layer = self.layer
        number = (self._begins - layer.virtual_start) // layer.turn_s
        first = layer.virtual_start + number * layer.turn_s
        turn = number % len(layer.users)
        unit, length = ("HOURLY", _HOUR_S) if layer.turn_s % _HOUR_S == 0 else ("MINUTELY", 60)
        interval = layer.turn_s // length
        parts = {"FREQ": unit, **({"INTERVAL": str(interval)} if interval > 1 else {})}
        members = [*layer.users[turn:], *layer.users[:turn]]
        return _Event({**self._said(_UTC, (first, first + layer.turn_s), parts), **assigned(ROTATING, 1, members)})

    def _said(self, zone: str, shift: Interval, parts: dict[str, str]) -> dict[str, Canonical]:
        start, end = (render_wall(wall_time(it)) for it in shift)
        said: dict[str, Canonical] = {
            "start_time": start,
            "end_time": end,
            "time_zone": zone,
            "recurrence": [render_rule(parts)],
        }
        for name, moment in (("effective_since", self.hours.since), ("effective_until", self.hours.until)):
            if moment is not None:
                said[name] = render_instant_s(moment)
        return said


def _on_days(days: Sequence[int]) -> dict[str, str]:
    return {"FREQ": "WEEKLY", "BYDAY": ",".join(DAY_CODES[day] for day in sorted(days))}


def _shortened(cycle: Sequence[Ref | None]) -> tuple[list[Ref | None], int]:
    """Members and shifts in a row that give a cycle of shifts. It begins where a turn does."""
    runs: list[int] = []
    for at, person in enumerate(cycle):
        if at and person == cycle[at - 1]:
            runs[-1] += 1
        else:
            runs.append(1)
    shifts = gcd(*runs)
    members = list(cycle[::shifts])
    for period in range(1, len(members)):
        if len(members) % period == 0 and members == members[:period] * (len(members) // period):
            return members[:period], shifts
    return members, shifts


def _name_of(layer: Layer, event: _Event, *, alone: bool) -> str:
    """The name of the layer; with days and hour where the layer becomes several rotations."""
    if alone:
        return layer.name[:_NAME_LIMIT]
    start = str(event.said["start_time"]).partition("T")[2]
    more = f" ({_days_text(event.days)} {start})"
    return layer.name[: _NAME_LIMIT - len(more) - 4] + more


def _days_text(days: Sequence[int]) -> str:
    """``daily``, ``mon-fri`` or ``mon, wed``."""
    names = [DAY_CODES[day].lower() for day in sorted(days)]
    names = [
        {"mo": "mon", "tu": "tue", "we": "wed", "th": "thu", "fr": "fri", "sa": "sat", "su": "sun"}[it] for it in names
    ]
    if len(names) in (0, 7):
        return "daily"
    together = len(names) > 2 and max(days) - min(days) == len(names) - 1
    return f"{names[0]}-{names[-1]}" if together else ", ".join(names)
