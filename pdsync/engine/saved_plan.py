"""A plan that was saved for a review. It is applied only where a plan made now asks for the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pdsync.account import Extent, NeedsChildren
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Desired, Selection, make_options
from pdsync.engine.error import RefusedError, StaleError
from pdsync.engine.plan import Activity, Planned, read_account, silent
from pdsync.model import Account
from pdsync.model.instant import parse_instant, render_duration, render_instant
from pdsync.plan import Plan, Staleness, Verdict, build_plan, compute_staleness, find_unasked

_NAMED = 5
"""How many addresses a message names."""
_CLOCKS_DIFFER = timedelta(minutes=1)
"""A server may be many machines, whose clocks are never quite the same."""


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A saved plan that is whole and as it was written."""

    plan: Plan
    source: str
    """Where it is kept, in words."""
    expires_at: datetime
    selection: Selection
    """What it was made for, without the paths of the manifests."""

    def check_fresh(self, now: datetime) -> None:
        """Raises StaleError when the plan is too old, and RefusedError when it says that the account was read later than now.
        Both sides are by PagerDuty's clock; `now` is when the account was read."""
        made = parse_instant(self.plan.fetched_at)
        if made is not None and made > now + _CLOCKS_DIFFER:
            raise RefusedError(
                f"{self.source}: the plan says that the account was read at {self.plan.fetched_at}, and it is {render_instant(now)}",
                "Make a new one with 'pdsync plan --out'.",
            )
        if now >= self.expires_at:
            ago = render_duration(max(60, int((now - self.expires_at).total_seconds()) // 60 * 60))
            raise StaleError(f"{self.source}: the plan expired {ago} ago", "Make a new one with 'pdsync plan --out'.")

    def check_for(self, workspace: str, manifest_digest: str) -> None:
        """Raises RefusedError when it was made for another workspace or from other manifests."""
        if self.plan.workspace != workspace:
            raise RefusedError(
                f"{self.source}: the plan is of the workspace {self.plan.workspace!r}, not of {workspace!r}",
                "Run it where it was made, or make a new one.",
            )
        if self.plan.manifest_digest != manifest_digest:
            raise RefusedError(
                f"{self.source}: the plan was made from other manifests than those that are here",
                "Check out the commit that was planned, or make a new plan from these.",
            )

    def check_account(self, subdomain: str) -> None:
        """Raises RefusedError when it was made for another account."""
        if self.plan.subdomain != subdomain:
            raise RefusedError(
                f"{self.source}: the plan is of the account {self.plan.subdomain!r}, and the token belongs to {subdomain!r}",
                "Use the token of that account.",
            )


def compare_saved_plan(
    client: RestApiV2Client,
    desired: Desired,
    saved: SavedPlan,
    *,
    approve_deletes: str = "",
    activity: Activity = silent,
) -> Planned:
    """The saved plan beside the account as it is now. Writes nothing.

    A plan made now, from these manifests and under today's limits, must ask for the same: a file can be rewritten, and so can a
    policy. Where a change is in conflict, `current` is None and `staleness` says why.

    Raises RefusedError, StaleError, and the client's errors.
    """
    plan = saved.plan
    extent = Extent(desired.resources, needs_children=_touched_by(plan), every_kind=True)
    account = read_account(client, desired.workspace, extent, activity=activity)
    saved.check_account(account.subdomain)
    read_at = parse_instant(account.fetched_at)
    assert read_at is not None, account.fetched_at  # it was rendered here
    saved.check_fresh(read_at)
    staleness = compute_staleness(plan, account)
    current = None
    if not any(it.verdict is Verdict.CONFLICT for it in staleness):
        current = _plan_again(desired, saved, account, staleness)
        if current.refusals and not plan.is_digest(approve_deletes):
            raise RefusedError(f"{saved.source}: {current.refusals[0]}")
    return Planned(plan, account, desired, current, staleness)


def _plan_again(desired: Desired, saved: SavedPlan, account: Account, staleness: tuple[Staleness, ...]) -> Plan:
    """The plan that is made now. Raises StaleError where it does not hold what the saved one still has to do."""
    selection = replace(saved.selection, paths=desired.selection.paths)
    options = replace(make_options(desired.workspace, selection), has_from=True, elsewhere=desired.options.elsewhere)
    current = build_plan(desired.resources, account, options)
    unasked = find_unasked(saved.plan, current, staleness)
    if unasked:
        raise StaleError(
            f"{saved.source}: {', '.join(unasked[:_NAMED])}: a plan from these manifests and settings does not say that now",
            "Nothing was applied. Make a new plan.",
        )
    return current


def _touched_by(plan: Plan) -> NeedsChildren:
    """Says which objects had their child lists read for the plan: those must be read again."""
    touched = {(change.kind, change.id) for change in plan.changes if change.child_lists}
    return lambda slug, identity, marker: (slug, identity) in touched
