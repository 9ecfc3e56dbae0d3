"""Child items that are deleted along with others that they depend on, although no list says so. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pdsync.model import ChildList, Kind
from pdsync.plan.change import ChildChange, ChildOperation
from pdsync.plan.pairing.pair import Pair


def find_resting_lists(kind: Kind, changes: Iterable[ChildChange]) -> list[ChildList]:
    """The lists whose items may go because the changes remove items of another list."""
    shrinking = {change.list_name for change in changes if change.operation is ChildOperation.REMOVE}
    return [it for it in kind.children if it.rests_on is not None and it.rests_on.list_name in shrinking]


def compute_lost_items(pair: Pair, changes: Sequence[ChildChange]) -> Iterator[ChildChange]:
    """Removals of the items that rest on removed ones: PagerDuty removes them as well, and the plan says so."""
    removed = {change.id for change in changes if change.operation is ChildOperation.REMOVE}
    for declared in find_resting_lists(pair.kind, changes):
        rest = declared.rests_on
        assert rest is not None
        under = pair.children_before.get(rest.list_name, ())
        gone = {rest.name_of(child.value) for child in under if child.id in removed}
        for item in pair.children_before.get(declared.name, ()):
            if item.id not in removed and item.value[rest.member].value in gone:
                label, key = declared.label_of(item.value), declared.key_of(item.value)
                yield ChildChange(declared.name, ChildOperation.REMOVE, label, key, item.value, item.id)
