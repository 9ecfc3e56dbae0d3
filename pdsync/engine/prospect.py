"""The prospect of a plan: who is on call before and after it, and what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from pdsync.client import RestApiV2Client
from pdsync.engine.plan import Activity, Planned, silent
from pdsync.kinds import BY_SLUG
from pdsync.model import Ref
from pdsync.model.instant import parse_instant
from pdsync.oncall.impact import Impact, add_breaches, compute_impact
from pdsync.oncall.maintenance import KIND as WINDOW
from pdsync.oncall.roster import Roster, roster_of_account
from pdsync.oncall.scope import Scope, find_scope, schedules_compared, services_compared, shift_schedules_unread
from pdsync.oncall.takeover import last_end_of
from pdsync.plan import Operation, compute_predicted_account
from pdsync.plan.build import expand_manifests

_Sides: TypeAlias = tuple[Roster, Roster, Scope, int]
"""The rosters before and after, what can differ between them, and the moment."""


@dataclass(frozen=True)
class Prospect:
    """In both rosters the same object has the same reference; a created one has its address in place of an id."""

    before: Roster
    after: Roster
    impact: Impact


def fetch_prospect(client: RestApiV2Client, planned: Planned, *, activity: Activity = silent) -> Prospect | None:
    """What `compute_prospect` says, with the overrides and maintenance windows that the account has where the plan touches it.

    Overrides cost a request for each schedule whose shifts are compared, maintenance windows one listing. So does a shift-based schedule without
    a manifest that a policy in question notifies. Raises the client's errors.
    """
    sides = _sides(planned)
    if sides is None:
        return None
    before, after, scope, moment = sides
    unread = shift_schedules_unread(before, after, scope)
    warnings: list[str] = []
    if unread:
        from pdsync.engine.shift_roster import with_shift_schedules

        with activity("Reading shift-based schedules"):
            before, after = with_shift_schedules(client, (before, after), unread, warnings.append)
        sides = before, after, scope, moment
    schedules = schedules_compared(before, after, scope)
    # Where windows are managed, the account has all of them already.
    services = frozenset() if WINDOW in planned.account.complete_for else services_compared(before, scope)
    if not schedules and not services:  # nothing that existed before is touched, so there is nothing to read
        return _prospect(planned, sides, counts_overrides=True, notes=tuple(warnings))
    from pdsync.engine.hand_edit import fetch_hand_edits

    with activity("Reading overrides and maintenance windows"):
        edits = fetch_hand_edits(client, before, (schedules, services), moment, last_end_of(before, after))
    return _prospect(
        planned,
        (*edits.put_into(before, after), scope, moment),
        counts_overrides=edits.overrides is not None,
        notes=(*warnings, *edits.notes),
    )


def compute_prospect(planned: Planned) -> Prospect | None:
    """What the plan means for the people who are paged, from the moment when the account was read. No request is sent for it, so
    overrides and maintenance windows are not counted.

    It says which rules of the workspace the plan breaks that the account does not break already, or breaks more. For a saved plan
    that was applied in part, what is left to do counts. None where no change concerns on-call, directly or through references.
    """
    sides = _sides(planned)
    return _prospect(planned, sides) if sides is not None else None


def _sides(planned: Planned) -> _Sides | None:
    plan, account = planned.current, planned.account
    moment = parse_instant(account.fetched_at)
    if plan is None or plan.problems or not plan.changes or moment is None:
        return None
    before, after = rosters_of(planned)
    scope = find_scope(before, after)
    return (before, after, scope, int(moment.timestamp())) if scope else None


def _prospect(
    planned: Planned, sides: _Sides, *, counts_overrides: bool = False, notes: tuple[str, ...] = ()
) -> Prospect:
    before, after, scope, moment = sides
    impact = compute_impact(before, after, moment, scope=scope)
    rules = planned.desired.workspace.rules
    if rules is not None:
        impact = add_breaches(impact, before, after, rules.judge_change(before, after, impact.moment))
    # An object that neither roster holds, such as a shift-based schedule, has its name from the plan.
    strange = [ref for ref in impact.names if ref not in after.entries and ref not in before.entries]
    labels = {ref: planned.plan.labels[str(ref)] for ref in strange if str(ref) in planned.plan.labels}
    impact = replace(
        impact,
        names={**impact.names, **labels},
        could_wait=_could_wait(planned, impact),
        counts_overrides=counts_overrides,
        notes=notes,
    )
    return Prospect(before, after, impact)


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
    plan, account, desired = planned.current or planned.plan, planned.account, planned.desired
    by_address = {it.address: it for it in expand_manifests(desired.resources, account, desired.options).resources}
    identities = {**plan.bindings, **{change.address: change.id or change.address for change in plan.changes}}
    manifests = {
        (by_address[address].kind, identity): by_address[address]
        for address, identity in identities.items()
        if address in by_address
    }
    return roster_of_account(account, manifests), roster_of_account(compute_predicted_account(plan, account), manifests)
