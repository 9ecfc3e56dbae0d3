"""What happens to an incident: whether it opens, how urgent it is, and whom it notifies while no one acknowledges it.

Every output about an incident uses this module, so that no two of them disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.model import Ref
from pdsync.oncall.escalation import IncidentState, ReachedLevel, walk
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.person import URGENCIES, Urgency
from pdsync.oncall.roster import UNREADABLE, Roster
from pdsync.oncall.scope import policy_of
from pdsync.oncall.urgency import ServiceUrgency, urgency_at


@dataclass(frozen=True, slots=True)
class Incident:
    """The incident that a service would have at an instant."""

    disabled: bool
    """The service is disabled, so no incident opens."""
    maintenance: Maintenance | None
    """The maintenance window that prevents an incident."""
    urgency: ServiceUrgency
    policy: Ref | None
    """The policy that it follows; None where that is not known here."""

    @property
    def is_made(self) -> bool:
        """Whether an incident opens at all."""
        return not self.disabled and self.maintenance is None

    @property
    def urgencies(self) -> tuple[Urgency, ...]:
        """The urgencies that it may have; none where no incident opens. The severity of an event is not known before it comes, and neither are
        hours that an account holds and no one can read."""
        if not self.is_made:
            return ()
        if self.urgency.urgency in ("severity_based", "unknown"):
            return URGENCIES
        return ("low",) if self.urgency.urgency == "low" else ("high",)


@dataclass(frozen=True, slots=True)
class Course:
    """The way of an incident along a policy."""

    levels: tuple[ReachedLevel, ...]
    """The first pass, as far as it goes. Empty: no level has a responder, so PagerDuty drops the incident."""
    escalates: bool
    """False: it stays at the first level with a responder, like a low-urgency incident."""
    repeats: int = 0
    """How often the policy is gone through again."""
    repeats_after_min: int = 0
    ends_after_min: int = 0
    """From then on no one else is notified."""


def incident_at(roster: Roster, service: Ref, moment: int) -> Incident:
    """The incident that a service would have."""
    fields = roster.entries[service].fields
    try:
        urgency = urgency_at(fields, moment)
    except UNREADABLE:
        urgency = ServiceUrgency("unknown", "its support hours cannot be read")
    disabled = fields.get("status") == "disabled"
    return Incident(disabled, roster.maintenance_at(service, moment), urgency, policy_of(roster, service))


def compute_course(roster: Roster, policy: Ref, state: IncidentState, *, ends: bool = True) -> Course:
    """The way of an incident along a policy that is in the roster. `ends`: also say until when people are on call."""
    levels = list(walk(roster, policy, state, ends=ends))
    fields = roster.entries[policy].fields
    again = next((reached.after_min for reached in levels if reached.repeat == 1), None)
    first = tuple(reached for reached in levels if reached.repeat == 0)
    if not levels or not state.escalates:
        return Course(first, state.escalates)
    last = max((reached for reached in levels if reached.responders), key=lambda reached: reached.after_min)
    delay = int(fields["escalation_rules"][last.level - 1].get("escalation_delay_in_minutes") or 0)
    loops = int(fields.get("num_loops") or 0) if again is not None else 0
    return Course(first, state.escalates, loops, again or 0, last.after_min + delay)


def course_of(roster: Roster, policy: Ref, moment: int, urgency: Urgency, *, ends: bool = True) -> Course:
    """The way of an incident of this urgency that begins at an instant."""
    return compute_course(roster, policy, IncidentState(moment, escalates=urgency == "high"), ends=ends)


def rising_course(roster: Roster, policy: Ref, moment: int, rises_at: int) -> Course:
    """The way of an incident of low urgency from the instant at which it becomes urgent: those who have it still do, and the next
    levels follow. Empty where no one has it."""
    found = (reached for reached in course_of(roster, policy, moment, "low").levels if reached.responders)
    first = next(found, None)
    if first is None:
        return Course((), escalates=True)
    return compute_course(roster, policy, IncidentState(rises_at, current=first))
