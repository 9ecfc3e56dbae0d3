"""Where two canonical values differ. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pdsync.model import Canonical, ChildList, LiveChild
from pdsync.plan.change import ChildChange, ChildOperation, Delta
from pdsync.plan.pairing.duplicate import choose, group_by_key


def compute_deltas(path: str, before: Canonical, after: Canonical, keyed_by: str = "") -> tuple[Delta, ...]:
    """The differences between two canonical values, each as deep as a reviewer wants to see it.

    `keyed_by` names the member that tells the items of a list apart; without it lists of mappings are compared by position.
    """
    return tuple(_walk(path, before, after, keyed_by))


def _walk(path: str, before: Canonical, after: Canonical, keyed_by: str) -> Iterable[Delta]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _walk(f"{path}.{name}", before.get(name), after.get(name), "")
    elif _are_mappings(before) and _are_mappings(after):
        if keyed_by:
            yield from _walk_keyed(path, before, after, keyed_by)
        else:
            for index in range(max(len(before), len(after))):
                old = before[index] if index < len(before) else None
                new = after[index] if index < len(after) else None
                yield from _walk(f"{path}[{index}]", old, new, "")
    else:
        yield Delta(path, before, after)


def _are_mappings(value: Canonical) -> bool:
    return (
        isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(item, Mapping) for item in value)
    )


def _by_key(items: Sequence[Mapping[str, Canonical]], keyed_by: str) -> dict[str, Mapping[str, Canonical]]:
    """Items by their key; a second one of the same key gets a number, so that it is never overlooked."""
    named: dict[str, Mapping[str, Canonical]] = {}
    for item in items:
        key = str(item.get(keyed_by, ""))
        unique, count = key, 1
        while unique in named:
            count += 1
            unique = f"{key} #{count}"
        named[unique] = item
    return named


def _walk_keyed(
    path: str, before: Sequence[Mapping[str, Canonical]], after: Sequence[Mapping[str, Canonical]], keyed_by: str
) -> Iterable[Delta]:
    old, new = _by_key(before, keyed_by), _by_key(after, keyed_by)
    for key in [*new, *(key for key in old if key not in new)]:
        yield from _walk(f"{path}[{key}]", old.get(key), new.get(key), "")
    order_before, order_after = [key for key in old if key in new], [key for key in new if key in old]
    if order_before != order_after:
        yield Delta(f"{path} (order)", order_before, order_after)


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
    Of several live items that have the key of a listed one none is removed, and none is changed by guessing.
    """
    held = group_by_key(declared, live)
    adds, updates, wanted = [], [], set()
    for item in desired:
        key = declared.key_of(item)
        wanted.add(key)
        label = declared.label_of(item)
        if key not in held:
            adds.append(ChildChange(declared.name, ChildOperation.ADD, label, key, item))
            continue
        child_now = choose(declared, item, held[key])
        if child_now is None:
            continue
        deltas = tuple(
            delta
            for name in sorted(item)
            if name not in declared.key
            for delta in compute_deltas(name, child_now.value.get(name), item[name])
        )
        if deltas:
            merged = {**child_now.value, **item}
            updates.append(ChildChange(declared.name, ChildOperation.UPDATE, label, key, merged, child_now.id, deltas))
    extra = [child for key, alike in held.items() if key not in wanted and key not in keep for child in alike]
    removals = [
        ChildChange(
            declared.name,
            ChildOperation.REMOVE,
            declared.label_of(child.value),
            declared.key_of(child.value),
            child.value,
            child.id,
        )
        for child in extra
        if exclusive and not declared.lasting(child.value)
    ]
    return (*adds, *updates, *removals)
