"""Overrides of shift-based schedules: which rotation one is about, and whom it relieves. Pure.

An override of such a schedule puts one person in the place of another within one rotation. A manifest says who takes over, and whom it relieves
only where that is not evident: the shifts of the schedule in that time tell the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pdsync.model.codec.plain import Canonical
from pdsync.model.instant import read_rendered_s
from pdsync.model.ref import Ref
from pdsync.model.shift.event import read_event

Turn = tuple[str, Ref]
"""The name of a rotation, and a person who is on call in it."""


def find_turns(
    schedule: Mapping[str, Canonical], member_of: Callable[[Ref], Ref], since: str, until: str
) -> Sequence[Turn]:
    """Who is on call in which rotation of a schedule, given by its fields, at some moment between two instants. Overrides and custom shifts
    do not count."""
    found: dict[Turn, None] = {}
    begin, end = map(read_rendered_s, (since, until))
    for rotation in schedule.get("rotations") or ():
        for user in _people(rotation, str(schedule.get("time_zone") or "Etc/UTC"), member_of, begin, end):
            found[str(rotation["name"]), user] = None
    return tuple(found)


def _people(
    rotation: Mapping[str, Canonical], zone: str, member_of: Callable[[Ref], Ref], begin: int, end: int
) -> Iterator[Ref]:
    for value in rotation["events"]:
        try:
            event = read_event(value, zone, member_of)
        except ValueError:  # no one can say who has its shifts
            continue
        for _, _, shift in event.effective(begin, end):
            yield from (user for at in shift.positions if (user := event.members[at]) is not None)
