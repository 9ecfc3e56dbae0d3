"""The one schedule, or the one person of a schedule, that has a name. Raises NamingError, with what to write, where none or several have it."""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.kinds import KINDS
from pdsync.model import Ref, Resource
from pdsync.model.naming import Called, find_called, find_one, names_of_kinds
from pdsync.oncall.escalation_level import called_in
from pdsync.oncall.question import people_among, schedules_among
from pdsync.oncall.roster import SCHEDULE_KINDS, Roster


def schedule_called(roster: Roster, name: str) -> Ref:
    """The one schedule of that name."""
    known = [each for each in called_in(roster) if schedules_among([each.it])]
    return find_one(name, known, names_of_kinds(KINDS), "schedule").it


def person_called(roster: Roster, name: str, schedule: Ref) -> Ref:
    """The one person of that name: also one whom only the schedule names, and no manifest."""
    known = [each for each in called_in(roster) if people_among([each.it])]
    unmanaged = (ref for ref in roster.members_of(schedule) if ref not in roster.entries)
    known += [Called(ref, ref.kind, ref.value) for ref in unmanaged]
    return find_one(name, known, names_of_kinds(KINDS), "person").it


def address_in_manifests(resources: Iterable[Resource], name: str) -> str:
    """The address of the one schedule that manifests call so; the name itself where they call none or several so. An account may hold a
    schedule of each version with one name, and the manifests say which one is meant."""
    known = [
        Called(it.address, it.kind, it.key, (it.name, it.id or "")) for it in resources if it.kind in SCHEDULE_KINDS
    ]
    found = find_called(name, known, names_of_kinds(KINDS))
    return found[0].it if len(found) == 1 else name
