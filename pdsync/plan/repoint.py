"""Repoints: differences that are there only because an object is replaced. Pure.

What refers to the old object differs from its manifest, which means the new one. No person edited it, so it does not count as drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Ref
from pdsync.model.address import without_step
from pdsync.model.ref import ANY_KIND
from pdsync.plan.change import Change, ChildChange, ChildOperation, Operation


def without_repoints(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes without what only leads from an old object to the one that replaces it. A change that did nothing else is left out."""
    meant: dict[Ref, Ref] = {}
    for change in changes:
        if change.operation is Operation.RETIRE and change.id is not None:
            key = Ref.of_address(without_step(change.address))
            meant |= {Ref(change.kind, "id", change.id): key, Ref(ANY_KIND, "id", change.id): key}
    return tuple(left for change in changes if (left := _without(change, meant)) is not None)


def _without(change: Change, meant: Mapping[Ref, Ref]) -> Change | None:
    if change.operation is not Operation.UPDATE:
        return change
    deltas = tuple(it for it in change.deltas if _mapped(it.before, meant) != _mapped(it.after, meant))
    children = tuple(it for it in change.children if not _is_repoint(it, change, meant))
    if len(deltas) == len(change.deltas) and len(children) == len(change.children):
        return change
    return replace(change, deltas=deltas, children=children) if deltas or children else None


def _is_repoint(child: ChildChange, change: Change, meant: Mapping[Ref, Ref]) -> bool:
    """Whether the item refers to an old object and goes, or comes in the place of such an item."""
    declared = BY_SLUG[change.kind].child(child.list_name)
    refs = set(declared.item.refs_in(child.values)) if declared is not None else set()
    if child.operation is ChildOperation.REMOVE:
        return not refs.isdisjoint(meant)
    held = [_mapped(item, meant) for item in change.before.get(child.list_name, ())]
    return not refs.isdisjoint(meant.values()) and any(_says(item, child.values) for item in held)


def _says(item: Mapping[str, Canonical], values: Mapping[str, Canonical]) -> bool:
    return all(item.get(name) == value for name, value in values.items())


def _mapped(value: Canonical, meant: Mapping[Ref, Ref]) -> Canonical:
    if isinstance(value, Ref):
        return meant.get(value, value)
    if isinstance(value, Mapping):
        return {name: _mapped(held, meant) for name, held in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_mapped(item, meant) for item in value]
    return value


def on_manifests(changes: Sequence[Change]) -> Iterator[Change]:
    """The changes, each delete of an old object under the address of its manifest."""
    for change in changes:
        yield replace(change, address=without_step(change.address)) if change.operation is Operation.RETIRE else change
