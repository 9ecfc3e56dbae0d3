"""Lost items: what stops working with a child item that goes, by its id, and who hears no more. With a deleted object it is a risk alone (`ending`). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pdsync.model import Canonical, ChildList
from pdsync.plan.change import Change, ChildChange, ChildOperation
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of

_SHOWN = 5


class LostItems(Check):
    """Says what is lost with removed items, and whom removed and deleted ones leave without news."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for _, change in context.drafted:
            for message in _find_removed(change):
                yield ChangeNote(change.address, message)
            for declared in kind_of(change).children:
                gone = [it.values for it in change.children if _is_removed_from(declared, it)]
                for message in _who(declared, context, gone) if declared.when_removed else ():
                    yield ChangeNote(change.address, message)
        for each in context.pending:
            for declared in kind_of(context.changes[each.address]).children:
                if declared.when_removed:
                    items = each.live.children.get(declared.name, ())
                    to_normal = context.paired.resolver.live
                    for text in _who(declared, context, [declared.item.map_refs(it.value, to_normal) for it in items]):
                        yield ChangeNote(each.address, text)


def _find_removed(change: Change) -> Iterator[str]:
    for child in change.children:
        declared = kind_of(change).child(child.list_name)
        if child.operation is ChildOperation.REMOVE and declared is not None and declared.loses:
            ends = "are lost" if declared.loses_many else "stops working"
            yield f"{declared.noun} {child.label!r} ({child.id}) is removed: its {declared.loses} {ends}"


def _is_removed_from(declared: ChildList, child: ChildChange) -> bool:
    return child.list_name == declared.name and child.operation is ChildOperation.REMOVE


def _who(declared: ChildList, context: PlanContext, items: Sequence[Mapping[str, Canonical]]) -> Iterator[str]:
    """What a reviewer reads about items that go: the first of them, and how many more there are."""
    for item in items[:_SHOWN]:
        named = ", ".join(context.name_of(ref) for ref in declared.item.refs_in(item))
        yield declared.when_removed.format(named or declared.label_of(item))
    if len(items) > _SHOWN:
        yield declared.when_removed.format(f"and {len(items) - _SHOWN} more:")
