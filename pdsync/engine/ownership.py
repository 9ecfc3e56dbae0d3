"""Adopts and releases objects: plans that write the ownership line and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from pdsync.account import Extent
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Desired, Selection, Workspace
from pdsync.engine.error import PlanError, RefusedError
from pdsync.engine.plan import Activity, make_plan, read_account, silent
from pdsync.kinds import BY_SLUG
from pdsync.model.address import Address
from pdsync.model.ownership import ByNaming
from pdsync.plan import Change, Operation, Plan, build_release


@dataclass(frozen=True)
class Adoption:
    """A plan that adopts, and what needs no adoption."""

    plan: Plan
    left: dict[str, str]
    """Why there is nothing to do for an object, by address."""


def adoption_of(targets: Sequence[str]) -> Selection:
    """What to load for `plan_adoption`."""
    return Selection(adopt=True, prune="off", targets=tuple(targets))


def plan_adoption(client: RestApiV2Client, desired: Desired, *, activity: Activity = silent) -> Adoption:
    """A plan that writes the ownership line on the targets, live objects whose managed fields all match.

    Nothing else is ever changed: where one target differs, there is no plan at all. Raises RefusedError for that, PlanError, and the
    client's errors.
    """
    plan = make_plan(client, desired, activity=activity).plan
    if plan.problems:
        raise PlanError(plan.problems)
    chosen = desired.options.targets
    changes = {change.address: change for change in plan.changes}
    _refuse_differences([changes[address] for address in sorted(chosen) if address in changes])
    kept = [replace(change, waits_for=()) for change in plan.changes if change.address in chosen]
    left = {address: _why_left(address) for address in sorted(chosen - changes.keys())}
    return Adoption(
        replace(plan, changes=tuple(kept), refusals=(), notes=(), pending=(), risks=(), tests=(), unchanged=0), left
    )


def _refuse_differences(changes: Sequence[Change]) -> None:
    """Raises RefusedError where an adoption would change more than the ownership line."""
    wrong = []
    for change in changes:
        differs = [*(delta.path for delta in change.deltas), *(child.list_name for child in change.children)]
        if change.operation is Operation.CREATE:
            wrong.append(f"{change.address}: the account has no such object")
        elif change.operation is not Operation.ADOPT:
            ownership = BY_SLUG[change.kind].ownership
            why = ownership.why if isinstance(ownership, ByNaming) else "is managed already"
            wrong.append(f"{change.address}: {why}, and it differs: run 'pdsync plan'")
        elif differs:
            wrong.append(f"{change.address} ({change.id}): differs in {', '.join(sorted(set(differs)))}")
    if wrong:
        first, *rest = wrong
        raise RefusedError(f"nothing was adopted: {first}", "Change the manifest, or run 'pdsync apply --adopt'.", rest)


def _why_left(address: str) -> str:
    ownership = BY_SLUG[Address.parse(address).kind].ownership
    if isinstance(ownership, ByNaming):
        needs = f"; to change it, write in pdsync.yaml '{ownership.setting}: managed'" if ownership.setting else ""
        return f"{ownership.why}, so the manifest alone is enough{needs}"
    return "is managed already"


def plan_release(
    client: RestApiV2Client, workspace: Workspace, addresses: Sequence[str], *, activity: Activity = silent
) -> Plan:
    """A plan that takes the ownership line out of live objects, with or without a manifest, and changes nothing else.

    Raises PlanError, RefusedError for the wrong account, and the client's errors.
    """
    extent = Extent(kinds={Address.parse(it).kind for it in addresses})
    plan = build_release(addresses, read_account(client, workspace, extent, activity=activity), workspace.name)
    if plan.problems:
        raise PlanError(plan.problems)
    return plan
