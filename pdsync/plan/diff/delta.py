"""Where two canonical values differ. Pure.

Whole values are compared with ``==`` first. deepdiff is slow to import, so it is asked only where something differs inside a
nested value. It walks mappings by name and lists of mappings by position; a list whose items have a key is given to it as a
mapping by key. Any other value is a leaf to a reviewer: it is shown as a whole, before and after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.model import Canonical
from pdsync.plan.change import Delta

Step = str | int
"""The name of a member, the key of an item, or its index."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference inside a nested value. None: it is not there."""

    steps: tuple[Step, ...]
    before: Canonical
    after: Canonical


def compute_deltas(
    path: str, before: Canonical, after: Canonical, keyed_by: str = "", main_list: str = ""
) -> tuple[Delta, ...]:
    """The differences between two canonical values, each as deep as a reviewer wants to see it.

    `keyed_by` names the member that tells the items of a list apart; without it lists of mappings are compared by position. It may be
    for the lists in a mapping too. The items of `main_list` are shown as those of the value itself.
    """
    if before == after:
        return ()
    if not _is_nested(before, after):
        return (Delta(path, before, after),)
    if keyed_by and isinstance(before, Mapping):
        return tuple(_compute_lists(path, before, after, keyed_by, main_list))
    if keyed_by:
        return tuple(_compute_keyed(path, items_by_key(before, keyed_by), items_by_key(after, keyed_by)))
    return tuple(Delta(path + _render(it.steps), it.before, it.after) for it in find_differences(before, after))


def _compute_lists(
    path: str, old: Mapping[str, Canonical], new: Mapping[str, Canonical], keyed_by: str, main_list: str
) -> Iterable[Delta]:
    """The lists of a mapping by their names, `main_list` first. A list that has another name now is shown as renamed, and an item that is
    in another list as moved."""
    renamed = _find_renamed(old, new, keyed_by)
    for former, current in renamed.items():
        yield Delta(f"{path} (renamed)", former, current)
    old = {renamed.get(name, name): held for name, held in old.items()}
    moved = _find_moved(old, new, keyed_by)
    for (current, key), former in moved.items():
        yield Delta(f"{path}.{current}[{key}] (moved)", former, current)
    told = {(name, key) for (current, key), former in moved.items() for name in (former, current)}
    for name in sorted({*old, *new}, key=lambda name: (name != main_list, name)):
        here = path if name == main_list else f"{path}.{name}"
        before, after = old.get(name), new.get(name)
        if (before or after) and _are_mappings(before or []) and _are_mappings(after or []):
            held, wanted = items_by_key(before or [], keyed_by), items_by_key(after or [], keyed_by)
            here_told = {key for where, key in told if where == name}
            yield from _compute_keyed(here, _with_new_keys(held, wanted, keyed_by), wanted, told=here_told)
        else:
            yield from compute_deltas(here, before, after)


def _find_renamed(old: Mapping[str, Canonical], new: Mapping[str, Canonical], keyed_by: str) -> dict[str, str]:
    """The lists that are gone, each with the new one that has items of the same keys."""
    free = [name for name in new if name not in old and _are_mappings(new[name])]
    renamed = {}
    for name in (name for name in old if name not in new and _are_mappings(old[name]) and old[name]):
        keys = list(items_by_key(old[name], keyed_by))
        same = next((it for it in free if list(items_by_key(new[it], keyed_by)) == keys), None)
        if same is not None:
            free.remove(same)
            renamed[name] = same
    return renamed


def _find_moved(
    old: Mapping[str, Canonical], new: Mapping[str, Canonical], keyed_by: str
) -> dict[tuple[str, str], str]:
    """The items that are in another list now and say the same, by that list and their key, each with the list that it was in."""
    before, after = (
        {name: items_by_key(held, keyed_by) for name, held in it.items() if _are_mappings(held)} for it in (old, new)
    )
    gone = [
        (name, key, item)
        for name, items in before.items()
        for key, item in items.items()
        if key not in after.get(name, {})
    ]
    moved: dict[tuple[str, str], str] = {}
    for former, key, item in gone:
        for name, items in after.items():
            if key not in before.get(name, {}) and items.get(key) == item and (name, key) not in moved:
                moved[name, key] = former
                break
    return moved


def _with_new_keys(
    old: Mapping[str, Mapping[str, Canonical]], new: Mapping[str, Mapping[str, Canonical]], keyed_by: str
) -> dict[str, Mapping[str, Canonical]]:
    """The old items by their new keys. An item with the same content as before under another key is the same item, and only its key differs."""
    free = [key for key in new if key not in old]
    named: dict[str, Mapping[str, Canonical]] = {}
    for key, item in old.items():
        same = None
        if key not in new:
            said = {**item, keyed_by: None}
            same = next((it for it in free if {**new[it], keyed_by: None} == said), None)
        if same is not None:
            free.remove(same)
        named[key if same is None else same] = item
    return named


def _compute_keyed(
    path: str,
    old: Mapping[str, Mapping[str, Canonical]],
    new: Mapping[str, Mapping[str, Canonical]],
    told: Collection[str] | None = None,
) -> Iterable[Delta]:
    """Items in their new order, then those that go, then the order of those that stay, which shows what moves. In a list of a
    mapping, where `told` are the items that need no line of their own, new items before one of them are part of it: where a rule is
    decides what it does."""
    positions: dict[Step, int] = {key: at for at, key in enumerate([*new, *(key for key in old if key not in new)])}
    for it in sorted(find_differences(old, new), key=lambda it: positions[it.steps[0]]):
        if it.steps[0] not in (told or ()):
            yield Delta(f"{path}[{it.steps[0]}]{_render(it.steps[1:])}", it.before, it.after)
    order_before, order_after = [key for key in old if key in new], [key for key in new if key in old]
    if told is not None and order_after:
        last = list(new).index(order_after[-1])
        order_after = list(new)[: last + 1]
    if order_before != order_after:
        yield Delta(f"{path} (order)", order_before, order_after)


def items_by_key(items: Sequence[Mapping[str, Canonical]], keyed_by: str) -> dict[str, Mapping[str, Canonical]]:
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


def find_differences(before: Canonical, after: Canonical) -> list[Difference]:
    """What differs inside two mappings, or inside two lists of mappings, sorted by names and indexes. A member that is None is the
    same as one that is not there."""
    from deepdiff import DeepDiff
    from deepdiff.helper import notpresent

    # Each option takes back a default that would hide, guess or group something: names that begin with "__" are members like any
    # other, items are compared by position in linear time, and mappings with few names in common are walked anyway.
    tree = DeepDiff(
        _walkable(before),
        _walkable(after),
        view="tree",
        custom_operators=[_Leaves()],
        ignore_private_variables=False,
        zip_ordered_iterables=True,
        threshold_to_diff_deeper=0,
    ).tree
    found = []
    for level in (level for levels in tree.values() for level in levels):
        old, new = (None if side is notpresent else side for side in (level.t1, level.t2))
        if old is not None or new is not None:
            found.append(Difference(tuple(level.path(output_format="list")), old, new))
    return sorted(found, key=lambda it: it.steps)


class _Leaves:
    """Tells deepdiff where not to walk: into what is equal, and into what a reviewer sees as a whole, such as references."""

    def match(self, level: Any) -> bool:
        return level.t1 == level.t2 or not _is_nested(level.t1, level.t2)

    def give_up_diffing(self, level: Any, diff_instance: Any) -> bool:
        if level.t1 != level.t2:
            diff_instance.custom_report_result("values_changed", level)
        return True


def _walkable(value: Canonical) -> Canonical:
    """The same with plain dicts and lists where they are walked: deepdiff takes two types for a difference."""
    if isinstance(value, Mapping):
        return {name: _walkable(inner) for name, inner in value.items()}
    return [_walkable(item) for item in value] if _are_mappings(value) else value


def _is_nested(before: Canonical, after: Canonical) -> bool:
    both = isinstance(before, Mapping) and isinstance(after, Mapping)
    return both or (_are_mappings(before) and _are_mappings(after))


def _are_mappings(value: Canonical) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value)


def _render(steps: Iterable[Step]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
