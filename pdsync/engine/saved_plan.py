"""A plan that was saved for a review. It is applied only where a plan made now asks for the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pdsync.account import Extent, NeedsChildren
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Desired, Selection, make_options
from pdsync.engine.error import RefusedError, RequestError, StaleError
from pdsync.engine.plan import Activity, Planned, judge_plan, read_account, silent
from pdsync.kinds import BY_SLUG
from pdsync.model import Account
from pdsync.model.instant import parse_instant, read_rendered, render_duration, render_instant
from pdsync.model.unreadable import UNREADABLE_CAUSES
from pdsync.plan import Plan, Staleness, Verdict, compute_staleness, find_unasked, renew
from pdsync.plan.saved.test_form import TestForm

_FAULTS: tuple[type[Exception], ...] = (*UNREADABLE_CAUSES, AssertionError)
_NAMED = 5
"""How many addresses a message names."""
_CLOCKS_DIFFER = timedelta(minutes=1)
"""A server may be many machines, whose clocks are never quite the same."""


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A saved plan that is complete and unchanged."""

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
                f"{self.source}: the plan claims that the account was read at {self.plan.fetched_at}, and it is {render_instant(now)}",
                "Make a new plan with 'pdsync plan --out'.",
            )
        if now >= self.expires_at:
            ago = render_duration(max(60, int((now - self.expires_at).total_seconds()) // 60 * 60))
            raise StaleError(f"{self.source}: the plan expired {ago} ago", "Make a new plan with 'pdsync plan --out'.")

    def check_for(self, workspace: str, manifest_digest: str) -> None:
        """Raises RefusedError when it was made for another workspace or from other manifests."""
        if self.plan.workspace != workspace:
            raise RefusedError(
                f"{self.source}: the plan is for the workspace {self.plan.workspace!r}, not {workspace!r}",
                "Run it where it was made, or make a new plan.",
            )
        if self.plan.manifest_digest != manifest_digest:
            raise RefusedError(
                f"{self.source}: the plan was made from manifests that differ from the ones here",
                "Check out the commit that was planned, or make a new plan from these.",
            )

    def check_account(self, subdomain: str) -> None:
        """Raises RefusedError when it was made for another account."""
        if self.plan.subdomain != subdomain:
            raise RefusedError(
                f"{self.source}: the plan is for the account {self.plan.subdomain!r}, and the token belongs to {subdomain!r}",
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
    """The saved plan compared with the account as it is now. Writes nothing.

    A plan made now, from these manifests and under today's limits, must ask for the same: a file can be rewritten, and so can a
    policy. What is written is taken from the plan made now. Where a change is in conflict, `current` is None and `staleness` says why.

    Raises RefusedError, StaleError, and the client's errors.
    """
    plan = saved.plan
    listed = {(change.address, name) for change in plan.changes for name in change.child_lists}
    extent = Extent(
        desired.resources,
        needs_children=_touched_by(plan),
        in_full=lambda resource, child: (resource.address, child.name) in listed,
        every_kind=any(change.ends for change in plan.changes),
        kinds=_kinds_in(plan),
        places=desired.workspace.places,
    )
    account = read_account(client, desired.workspace, extent, activity=activity)
    saved.check_account(account.subdomain)
    saved.check_fresh(read_rendered(account.fetched_at))
    staleness = _compute_staleness(saved, account)
    current = None
    if not any(it.verdict is Verdict.CONFLICT for it in staleness):
        current, account = _plan_again(client, desired, saved, account, activity)
        _check_asked(saved, current, staleness)
        plan = renew(plan, current, staleness)
        if current.refusals and not plan.is_digest(approve_deletes):
            raise RefusedError(f"{saved.source}: {current.refusals[0]}")
    return Planned(plan, account, desired, current, staleness).with_tests(_tests_of(saved, desired))


def _tests_of(saved: SavedPlan, desired: Desired) -> tuple[TestForm, ...]:
    """The test results now, and the results of tests that failed when the plan was made and no longer exist."""
    tests: tuple[TestForm, ...] = ()
    if desired.tests:
        from pdsync.engine.test_run import run_desired_tests

        tests = run_desired_tests(desired.tests, desired.resources)
    here = {test.address for test in tests}
    return (*tests, *(test for test in saved.plan.failed_tests if test.address not in here))


def _compute_staleness(saved: SavedPlan, account: Account) -> tuple[Staleness, ...]:
    """Raises RefusedError for impossible values: the schema of plans leaves the values of a change open."""
    try:
        return compute_staleness(saved.plan, account)
    except _FAULTS as error:
        message = (
            f"{saved.source}: contains a change that pdsync never writes, so the file was edited after it was made"
        )
        raise RefusedError(message, "Make a new plan with 'pdsync plan --out'.") from error


def _plan_again(
    client: RestApiV2Client, desired: Desired, saved: SavedPlan, account: Account, activity: Activity
) -> tuple[Plan, Account]:
    """The plan that is made now, with what blocks it now. Raises RefusedError for a selection that none can be made for."""
    selection = replace(saved.selection, paths=desired.selection.paths)
    try:
        options = make_options(desired.workspace, selection)
    except RequestError as error:
        raise RefusedError(f"{saved.source}: {error.message}", error.hint) from error
    options = replace(options, elsewhere=desired.options.elsewhere)
    planned = judge_plan(client, replace(desired, options=options), account, activity=activity)
    return planned.plan, planned.account


def _check_asked(saved: SavedPlan, current: Plan, staleness: tuple[Staleness, ...]) -> None:
    """Raises StaleError where the plan made now has problems, or does not hold what the saved one still has to do."""
    if current.problems:
        first = current.problems[0]
        message = f"{saved.source}: a plan made now has problems: {first.address}: {first.message}"
        raise StaleError(message, "Nothing was applied. Make a new plan.")
    unasked = find_unasked(saved.plan, current, staleness)
    if not saved.selection.reassign_to:
        unasked += tuple(change.address for change in saved.plan.changes if change.reassign is not None)
    if unasked:
        raise StaleError(
            f"{saved.source}: {', '.join(unasked[:_NAMED])}: a new plan from these manifests and settings no longer shows this",
            "Nothing was applied. Make a new plan.",
        )
    _refuse_new_blockers(saved, current, staleness)


def _refuse_new_blockers(saved: SavedPlan, current: Plan, staleness: tuple[Staleness, ...]) -> None:
    """Raises RefusedError where a setting that allowed a change when the plan was saved does not allow it now."""
    blockers = {change.address: change.blockers for change in current.changes}
    for it in staleness:
        new = [each for each in blockers.get(it.change.address, ()) if each not in it.change.blockers]
        if it.verdict is Verdict.VALID and new:
            raise RefusedError(f"{saved.source}: {it.change.address}: {new[0]}", "Nothing was applied.")


def _touched_by(plan: Plan) -> NeedsChildren:
    """Says which objects had their child lists and documents read for the plan: those must be read again."""
    touched = {(change.kind, change.id) for change in plan.changes if change.read_apart}
    return lambda slug, identity, marker: (slug, identity) in touched


def _kinds_in(plan: Plan) -> frozenset[str]:
    """The kinds of what the plan changes, and of what its changes refer to: they are compared with the account."""
    labelled = (slug for text in plan.labels for slug in BY_SLUG if text.startswith((f"{slug}/", f"{slug}[")))
    return frozenset(labelled) | {change.kind for change in plan.changes}
