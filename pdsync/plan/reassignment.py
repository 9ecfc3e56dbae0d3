"""Reassignment: open incidents that are reassigned before the object that they depend on is deleted. A part of a change."""

from __future__ import annotations

from typing import Annotated

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import OpenIncident, Ref
from pdsync.model.fact import IncidentFact
from pdsync.plan.json_form import Form, says


def find_assignee_kinds() -> tuple[str, ...]:
    """The kinds that can be given incidents, by slug."""
    facts = (kind.facts.incidents for kind in KINDS)
    return tuple(dict.fromkeys(slug for fact in facts if fact is not None for slug in fact.moves_to))


def incident_fact(slug: str) -> IncidentFact:
    """How incidents depend on objects of a kind that can have some."""
    fact = BY_SLUG[slug].facts.incidents
    assert fact is not None, slug
    return fact


def find_origin() -> IncidentFact:
    """How an incident says which object it is on."""
    facts = (kind.facts.incidents for kind in KINDS)
    return next(fact for fact in facts if fact is not None and fact.is_origin)


class Moved(Form, frozen=True):
    """An open incident that is reassigned."""

    id: Annotated[str, says("The PagerDuty id.")]
    number: Annotated[int, says("The number that PagerDuty shows.")]
    title: Annotated[str, says("The title of the incident.")]
    url: Annotated[str | None, says("The web page of the incident in PagerDuty.")]
    service: Annotated[str, says("The PagerDuty id of its service.")]

    @classmethod
    def of(cls, incident: OpenIncident) -> Moved:
        """The part of an incident that a plan says."""
        (origin,) = incident.ids(find_origin().member) or ("",)
        return cls(incident.id, incident.number, incident.title, incident.url or None, origin)


class Reassignment(Form, frozen=True):
    """Open incidents that are reassigned before the object is deleted."""

    to: Annotated[Ref, says("The user or escalation policy that gets them.")]
    name: Annotated[str, says("Its name in PagerDuty.")]
    incidents: Annotated[tuple[Moved, ...], says("The incidents. Their status does not change.")]

    def __post_init__(self) -> None:
        """Raises ValueError for an object that cannot be given incidents."""
        kinds = find_assignee_kinds()
        if self.to.kind not in kinds:
            raise ValueError(f"incidents can be reassigned only to these kinds: {', '.join(kinds)}")
