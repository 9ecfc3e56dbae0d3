"""Applies a plan that was made, reviewed, and may be applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pdsync.apply import UNWATCHED, Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.engine.error import PlanError, RefusedError, StaleError
from pdsync.plan import DIGEST_SHOWN, Change, Outcome, Plan, Result, Staleness, Status, Verdict

if TYPE_CHECKING:
    from pdsync.oncall.impact import Impact


class BlockedError(RefusedError):
    """A change is blocked. No approval helps; the plan says why."""


class ConflictError(StaleError):
    """The account was changed since the plan was made. `staleness` says where."""

    def __init__(self, staleness: Sequence[Staleness]) -> None:
        super().__init__("the account was changed since the plan was made", "Make a new plan.")
        self.staleness = tuple(staleness)


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """What to apply, and what was approved."""

    plan: Plan
    staleness: tuple[Staleness, ...] = ()
    """Of a saved plan: how each change compares with the account as it is now."""
    impact: Impact | None = None
    """Who is paged differently. An impact that breaks a rule forbids to apply the plan."""
    approve_deletes: str = ""
    """The digest of a plan that may exceed the limits on deletes."""
    workers: int = 4
    """How many changes are written at a time."""


def carry_out_plan(client: RestApiV2Client, request: ApplyRequest, watch: Watch = UNWATCHED) -> Result:
    """Writes what the plan says and nothing else. Raises what `check_apply` raises, before anything is written."""
    done = check_apply(request)
    if done is not None:
        return done
    plan = request.plan
    result = apply_plan(plan, client, watch, workers=request.workers, approved_deletes=request.approve_deletes)
    return result.with_pending(plan.pending)


def check_apply(request: ApplyRequest) -> Result | None:
    """Makes sure that the plan may be applied. Gives the result where everything is done already, else None.

    Raises PlanError, BlockedError, RefusedError where limits on deletes or rules forbid it, and ConflictError.
    """
    plan, staleness = request.plan, request.staleness
    if plan.problems:
        raise PlanError(plan.problems)
    if plan.has_blockers:
        raise BlockedError("the plan has changes that cannot be applied as planned", "The plan says why.")
    if plan.refusals and not plan.is_digest(request.approve_deletes):
        other = ", and another plan was approved" if request.approve_deletes else ""
        hint = f"After a review of the deletes: --approve-deletes {plan.digest[:DIGEST_SHOWN]}"
        raise RefusedError(f"the limits on deletes are exceeded{other}", hint)
    if any(it.verdict is Verdict.CONFLICT for it in staleness):
        raise ConflictError(staleness)
    if all(it.verdict is Verdict.ALREADY for it in staleness) and (staleness or not plan.changes):
        return Result(tuple(map(_already, plan.changes))).with_pending(plan.pending)
    refusal = request.impact.refusal if request.impact is not None else ""
    if refusal:
        hint = "Change the plan, or, after a review, except the object from the rule in pdsync.yaml."
        raise RefusedError(refusal, hint)
    return None


def _already(change: Change) -> Outcome:
    return Outcome(change.address, change.operation, change.name, Status.ALREADY, change.id)
