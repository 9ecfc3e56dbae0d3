"""Who is paged for what comes out of an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pdsync.model import Ref
from pdsync.oncall.incident import Course, Incident, course_of, incident_at
from pdsync.oncall.person import Urgency
from pdsync.oncall.roster import Roster
from pdsync.oncall.scope import policy_of
from pdsync.routing.event import TRIGGER
from pdsync.routing.outcome import Outcome

NoPage = Literal[
    "dropped",
    "unrouted",
    "router_unknown",
    "not_a_trigger",
    "suppressed",
    "service_unknown",
    "disabled",
    "maintenance",
    "policy_unknown",
    "no_one_on_call",
]
"""Why no one is paged, or why it is not known who is."""
_LOW = frozenset({"warning", "info"})


@dataclass(frozen=True, slots=True)
class Paging:
    """The incident that an event opens, and its way along a policy."""

    no_page: NoPage | None
    """None: people are paged."""
    begins_at: int
    """When the incident opens: later than the event where a rule suspends the alert."""
    incident: Incident | None = None
    policy: Ref | None = None
    urgency: Urgency = "high"
    course: Course | None = None


def paging_of(roster: Roster, outcome: Outcome, at: int) -> Paging:
    """Who is paged for an event that arrives at an instant."""
    no_page = no_incident(outcome)
    begins_at = at + outcome.effects.suspended_s
    if no_page is not None:
        return Paging(no_page, begins_at)
    service = roster.find(outcome.service)
    if service is None:
        return Paging("service_unknown", begins_at)
    incident = incident_at(roster, service, begins_at)
    if not incident.is_made:
        return Paging("disabled" if incident.disabled else "maintenance", begins_at, incident)
    policy = policy_for(roster, outcome)
    if policy is None:
        return Paging("policy_unknown", begins_at, incident)
    urgency = _urgency(incident, outcome.severity)
    course = course_of(roster, policy, begins_at, urgency)
    return Paging(None if course.levels else "no_one_on_call", begins_at, incident, policy, urgency, course)


def policy_for(roster: Roster, outcome: Outcome) -> Ref | None:
    """The policy that the incident follows: that of a rule, else that of its service; None where it is not known."""
    chosen, service = outcome.effects.escalation_policy, roster.find(outcome.service)
    if chosen is not None:
        return roster.find(chosen)
    return policy_of(roster, service) if service is not None else None


def no_incident(outcome: Outcome) -> NoPage | None:
    """Why the rules alone let no incident open; None where they let one."""
    if outcome.end == "dropped":
        return "dropped"
    if outcome.end == "unrouted":
        return "unrouted"
    if outcome.end == "unknown":
        return "router_unknown"
    if outcome.event_action != TRIGGER:
        return "not_a_trigger"
    return "suppressed" if outcome.effects.suppressed else None


def _urgency(incident: Incident, severity: str | None) -> Urgency:
    """The urgency; where the severity decides, warnings and information are of low urgency."""
    said = incident.urgency.urgency
    if said == "severity_based":
        return "low" if severity in _LOW else "high"
    return "low" if said == "low" else "high"
