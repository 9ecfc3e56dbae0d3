"""Applies a plan that was made, reviewed, and may be applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pdsync.apply import UNWATCHED, Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.engine.error import PlanError, RefusedError, StaleError
from pdsync.kinds import BY_SLUG
from pdsync.plan import DIGEST_SHOWN, Change, Outcome, Plan, Result, Staleness, Status, Verdict
from pdsync.plan.risk import find_warned_before

if TYPE_CHECKING:
    from pdsync.oncall.impact import Impact


_USE = "Use --secrets-out FILE or --secrets-to COMMAND"


class BlockedError(RefusedError):
    """A change is blocked. No approval helps; the plan says why."""


class NoTakerError(RefusedError):
    """PagerDuty would show the secrets of new objects once, and nothing takes them. `nouns` says what they are."""

    def __init__(self, made: Sequence[Change]) -> None:
        facts = [fact for change in made if (fact := change.hands_out) is not None]
        what = f"the {facts[0].noun} of {made[0].address}"
        if len(made) > 1:
            what += f" and {len(made) - 1} more secret{'' if len(made) == 2 else 's'}"
        message = f"PagerDuty shows {what} only once, when it is created, and nothing takes {'it' if len(made) == 1 else 'them'}"
        super().__init__(message, f"{_USE}. Nothing was written.")


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
    """How each change of a saved plan compares with the account as it is now."""
    impact: Impact | None = None
    """Who is paged differently. A plan whose impact breaks a rule is not applied."""
    approve_deletes: str = ""
    """The digest of a plan that may exceed the limits on deletes."""
    takes_secrets: bool = False
    """Whether something takes the secrets that PagerDuty shows once: `Watch.hand_out`."""
    workers: int = MOST_IN_FLIGHT
    """The most changes that are written at a time. Below that, the client finds how many PagerDuty can take."""


def carry_out_plan(client: RestApiV2Client, request: ApplyRequest, watch: Watch = UNWATCHED) -> Result:
    """Writes what the plan says and nothing else. Raises what `check_apply` raises, before anything is written."""
    done = check_apply(request)
    if done is not None:
        return done
    left, over = _without_done(request)
    for outcome in over:
        watch.on_outcome(outcome)
    result = apply_plan(left, client, watch, workers=request.workers, approved_deletes=request.approve_deletes)
    ended = {outcome.address: outcome for outcome in (*over, *result.outcomes)}
    result = replace(result, outcomes=tuple(ended[change.address] for change in request.plan.changes))
    return result.with_pending(request.plan.pending)


def _without_done(request: ApplyRequest) -> tuple[Plan, tuple[Outcome, ...]]:
    """What is left of a saved plan, and the outcomes of changes that are done already: only the file has the details of those."""
    done = {it.change.address for it in request.staleness if it.verdict is Verdict.ALREADY}
    left = (change for change in request.plan.changes if change.address not in done)
    changes = tuple(replace(it, waits_for=tuple(at for at in it.waits_for if at not in done)) for it in left)
    over = tuple(_already(change) for change in request.plan.changes if change.address in done)
    return (replace(request.plan, changes=changes), over) if over else (request.plan, ())


def check_apply(request: ApplyRequest) -> Result | None:
    """Makes sure that the plan may be applied. Gives the result where everything is done already, else None.

    Raises PlanError, BlockedError, RefusedError where limits on deletes or rules forbid it, ConflictError, and `MissingSecretsError`.
    """
    plan, staleness = request.plan, request.staleness
    if plan.problems:
        raise PlanError(plan.problems)
    if plan.has_blockers:
        raise BlockedError("the plan has changes that cannot be applied as planned", "The plan says why.")
    if plan.failed_tests:
        count = len(plan.failed_tests)
        what = f"{count} test{'' if count == 1 else 's'} of the manifests fail{'s' if count == 1 else ''}"
        raise RefusedError(f"{what}: {plan.failed_tests[0].address}", "Correct the rules, or what the test expects.")
    if plan.refusals and not plan.is_digest(request.approve_deletes):
        other = ", and another plan was approved" if request.approve_deletes else ""
        hint = f"After a review of the deletes: --approve-deletes {plan.digest[:DIGEST_SHOWN]}"
        raise RefusedError(f"the limits on deletes are exceeded{other}", hint)
    if any(it.verdict is Verdict.CONFLICT for it in staleness):
        raise ConflictError(staleness)
    if all(it.verdict is Verdict.ALREADY for it in staleness) and (staleness or not plan.changes):
        done = Result(tuple(map(_already, plan.changes)), warned_before=find_warned_before(plan.risks))
        return done.with_pending(plan.pending)
    made = () if request.takes_secrets else find_handing_out(request)
    untaken = NoTakerError(made) if made else None
    _check_secrets(request, untaken)
    if untaken is not None:
        raise untaken
    refusal = request.impact.refusal if request.impact is not None else ""
    if refusal:
        hint = "Change the plan, or exempt the object from the rule in pdsync.yaml after a review."
        raise RefusedError(refusal, hint)
    return None


def _check_secrets(request: ApplyRequest, untaken: NoTakerError | None) -> None:
    """Raises `MissingSecretsError` where a value that would be sent cannot be had; it says what is `untaken` too, so that a user can repair both
    at once. Most plans send none that could be a secret."""
    if all(BY_SLUG[it.kind].open_fields.keys().isdisjoint({*it.values, *it.followup}) for it in request.plan.changes):
        return
    from pdsync.engine.secret_check import check_secrets

    done = {it.change.address for it in request.staleness if it.verdict is Verdict.ALREADY}
    check_secrets(request.plan, done, (f"{untaken.message}. {_USE}",) if untaken is not None else ())


def find_handing_out(request: ApplyRequest) -> tuple[Change, ...]:
    """The changes that are left to do and that make an object with a secret which PagerDuty shows once."""
    done = {it.change.address for it in request.staleness if it.verdict is Verdict.ALREADY}
    left = (it for it in request.plan.changes if it.address not in done and it.address not in request.plan.skipped)
    return tuple(change for change in left if change.hands_out is not None)


def _already(change: Change) -> Outcome:
    return Outcome(change.address, change.operation, change.name, Status.ALREADY, change.id)
