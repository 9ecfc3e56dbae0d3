"""Key rotations: an item whose loss ends a routing key, and which the manifest wants with another type. Pure.

PagerDuty cannot change the type or the vendor of an integration. Another one can be made, but it gets another routing key, and
every tool that sends with the old key needs the new one. That is a decision, so it takes an option by the address of the object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pdsync.model import Canonical, ChildList, LiveChild
from pdsync.plan.change import ChildChange, ChildOperation
from pdsync.plan.pairing.pair import Pair


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """A listed item, and the live items of its name that no manifest lists."""

    declared: ChildList
    item: Mapping[str, Canonical]
    old: tuple[LiveChild, ...]
    is_made: bool
    """True where the new item is there already: an earlier run ended before the old one went."""

    @property
    def name(self) -> str:
        """What both are called."""
        return str(self.item.get(self.declared.key[0]))

    @property
    def is_clear(self) -> bool:
        """True where there is no doubt which item is replaced, and the new one can be made before that goes."""
        shares = (name for name in self.declared.unique if self.item.get(name) not in (None, ""))
        return len(self.old) == 1 and all(self.item.get(name) != self.old[0].value.get(name) for name in shares)


def find_rotations(pair: Pair) -> Iterator[KeyRotation]:
    """The items of an object that the manifest wants with another type."""
    for declared in pair.kind.children if pair.live is not None else ():
        if not declared.loses or declared.name not in pair.children:
            continue
        desired, live = pair.children[declared.name], pair.children_before.get(declared.name, ())
        listed, there = {declared.key_of(item) for item in desired}, {declared.key_of(child.value) for child in live}
        unlisted = [child for child in live if declared.key_of(child.value) not in listed]
        for item in desired:
            name = item.get(declared.key[0])
            old = tuple(child for child in unlisted if child.value.get(declared.key[0]) == name)
            if name and old:
                yield KeyRotation(declared, item, old, declared.key_of(item) in there)


def draft_rotated_items(pair: Pair) -> tuple[ChildChange, ...]:
    """The removals of the items that are replaced, except for those of exclusive lists, which go in any case."""
    old = {
        rotation.old[0].id: rotation
        for rotation in find_rotations(pair)
        if rotation.is_clear and pair.resource.modes.get(rotation.declared.name) != "exclusive"
    }
    return tuple(_remove(rotation.declared, rotation.old[0]) for rotation in old.values())


def _remove(declared: ChildList, child: LiveChild) -> ChildChange:
    label, key = declared.label_of(child.value), declared.key_of(child.value)
    return ChildChange(declared.name, ChildOperation.REMOVE, label, key, child.value, child.id)
