"""What forbids to apply a plan: limits, names that are taken, objects that are still in use. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pdsync.kinds import BY_SLUG, Account, LiveObject, Ref
from pdsync.plan.change import Change, Operation
from pdsync.plan.option import PlanOptions
from pdsync.plan.subject import World


def count_owned(account: Account, workspace: str) -> int:
    """How many live objects carry this workspace's marker."""
    return sum(
        1
        for group in account.objects.values()
        for live in group
        if live.marker is not None and live.marker.workspace == workspace
    )


def refuse_deletes(changes: Sequence[Change], owned: int, options: PlanOptions) -> tuple[str, ...]:
    """Limits on deletes that the plan exceeds. Both count: a percentage alone lets a small account be emptied."""
    deletes = sum(1 for change in changes if change.operation is Operation.DELETE)
    refusals = []
    if deletes > options.max_deletes:
        refusals.append(
            f"{deletes} deletes exceed the limit of {options.max_deletes} (prune.max_deletes in pdsync.yaml): nothing is applied"
        )
    percent = 100 * deletes / owned if owned else 0
    if deletes > options.small_delete and percent > options.max_delete_percent:
        refusals.append(
            f"{deletes} deletes are {percent:.0f} % of the {owned} managed objects, above the limit of "
            f"{options.max_delete_percent} % (prune.max_delete_percent in pdsync.yaml): nothing is applied"
        )
    return tuple(refusals)


def reference_blockers(world: World, deletes: Sequence[LiveObject], gone: frozenset[Ref]) -> dict[str, list[str]]:
    """Deletes that PagerDuty would refuse, because something that stays still refers to the object. By address."""
    users: dict[Ref, list[str]] = defaultdict(list)
    for holder, fields in world.after(gone):
        for name, ref in BY_SLUG[holder.kind].refs_of(fields):
            if ref in gone:
                users[ref].append(name_of(holder, world) + _unmanaged(holder, name, world))
    blockers: dict[str, list[str]] = {}
    for live in deletes:
        assert live.marker is not None
        held = sorted(set(users[Ref(live.kind, "id", live.id)]))
        if held:
            blockers[f"{live.kind}/{live.marker.key}"] = [f"it is still used by {', '.join(held)}"]
    return blockers


def _unmanaged(holder: Ref, name: str, world: World) -> str:
    """What to do where our own manifest leaves the field to the account."""
    subject = world.subjects.get(holder.address or "")
    if subject is None or name in subject.fields:
        return ""
    return f" (its manifest does not name {name!r}, which therefore stays: write {name} there)"


def name_of(ref: Ref, world: World) -> str:
    """An object as a reviewer knows it: its address, or its name and id where no manifest speaks of it."""
    if ref in world.others:
        live = world.others[ref][0]
        return f"{ref.kind} {live.name!r} ({live.id}, not managed here)"
    return str(ref)


def name_blockers(world: World, changes: Mapping[str, Change], gone: frozenset[Ref]) -> Iterable[tuple[str, str]]:
    """Names that a create or a rename wants and that something which stays has already.

    Even where PagerDuty permits a second object of a name, nobody could tell them apart.
    """
    taken: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for ref, fields in world.after(gone):
        if BY_SLUG[ref.kind].identity == "name":
            taken[ref.kind, str(fields.get("name")).casefold()].append((ref.address or "", name_of(ref, world)))
    for address, change in changes.items():
        if change.operation is Operation.DELETE or BY_SLUG[change.kind].identity != "name":
            continue
        renamed = change.operation is Operation.CREATE or any(delta.path == "name" for delta in change.deltas)
        others = [shown for holder, shown in taken[change.kind, change.name.casefold()] if holder != address]
        if renamed and others:
            yield address, f"the name {change.name!r} is taken by {', '.join(sorted(others))}"
