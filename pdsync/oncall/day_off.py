"""Days off: whose shifts they touch, and who could take these over.

A day off is a public holiday, or what a calendar says. It counts in the time zone of the person. The one who could take over is
the next person of the same rotation who is neither off nor on call at that time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pdsync.model import Ref
from pdsync.model.instant import is_zone
from pdsync.oncall.escalation import LOOK_AHEAD_S
from pdsync.oncall.interval import Interval, intersect, merge_intervals
from pdsync.oncall.reading import DAY_S, to_instant
from pdsync.oncall.replacement import has_rotations, spans_by_person, turns_of
from pdsync.oncall.roster import Roster
from pdsync.oncall.schedule import Rendered
from pdsync.oncall.shift import Shift


@dataclass(frozen=True, slots=True, order=True)
class DayOff:
    """From `start` up to, and without, `end` (seconds since 1970)."""

    start: int
    end: int
    user: Ref
    name: str
    """What the day is called, such as ``New Year's Day``."""


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """A stretch of a schedule with a person who is off then."""

    start: int
    end: int
    day: DayOff
    substitute: Ref | None
    """Who could take over; None: everyone else is off or on call then."""
    rotation: str = ""
    """The rotation of a shift-based schedule that the stretch is of."""


def zone_of_person(roster: Roster, person: Ref, otherwise: str) -> str:
    """The time zone of a person; `otherwise` where it is not known."""
    entry = roster.entries.get(person)
    zone = entry.fields.get("time_zone") if entry is not None else None
    return zone if is_zone(zone) else otherwise


def days_between(first: int, last: int, zone: str) -> Interval:
    """From the beginning of a day to the end of another (days since 1970) in a zone."""
    return to_instant(zone, first * DAY_S), to_instant(zone, (last + 1) * DAY_S)


def find_clashes(roster: Roster, schedule: Ref, days: Iterable[DayOff], period: Interval) -> list[Clash]:
    """Each stretch of the schedule in the period whose person is off, in order, with who could take it over."""
    since, until = period
    rendered = roster.render(schedule, since, until + LOOK_AHEAD_S)
    if rendered is None:
        return []
    listed = sorted(day for day in days if day.end > since and day.start < until)
    off: dict[Ref, list[Interval]] = {}
    for day in listed:
        off.setdefault(day.user, []).append((day.start, day.end))
    free = _Free({user: merge_intervals(spans) for user, spans in off.items()}, spans_by_person(rendered.final))
    turns, in_rotations = turns_of(roster, schedule, since, until), has_rotations(roster, schedule)
    clashes = []
    seen: dict[Ref, int] = {}
    for day in listed:
        # A day may be off for two reasons, such as a public holiday and the calendar of a company: the first one is enough.
        begins, ends = max(day.start, since, seen.get(day.user, since)), min(day.end, until)
        seen[day.user] = max(ends, seen.get(day.user, since))
        for shift in turns:
            if shift.user == day.user and begins < ends:
                for start, end in intersect([(shift.start, shift.end)], [(begins, ends)]):
                    substitute = next(free.among(_candidates(rendered, shift), (start, end)), None)
                    clashes.append(Clash(start, end, day, substitute, shift.layer if in_rotations else ""))
    return sorted(clashes, key=lambda clash: (clash.start, clash.end, clash.day))


@dataclass(frozen=True, slots=True)
class _Free:
    """Who has time."""

    off: Mapping[Ref, Sequence[Interval]]
    on_call: Mapping[Ref, Sequence[Interval]]

    def among(self, people: Iterable[Ref], when: Interval) -> Iterator[Ref]:
        for person in people:
            taken = (self.off.get(person, ()), self.on_call.get(person, ()))
            if not any(intersect(spans, [when]) for spans in taken):
                yield person


def _candidates(rendered: Rendered, shift: Shift) -> Iterator[Ref]:
    """The people of the rotation of a shift, the next one first; after them those of the other rotations."""
    own = [shifts for name, shifts in rendered.layers if shift.layer and name == shift.layer]
    for shifts in (*own, rendered.final):
        later = [each for each in shifts if each.start >= shift.end]
        earlier = [each for each in shifts if each.start < shift.end]
        yield from dict.fromkeys(each.user for each in (*later, *earlier) if each.user is not None)
