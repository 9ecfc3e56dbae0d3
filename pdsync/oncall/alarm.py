"""Alarms: services whose incidents get another urgency, or are no longer created."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Ref
from pdsync.oncall.difference import AlarmChange
from pdsync.oncall.roster import UNREADABLE, Entry, Roster
from pdsync.oncall.scope import Scope
from pdsync.oncall.urgency import DECIDING, Alarm, Stretch, alarms_between


def compare_alarms(before: Roster, after: Roster, scope: Scope, since: int, until: int) -> Iterator[AlarmChange]:
    """For services that exist before and after: each pair of urgencies before and after, once.

    Where an account holds hours that cannot be read, the urgency is unknown, and the result says so.
    """
    for service, names in _edited(before, after, scope):
        entry = after.entries[service]
        place = entry.place_at(*names) if entry.key else ""
        old, new = (_alarms(roster.entries[service], since, until) for roster in (before, after))
        yield from _changes(service, old, new, place)


def _edited(before: Roster, after: Roster, scope: Scope) -> Iterator[tuple[Ref, list[str]]]:
    """Services with those of the deciding fields that differ."""
    for service in scope.services:
        old, new = before.entries.get(service), after.entries.get(service)
        if old is not None and new is not None:
            names = [name for name in DECIDING if old.fields.get(name) != new.fields.get(name)]
            if names:
                yield service, names


def _alarms(service: Entry, since: int, until: int) -> list[Stretch]:
    try:
        return alarms_between(service.fields, since, until)
    except UNREADABLE:
        return [(since, until, "unknown")]


def _changes(service: Ref, old: list[Stretch], new: list[Stretch], place: str) -> Iterator[AlarmChange]:
    found: dict[tuple[Alarm, Alarm], tuple[int, int, int]] = {}
    for start, end, was, will in _differing(old, new):
        first_start, first_end, seconds = found.get((was, will), (start, end, 0))
        first_end = end if start == first_end else first_end
        found[was, will] = first_start, first_end, seconds + end - start
    for (was, will), (start, end, seconds) in found.items():
        yield AlarmChange(service, was, will, start, end, seconds, place)


def _differing(old: list[Stretch], new: list[Stretch]) -> Iterator[tuple[int, int, Alarm, Alarm]]:
    at_old = at_new = 0
    while at_old < len(old) and at_new < len(new):
        start, end = max(old[at_old][0], new[at_new][0]), min(old[at_old][1], new[at_new][1])
        was, will = old[at_old][2], new[at_new][2]
        if was != will or was == "unknown":
            yield start, end, was, will
        at_old += old[at_old][1] == end
        at_new += new[at_new][1] == end
