"""The one schedule, or the one person of a schedule, that has a name. Raises NamingError, with what to write, where none or several have it."""

from __future__ import annotations

from pdsync.kinds import KINDS
from pdsync.model import Ref
from pdsync.model.naming import Called, find_one, names_of_kinds
from pdsync.oncall.escalation_level import called_in
from pdsync.oncall.question import people_among, schedules_among
from pdsync.oncall.roster import Roster


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
