"""Lost items: what stops working with a child item that goes, such as a routing key. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import ChildList
from pdsync.plan.change import Change, ChildChange, ChildOperation, Operation
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of
from pdsync.plan.pairing.pair import Pair


class LostItems(Check):
    """Says what is lost with removed, replaced and deleted items."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for message in (*_find_removed(change), *_find_replaced(pair, change)):
                yield ChangeNote(change.address, message)
        for each in context.pending:
            for declared in kind_of(context.changes[each.address]).children:
                items = each.live.children.get(declared.name, ())
                if items and declared.loses:
                    yield ChangeNote(each.address, _deleted(declared, len(items)))


def _losing(change: Change, child: ChildChange) -> ChildList | None:
    declared = kind_of(change).child(child.list_name)
    return declared if declared is not None and declared.loses else None


def _find_removed(change: Change) -> Iterator[str]:
    for child in change.children:
        declared = _losing(change, child)
        if child.operation is ChildOperation.REMOVE and declared is not None:
            yield f"{declared.noun} {child.label!r} ({child.id}) is removed: its {declared.loses} stops working"


def _find_replaced(pair: Pair, change: Change) -> Iterator[str]:
    """What a new item replaces: the type of an integration cannot be changed, so another one is made first, with a key of its
    own. The old one goes only where the manifest's list is the whole of it: other people may have made it."""
    if change.operation is Operation.CREATE:
        return
    removed = {child.id for child in change.children if child.operation is ChildOperation.REMOVE}
    for child in change.children:
        declared = _losing(change, child)
        if child.operation is not ChildOperation.ADD or declared is None:
            continue
        name = child.values.get(declared.key[0])
        for live in pair.children_before.get(child.list_name, ()):
            if name and live.value.get(declared.key[0]) == name:
                noun, key = declared.noun, declared.loses
                fate = "goes after that" if live.id in removed else "stays: remove it by hand once nothing uses it"
                yield f"{noun} {name!r} gets another type: a new one with a new {key} is made, and {live.id} {fate}"


def _deleted(declared: ChildList, count: int) -> str:
    if count == 1:
        return f"1 {declared.noun} goes with it: its {declared.loses} stops working"
    return f"{count} {declared.name.replace('_', ' ')} go with it: their {declared.loses}s stop working"
