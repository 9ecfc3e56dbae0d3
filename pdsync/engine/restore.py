"""Puts back what an apply changed or deleted, from the bodies that its journal kept: an ordinary plan against today's account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec.structs import replace as replace_form

from pdsync.account import Extent
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Desired, Selection, Workspace, make_options
from pdsync.engine.error import PlanError, RequestError
from pdsync.engine.plan import Activity, Planned, judge_plan, may_miss_users, read_account, silent
from pdsync.engine.restored import Restored, Restorer, live_of
from pdsync.kinds import BY_SLUG
from pdsync.model import Marker, Resource, Source, UnreadableError
from pdsync.model.address import Address, without_step
from pdsync.plan import Operation, Plan
from pdsync.plan.before import Before
from pdsync.plan.diff.last_applied import Origin

STILL = (
    "The manifests did not change, so the next plan shows these differences again: revert the commit, "
    "or run 'pdsync accept'."
)


_REPLACED = (
    "was replaced by that run: no one can bring {} back with its id and what was lost with it. Revert the commit and apply: that "
    "makes another object with the earlier values"
)


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What to put back."""

    source: str
    """The journal, in words."""
    found: Sequence[Before]
    """Every object that it holds."""
    created: Sequence[str] = ()
    """The addresses of what the run created. Nothing was there before, so it stays."""
    targets: Sequence[str] = ()
    """Only these addresses; empty: all."""


@dataclass(frozen=True)
class Restoration:
    """A plan that puts back, and what needs nothing."""

    planned: Planned
    left: Mapping[str, str]
    """Why nothing is done for an object, by address."""
    notes: tuple[str, ...] = ()
    """What does not come back as it was, and what the next plan from the manifests will say."""


def plan_restore(
    client: RestApiV2Client, workspace: Workspace, request: RestoreRequest, *, activity: Activity = silent
) -> Restoration:
    """A plan that puts the chosen objects back. Objects that are not this workspace's are problems, and nothing is pruned.

    Raises RequestError for an address that the journal does not hold, PlanError, RefusedError, and the client's errors.
    """
    chosen = _choose(request)
    left = {
        address: "was created by that run, so it stays" for address in request.created if _is_meant(request, address)
    }
    left |= {it.address: "only its ownership line was written" for it in chosen if _is_empty(it)}
    left |= {it.address: _REPLACED.format(it.id) for it in chosen if it.operation == Operation.RETIRE}
    extent = _extent(request, workspace)
    restored, planned = _read_and_judge(client, workspace, request, extent, activity)
    if may_miss_users(planned):  # those of what is replaced are of kinds that the run did not change
        extent = replace(extent, every_kind=True)
        restored, planned = _read_and_judge(client, workspace, request, extent, activity)
    plan = planned.plan
    if plan.problems:
        raise PlanError(plan.problems)
    plan = _without_renewals(plan)
    planned = replace(planned, plan=plan, current=plan)
    notes = (*restored.notes, *_edited_since(plan), *((STILL,) if plan.changes else ()))
    return Restoration(planned, left, notes)


def _read_and_judge(
    client: RestApiV2Client, workspace: Workspace, request: RestoreRequest, extent: Extent, activity: Activity
) -> tuple[Restored, Planned]:
    """What is put back, and the plan that does it. Raises PlanError, RefusedError, and the client's errors."""
    account = read_account(client, workspace, extent, activity=activity)
    restored = Restorer(request.found, account, workspace.name, request.source).restore(_to_put_back(request))
    if restored.problems:
        raise PlanError(restored.problems)
    selection = Selection(prune="off")
    desired = Desired(restored.resources, make_options(workspace, selection), workspace, selection)
    return restored, judge_plan(client, desired, account, activity=activity)


def _choose(request: RestoreRequest) -> list[Before]:
    """Raises RequestError."""
    known = {before.address for before in request.found} | set(request.created)
    for target in request.targets:
        if target not in known:
            raise RequestError(
                f"{request.source}: the run did not change {target}", "'pdsync journal show' lists what it changed."
            )
    return [before for before in request.found if _is_meant(request, before.address)]


def _without_renewals(plan: Plan) -> Plan:
    """The plan without changes that would write nothing but the record in an ownership line: there nothing is put back."""
    idle = {it.address for it in plan.changes if it.operation is Operation.UPDATE and not (it.deltas or it.children)}
    kept = (change for change in plan.changes if change.address not in idle)
    changes = tuple(
        replace_form(change, waits_for=tuple(it for it in change.waits_for if it not in idle)) for change in kept
    )
    return replace_form(plan, changes=changes, unchanged=plan.unchanged + len(idle))


def _edited_since(plan: Plan) -> list[str]:
    """What was edited after the run that changed it, and is put back as well: the plan alone does not show that."""
    return [
        f"{change.address}: {delta.path} was edited after that run, and that edit is undone too"
        for change in plan.changes
        for delta in change.deltas
        if delta.origin in (Origin.THEIRS, Origin.BOTH)
    ]


def _is_meant(request: RestoreRequest, address: str) -> bool:
    return not request.targets or address in request.targets


def _is_empty(before: Before) -> bool:
    return not (before.is_deleted or before.fields or before.items)


def _to_put_back(request: RestoreRequest) -> list[Before]:
    return [it for it in _choose(request) if not (_is_empty(it) or it.operation == Operation.RETIRE)]


def _extent(request: RestoreRequest, workspace: Workspace) -> Extent:
    """Reads the kinds that the run changed, the child lists of what is put back, under its id or its ownership line, and the tables and
    kinds that it refers to."""
    chosen = _to_put_back(request)
    touched = {(before.kind, before.id) for before in chosen}
    keys = {(before.kind, Address.parse(without_step(before.address)).key) for before in chosen}

    def needs(slug: str, identity: str, marker: Marker | None) -> bool:
        ours = marker is not None and marker.workspace == workspace.name and (slug, marker.key) in keys
        return ours or (slug, identity) in touched

    return Extent(
        needs_children=needs,
        in_full=lambda resource, child: True,
        kinds={before.kind for before in request.found},
        resources=tuple(_mentioning(chosen)),
        places=workspace.places,
    )


def _mentioning(chosen: Sequence[Before]) -> list[Resource]:
    """Manifests that refer to what the objects refer to, and name every child list: what the ownership line has on record of one
    counts too."""
    made = []
    for before in chosen:
        if before.body is None or before.kind not in BY_SLUG:
            continue
        try:
            was = live_of(before)
        except UnreadableError:
            continue
        lists = {child.name: was.children.get(child.name, ()) for child in BY_SLUG[before.kind].children}
        items = {name: tuple(item.value for item in group) for name, group in lists.items()}
        made.append(Resource(before.kind, Address.parse(before.address).key, was.fields, Source(""), items))
    return made
