"""The prospect of a plan: who is on call before it and after it, and what is different. Nothing is asked of PagerDuty for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pdsync.model import Account, Resource
from pdsync.model.instant import parse_instant
from pdsync.oncall.impact import Impact, add_breaches, compute_impact
from pdsync.oncall.roster import Roster, roster_of_account
from pdsync.plan import Plan, compute_predicted_account


@dataclass(frozen=True)
class Prospect:
    """In both rosters the same object has the same reference; a created one has its address in place of an id. Overrides
    are in neither: no listing holds them, and a request for each schedule would be needed."""

    before: Roster
    after: Roster
    impact: Impact


def foresee(
    plan: Plan, account: Account, resources: Sequence[Resource], rules: Mapping[str, Any] | None = None
) -> Prospect | None:
    """What the plan means for whoever is paged, at the moment the account was read, and which of the `rules` in pdsync.yaml
    it breaks that the account does not break already, or breaks more. None where nothing that the plan changes
    has to do with it, directly or through references, and where there is no plan."""
    moment = parse_instant(account.fetched_at)
    if plan.problems or not plan.changes or moment is None:
        return None
    by_address = {resource.address: resource for resource in resources}
    identities = {**plan.bindings, **{change.address: change.id or change.address for change in plan.changes}}
    manifests = {
        (by_address[address].kind, identity): by_address[address]
        for address, identity in identities.items()
        if address in by_address
    }
    before = roster_of_account(account, manifests)
    after = roster_of_account(compute_predicted_account(plan, account), manifests)
    impact = compute_impact(before, after, int(moment.timestamp()))
    if not impact.touches:
        return None
    if rules:
        from pdsync.cli.setting.rule_config import read_rulebook

        found = read_rulebook(rules).judge_change(before, after, impact.moment)
        impact = add_breaches(impact, before, after, found)
    # Of what is in neither, such as a shift-based schedule, the plan knows the name.
    strange = [ref for ref in impact.names if ref not in after.entries and ref not in before.entries]
    labels = {ref: plan.labels[str(ref)] for ref in strange if str(ref) in plan.labels}
    return Prospect(before, after, replace(impact, names={**impact.names, **labels}))
