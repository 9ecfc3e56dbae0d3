"""Incident blockers: open incidents that stop a delete. Pure.

What PagerDuty refuses: to delete a person whom incidents are assigned to (API description, DELETE /users), and a schedule in the
snapshot of a policy that an incident follows (terraform-provider-pagerduty #567, #902). A policy that incidents follow, and a service
that has some, are treated alike: whether PagerDuty refuses those is not known, and an alarm must not stop unseen.

Who takes over the incidents, where `--reassign-incidents-to` says so, is found in `assignee.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, OpenIncident
from pdsync.model.fact import IncidentFact
from pdsync.plan.change import Change
from pdsync.plan.checks.assignee import OPTION, Assignee, find_assignee, id_of
from pdsync.plan.checks.check import (
    Blocker,
    ChangeNote,
    Check,
    Edge,
    Finding,
    PlanContext,
    Prerequisite,
    ReassignFirst,
    kind_of,
)
from pdsync.plan.diff.pending_delete import PendingDelete
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.people import is_person
from pdsync.plan.reassignment import Moved, Reassignment, incident_fact

_SHOWN = 3
_LONGEST_TITLE = 80


class IncidentBlockers(Check):
    """Blocks a delete that open incidents depend on, or reassigns them first."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        found = find_assignee(context)
        if isinstance(found, PlanProblem):
            yield found
        assignee = found if isinstance(found, Assignee) else None
        for each in context.pending:
            fact = BY_SLUG[each.live.kind].facts.incidents
            if fact is not None:
                yield from _judge(context, each, fact, assignee)

    def prerequisites(self, changes: Iterable[Change], account: Account) -> Iterator[Prerequisite]:
        for change in changes:
            if change.ends and kind_of(change).facts.incidents is not None:
                yield "incidents"


def _judge(
    context: PlanContext, each: PendingDelete, fact: IncidentFact, assignee: Assignee | None
) -> Iterator[Finding]:
    incidents = context.account.incidents
    if incidents is None:
        yield from _unread(each, fact, context.account.incidents_unread)
        return
    found = list(_find_incidents(context, each, fact, incidents))
    if fact.loses:
        if found:
            what = (
                f"open incident loses its {fact.loses}"
                if len(found) == 1
                else f"open incidents lose their {fact.loses}"
            )
            yield ChangeNote(each.address, f"{len(found)} {what}: {fact.then}")
    elif not found:
        if fact.through and incidents:
            yield ChangeNote(each.address, _snapshot_note(len(incidents)))
    elif why := _why_not(context, fact, found, assignee):
        yield Blocker(each.address, f"{list_incidents(fact.says, found)}; {why}")
    elif assignee is not None:
        yield ReassignFirst(each.address, Reassignment(assignee.ref, assignee.name, tuple(map(Moved.of, found))))
        # Incidents are reassigned after the assignee has changed: a policy may let go of the very schedule.
        address = assignee.ref.address
        if address is not None and address in context.changes:
            yield Edge(each.address, address)


def _find_incidents(
    context: PlanContext, each: PendingDelete, fact: IncidentFact, incidents: Sequence[OpenIncident]
) -> Iterator[OpenIncident]:
    """The snapshots that incidents follow cannot be read: what is between is taken as it is now."""
    ids = {each.live.id}
    if fact.through:
        between = ((ref, fields) for ref, fields in context.before.items() if ref.kind == fact.through)
        ids = {
            id_of(context, ref)
            for ref, fields in between
            if any(target == each.ref for _, target in BY_SLUG[ref.kind].refs_of(fields))
        }
    return (incident for incident in incidents if not ids.isdisjoint(incident.ids(fact.member)))


def _why_not(context: PlanContext, fact: IncidentFact, found: Sequence[OpenIncident], assignee: Assignee | None) -> str:
    """Why they are not reassigned, with what to do; empty where they are."""
    if not fact.moves_to:
        return "resolve them first: an incident cannot be given to another service"
    if assignee is None:
        return f"resolve or reassign them first, or add {OPTION} KIND/NAME"
    if assignee.ref.kind not in fact.moves_to:
        return f"a person does not take them out of the policy: name another escalation policy with {OPTION}"
    if (
        assignee.id
        and not is_person(assignee.ref)
        and any(assignee.id in incident.ids(incident_fact(assignee.ref.kind).member) for incident in found)
    ):
        return (
            f"some of them follow {assignee.name!r} already, so giving them to it changes nothing: "
            f"name another one with {OPTION}"
        )
    if not context.options.has_from:
        return "an account-level key needs a From address to reassign them: set 'from' in pdsync.yaml or --from"
    return ""


def list_incidents(says: str, found: Sequence[OpenIncident]) -> str:
    """How many open incidents there are and what they do (`says`), with links to the first of them."""
    shown = ", ".join(f"#{it.number} {_short(it.title)!r}{f' ({it.url})' if it.url else ''}" for it in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    verb = "1 open incident is" if len(found) == 1 else f"{len(found)} open incidents are"
    return f"{verb} {says}: {shown}{more}"


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def _snapshot_note(count: int) -> str:
    """A policy may have let go of the schedule after an incident began, and then nothing in the API says so."""
    some = "the open incident" if count == 1 else f"one of the {count} open incidents"
    return f"PagerDuty refuses this if {some} began when a policy still used it"


def _unread(each: PendingDelete, fact: IncidentFact, why: str) -> Iterator[Finding]:
    if not why or fact.loses:
        return  # they were not asked for, or block nothing
    if fact.refused:
        yield ChangeNote(each.address, f"{why}; if an open incident uses it, PagerDuty refuses the delete")
    else:
        yield Blocker(each.address, f"whether open incidents are {fact.says} is not known: {why}")
