"""What must be done to the child lists of an object, and which items are deleted along with others that they depend on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import repeat

from pdsync.model import Canonical, ChildList, Kind, LiveChild, Ref
from pdsync.model.child import NUMBER
from pdsync.plan.change import ChildChange, ChildOperation
from pdsync.plan.diff.delta import compute_deltas
from pdsync.plan.pairing.duplicate import choose, group_by_key
from pdsync.plan.pairing.pair import Pair


def draft_child_changes(
    pair: Pair, implied: Collection[Ref], dropped: Sequence[ChildChange] = ()
) -> tuple[ChildChange, ...]:
    """What must be done to all child lists that a manifest names, with the removals of what it no longer lists. `implied` are the
    members that PagerDuty adds by itself."""
    membership = pair.kind.membership
    changes: list[ChildChange] = []
    for name, desired in pair.children.items():
        declared = pair.kind.child(name)
        assert declared is not None
        keep = {declared.key_of({declared.identified_by: it}) for it in implied} if declared is membership else set()
        if pair.live is not None and name in pair.live.partial:
            # What is not known about the live items cannot be compared. If the list differs it is read in full, and drafted again.
            desired = tuple(map(declared.shown, desired))
        changes.extend(
            compute_child_changes(
                declared,
                desired,
                pair.children_before.get(name, ()),
                exclusive=pair.resource.modes.get(name, declared.default_mode) == "exclusive",
                keep=frozenset(keep),
            )
        )
    changes.extend(dropped)
    return (*changes, *compute_lost_items(pair, changes))


def draft_new_items(pair: Pair) -> tuple[ChildChange, ...]:
    """The items of an object that is made: each is added."""
    found: list[ChildChange] = []
    for name, items in pair.children.items():
        declared = pair.kind.child(name)
        assert declared is not None
        found.extend(map(_add, repeat(declared), items, pair.keys_of(name)))
    return tuple(found)


def compute_child_changes(
    declared: ChildList,
    desired: Sequence[Mapping[str, Canonical]],
    live: Sequence[LiveChild],
    *,
    exclusive: bool,
    keep: frozenset[str] = frozenset(),
) -> tuple[ChildChange, ...]:
    """What must be done to a child list: adds, then updates, then removals.

    Only members that the manifest names are compared. `keep` holds keys of items that stay although they are not listed.
    If several live items have the key of a listed item, none is removed, and none is changed by guessing.
    """
    desired = declared.align(desired, live)
    items_now = group_by_key(declared, live)
    keys = [declared.key_of(item) for item in desired]
    adds = [_add(declared, item, key) for item, key in zip(desired, keys, strict=True) if key not in items_now]
    updates = []
    for item, key in zip(desired, keys, strict=True):
        now = choose(declared, item, items_now[key]) if key in items_now else None
        change = _update(declared, item, now) if now is not None else None
        updates += [change] if change is not None else []
    if not exclusive:
        return (*adds, *updates)
    stay = keep.union(keys)
    extra = [child for key, children in items_now.items() if key not in stay for child in children]
    removals = [_remove(declared, child) for child in extra if not declared.lasting(child.value)]
    return (*adds, *updates, *removals)


def _add(declared: ChildList, item: Mapping[str, Canonical], key: str) -> ChildChange:
    return ChildChange(declared.name, ChildOperation.ADD, declared.label_of(item), key, item)


def _update(declared: ChildList, item: Mapping[str, Canonical], now: LiveChild) -> ChildChange | None:
    """None where the live item already matches the manifest."""
    deltas = tuple(
        delta
        for name in sorted(item)
        if name not in declared.key and name != NUMBER
        for delta in compute_deltas(name, now.value.get(name), item[name])
    )
    if not deltas:
        return None
    label, key = declared.label_of(item), declared.key_of(item)
    return ChildChange(declared.name, ChildOperation.UPDATE, label, key, {**now.value, **item}, now.id, deltas)


def _remove(declared: ChildList, child: LiveChild) -> ChildChange:
    label, key = declared.label_of(child.value), declared.key_of(child.value)
    return ChildChange(declared.name, ChildOperation.REMOVE, label, key, child.value, child.id)


def find_resting_lists(kind: Kind, changes: Iterable[ChildChange]) -> list[ChildList]:
    """The lists whose items may go because the changes remove items of another list."""
    shrinking = {change.list_name for change in changes if change.operation is ChildOperation.REMOVE}
    return [it for it in kind.children if it.rests_on is not None and it.rests_on.list_name in shrinking]


def compute_lost_items(pair: Pair, changes: Sequence[ChildChange]) -> Iterator[ChildChange]:
    """Removals of the items that depend on removed ones: PagerDuty removes them as well, and the plan says so."""
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
