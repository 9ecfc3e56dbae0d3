"""Load: how many hours, nights and weekends a person is on call through schedules. Overrides count as far as the roster holds them;
direct targets do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pdsync.model import Ref
from pdsync.model.instant import is_zone
from pdsync.model.wall_clock import to_instant, to_local
from pdsync.oncall.difference import Load, LoadChange
from pdsync.oncall.interval import Interval, intersect, merge_intervals, total_s
from pdsync.oncall.reading import DAY_S
from pdsync.oncall.restriction import weekday_of
from pdsync.oncall.roster import SCHEDULE_KINDS, Roster
from pdsync.oncall.scope import Scope, users_in

_NIGHT_FROM_S, _NIGHT_TO_S = 22 * 3600, 30 * 3600
_SATURDAY = 6
_NO_ZONE = "Etc/UTC"


def compare_load(before: Roster, after: Roster, scope: Scope, since: int, until: int) -> Iterator[LoadChange]:
    """The people of the schedules in scope whose load between two instants changes.

    Someone's load counts all their schedules. Nights and weekends are those of the person's zone, else of a schedule's.
    """
    people = {user for roster in (before, after) for schedule in scope.schedules for user in users_in(roster, schedule)}
    old, new = _hours(before, people, since, until), _hours(after, people, since, until)
    windows: dict[str, tuple[list[Interval], list[Interval]]] = {}
    zones = _zones(people, after, before)
    for user in people:
        if old.get(user, []) == new.get(user, []):
            continue
        zone = zones.get(user, _NO_ZONE)
        if zone not in windows:
            windows[zone] = (nights_of(zone, since, until), weekends_of(zone, since, until))
        was, will = (_load(hours.get(user, []), *windows[zone]) for hours in (old, new))
        if was != will:
            yield LoadChange(user, was, will, zone)


def compute_loads(roster: Roster, since: int, until: int) -> dict[Ref, Load]:
    """The load between two instants of everyone who is in a schedule."""
    people = {user for ref in roster.entries if ref.kind in SCHEDULE_KINDS for user in roster.members_of(ref, since)}
    zones = _zones(people, roster)
    # Without a zone is who is only in schedules that cannot be read, such as one in a zone that is not known here.
    names = {*zones.values(), _NO_ZONE}
    windows = {zone: (nights_of(zone, since, until), weekends_of(zone, since, until)) for zone in names}
    found = _hours(roster, people, since, until)
    return {user: _load(hours, *windows[zones.get(user, _NO_ZONE)]) for user, hours in found.items()}


def nights_of(zone: str, since: int, until: int) -> list[Interval]:
    """The nights that touch the time between two instants."""
    days = range(to_local(zone, since) // DAY_S - 1, to_local(zone, until) // DAY_S + 1)
    return [
        (to_instant(zone, day * DAY_S + _NIGHT_FROM_S), to_instant(zone, day * DAY_S + _NIGHT_TO_S)) for day in days
    ]


def weekends_of(zone: str, since: int, until: int) -> list[Interval]:
    """The weekends that touch the time between two instants."""
    days = range(to_local(zone, since) // DAY_S - 1, to_local(zone, until) // DAY_S + 1)
    return [
        (to_instant(zone, day * DAY_S), to_instant(zone, (day + 2) * DAY_S))
        for day in days
        if weekday_of(day) == _SATURDAY
    ]


def hours_of(roster: Roster, schedules: Iterable[Ref], since: int, until: int) -> dict[Ref, list[Interval]]:
    """When each person is on call through any of the schedules; once, however many there are."""
    found: dict[Ref, list[Interval]] = {}
    for schedule in schedules:
        rendered = roster.render(schedule, since, until)
        for shift in rendered.final if rendered is not None else ():
            if shift.user is not None:
                found.setdefault(shift.user, []).append((shift.start, shift.end))
    return {user: merge_intervals(hours) for user, hours in found.items()}


def _hours(roster: Roster, people: set[Ref], since: int, until: int) -> Mapping[Ref, list[Interval]]:
    """When each of these people is on call through any schedule."""
    schedules = [ref for ref in roster.entries if ref.kind in SCHEDULE_KINDS]
    touched = [schedule for schedule in schedules if not people.isdisjoint(roster.members_of(schedule))]
    found = hours_of(roster, touched, since, until)
    return {user: found.get(user, []) for user in people}


def _load(hours: Sequence[Interval], nights: Iterable[Interval], weekends: Iterable[Interval]) -> Load:
    return Load(
        total_s(hours),
        sum(1 for night in nights if intersect(hours, [night])),
        sum(1 for weekend in weekends if intersect(hours, [weekend])),
    )


def _zones(people: set[Ref], *rosters: Roster) -> dict[Ref, str]:
    """The zone of each person, else that of the first schedule by name that they are in."""
    zones: dict[Ref, str] = {}
    for roster in rosters:
        for user in people:
            entry = roster.entries.get(user)
            if entry is not None and is_zone(entry.fields.get("time_zone")):
                zones.setdefault(user, str(entry.fields["time_zone"]))
    for roster in rosters:
        for schedule, _ in roster.schedules():
            read = roster.schedule(schedule)
            for user in roster.members_of(schedule) if read is not None else ():
                zones.setdefault(user, read.zone if read is not None else "Etc/UTC")
    return zones
