"""The prospect of a plan: who is on call before and after it, and what differs. No request is sent for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pdsync.engine.plan import Planned
from pdsync.kinds import BY_SLUG
from pdsync.model import Ref
from pdsync.model.instant import parse_instant
from pdsync.oncall.impact import Impact, add_breaches, compute_impact
from pdsync.oncall.roster import Roster, roster_of_account
from pdsync.plan import Operation, compute_predicted_account

if TYPE_CHECKING:
    from pdsync.model import Account, Resource
    from pdsync.plan import Plan


@dataclass(frozen=True)
class Prospect:
    """In both rosters the same object has the same reference; a created one has its address in place of an id.

    Neither holds overrides: no listing has them, and a request for each schedule would be needed.
    """

    before: Roster
    after: Roster
    impact: Impact


def compute_prospect(planned: Planned) -> Prospect | None:
    """What the plan means for the people who are paged, from the moment when the account was read.

    It says which rules of the workspace the plan breaks that the account does not break already, or breaks more. For a saved plan
    that was applied in part, what is left to do counts. None where no change concerns on-call, directly or through references.
    """
    plan, account = planned.current, planned.account
    moment = parse_instant(account.fetched_at)
    if plan is None or plan.problems or not plan.changes or moment is None:
        return None
    before, after = _rosters(plan, account, planned.desired.resources)
    impact = compute_impact(before, after, int(moment.timestamp()))
    if not impact.touches:
        return None
    rules = planned.desired.workspace.rules
    if rules is not None:
        impact = add_breaches(impact, before, after, rules.judge_change(before, after, impact.moment))
    # An object that neither roster holds, such as a shift-based schedule, has its name from the plan.
    strange = [ref for ref in impact.names if ref not in after.entries and ref not in before.entries]
    labels = {ref: plan.labels[str(ref)] for ref in strange if str(ref) in plan.labels}
    could_wait = _could_wait(planned, impact)
    return Prospect(before, after, replace(impact, names={**impact.names, **labels}, could_wait=could_wait))


def _could_wait(planned: Planned, impact: Impact) -> frozenset[Ref]:
    """The schedules through which people are on call now and whose rotation is edited, without waiting for a hand-off."""
    waiting = {it.address for it in planned.desired.resources if it.lifecycle.hand_off_aware}
    edited = {
        change.address
        for change in planned.plan.changes
        if change.operation is Operation.UPDATE and BY_SLUG[change.kind].rotates and change.address not in waiting
    }
    through = {turn.schedule for turn in (*impact.leaves, *impact.joins) if turn.schedule is not None}
    return frozenset(ref for ref in through if impact.addresses.get(ref) in edited)


def rosters_of(planned: Planned) -> tuple[Roster, Roster]:
    """The account before and after the plan; in both the same object has the same reference."""
    return _rosters(planned.current or planned.plan, planned.account, planned.desired.resources)


def _rosters(plan: Plan, account: Account, resources: tuple[Resource, ...]) -> tuple[Roster, Roster]:
    by_address = {resource.address: resource for resource in resources}
    identities = {**plan.bindings, **{change.address: change.id or change.address for change in plan.changes}}
    manifests = {
        (by_address[address].kind, identity): by_address[address]
        for address, identity in identities.items()
        if address in by_address
    }
    return roster_of_account(account, manifests), roster_of_account(compute_predicted_account(plan, account), manifests)
