"""The one list that fragments and the target's own items make. Pure.

Premise. The order means something and must not depend on files, so it follows from what manifests say and from their keys:

- Keys are told apart as names are: case does not count.
- The target's own items keep their order: those of the first part, then those of the last.
- A fragment that says neither `before` nor `after` comes between the two parts. Among those, smaller priorities come first, then the
  key of the owner decides, then the key of the item.
- A fragment that names another item is next to it: directly before it, or directly after it. Where several are, they have the
  order of the former rule. A fragment that names two items comes after the one and before the other, as near to the first as possible.

What cannot be put in order has flaws, and no order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from pdsync.model.fragment import AFTER, BEFORE, Fragment, Item
from pdsync.model.name import fold_name
from pdsync.model.suggestion import did_you_mean


@dataclass(frozen=True, slots=True)
class FragmentFlaw:
    """What is wrong with a fragment compared with the others."""

    fragment: Fragment
    member: str
    """The member of the fragment that is wrong; empty where it is the key."""
    message: str
    hint: str = ""
    other: Fragment | None = None
    """Another fragment that the message is about: it belongs behind it, as a place."""


@dataclass(frozen=True)
class Composition:
    """All items in order, or what is wrong."""

    items: tuple[Item, ...] = ()
    flaws: tuple[FragmentFlaw, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """The items that the target's own manifest declares, and whether all fragments are known."""

    first: Sequence[Item] = ()
    last: Sequence[Item] = ()
    key: str = "label"
    """The member that tells items apart."""
    noun: str = "item"
    is_whole: bool = True
    """False where there may be fragments that could not be read: then an item that is not here may be there."""

    def without_duplicates(self) -> Surroundings:
        """The same with the first item of each key alone. A manifest that declares a key twice, or none, has a problem of its own."""
        found: dict[str, Item] = {"": {}}
        first = [it for it in self.first if found.setdefault(str(it[self.key]), it) is it]
        last = [it for it in self.last if found.setdefault(str(it[self.key]), it) is it]
        return replace(self, first=first, last=last)


def compose(own: Surroundings, fragments: Collection[Fragment]) -> Composition:
    """The items of the target's manifest and all fragments as one list."""
    own = own.without_duplicates()
    ordered = sorted((it for it in fragments if it.key), key=lambda it: (it.order, it.at))
    flaws = [*_find_duplicates(own, ordered), *_find_unknown(own, ordered)]
    if flaws:
        return Composition(flaws=tuple(flaws))
    graph = _Graph.of(own, ordered)
    cycle = graph.find_cycle()
    if cycle:
        return Composition(flaws=tuple(_cycle_flaws(cycle, ordered)))
    items = {str(item[own.key]): item for item in (*own.first, *own.last, *(it.item for it in ordered))}
    return Composition(tuple(items[key] for key in graph.in_order()))


def _keys(items: Sequence[Item], key: str) -> list[str]:
    return [str(item[key]) for item in items]


def _find_duplicates(own: Surroundings, ordered: Sequence[Fragment]) -> Iterator[FragmentFlaw]:
    hint = f"Each {own.noun} needs its own {own.key}: rename one of them."
    taken = {fold_name(key) for key in (*_keys(own.first, own.key), *_keys(own.last, own.key))}
    seen: dict[str, Fragment] = {}
    for it in ordered:
        key = fold_name(it.key)
        if key in taken:
            message = f"{it.target.address} has a {own.noun} of its own with the {own.key} {it.key!r}"
            yield FragmentFlaw(it, own.key, message, hint)
        elif key in seen:
            other = seen[key]
            message = f"{other.owner.address} has a {own.noun} with the {own.key} {other.key!r} too"
            yield FragmentFlaw(it, own.key, message, hint, other)
        else:
            seen[key] = it


def _find_unknown(own: Surroundings, ordered: Sequence[Fragment]) -> Iterator[FragmentFlaw]:
    known = {*_keys(own.first, own.key), *_keys(own.last, own.key), *(it.key for it in ordered)}
    for it in ordered:
        for member, named in ((BEFORE, it.before), (AFTER, it.after)):
            if named == it.key:
                yield FragmentFlaw(it, member, f"{named!r} is this same {own.noun}", "Name another one, or remove it.")
            elif named and named not in known and own.is_whole:
                message = f"{it.target.address} has no {own.noun} with the {own.key} {named!r} in any manifest"
                near = did_you_mean(named, sorted(known - {it.key}))
                yield FragmentFlaw(it, member, message, near or f"Name a {own.noun} that a manifest declares.")


@dataclass
class _Graph:
    """What comes before what. Nodes are keys of items."""

    first: Sequence[str]
    last: Sequence[str]
    free: Sequence[str]
    """The fragments that name no item, in their order."""
    adrift: Sequence[str]
    """The fragments that name each other and that nothing else places, in their order."""
    earlier: Mapping[str, list[str]]
    """For each item those that come before it."""
    followers: Mapping[str, list[str]]
    """For each item the fragments that come directly after it."""

    @classmethod
    def of(cls, own: Surroundings, ordered: Sequence[Fragment]) -> _Graph:
        """The graph of items without duplicates. What is not known is as if it was not named."""
        first, last = _keys(own.first, own.key), _keys(own.last, own.key)
        known = {*first, *last, *(it.key for it in ordered)}
        free = [it.key for it in ordered if it.before not in known and it.after not in known]
        earlier: dict[str, list[str]] = defaultdict(list)
        followers: dict[str, list[str]] = defaultdict(list)
        for row in (first, last):
            for one, two in pairwise(row):
                earlier[two].append(one)
        for it in ordered:
            if it.before in known:
                earlier[it.before].append(it.key)
            if it.after in known:
                earlier[it.key].append(it.after)
                followers[it.after].append(it.key)
        for key in free:
            earlier[key].extend(first[-1:])
        for key in last[:1]:
            earlier[key].extend(free or first[-1:])
        placed = _find_placed((*first, *last, *free), ordered)
        adrift = [it.key for it in ordered if it.key not in placed]
        return cls(first, last, free, adrift, earlier, followers)

    def find_cycle(self) -> list[str]:
        """Items that wait for each other, each before the next one; empty where there are none."""
        try:
            TopologicalSorter(self.earlier).prepare()
        except CycleError as error:
            return list(error.args[1][:-1])
        return []

    def in_order(self) -> list[str]:
        """All items, each after those that come before it, and as near as can be to the one that it names."""
        found: dict[str, None] = {}
        anchors = {*self.first, *self.free, *self.last}
        late: list[str] = []
        near = [key for key in self.adrift if not self._takes_along(key, {*self.last})]
        for root in (*self.first, *self.free, *near, *self.last, *self.adrift):
            waiting = [root]
            while waiting:
                key = waiting[-1]
                before = next((it for it in self.earlier.get(key, ()) if it not in found), None)
                if before is not None and key not in found:
                    waiting.append(before)
                    continue
                waiting.pop()
                if key not in found:
                    found[key] = None
                    # A fragment that would pull an item forward before its turn waits for it.
                    ahead = anchors - found.keys()
                    late = [it for it in (*self.followers.get(key, ()), *late) if it not in found]
                    ready = [it for it in late if not self._takes_along(it, ahead, found)]
                    waiting.extend(reversed(ready))
        return list(found)

    def _takes_along(self, key: str, items: Collection[str], found: Collection[str] = ()) -> bool:
        """Whether one of these items comes before the one of this key, apart from what was found."""
        seen, waiting = {key}, [key]
        while waiting:
            for it in self.earlier.get(waiting.pop(), ()):
                if it in items:
                    return True
                if it not in seen and it not in found:
                    seen.add(it)
                    waiting.append(it)
        return False


def _find_placed(anchors: Sequence[str], ordered: Sequence[Fragment]) -> set[str]:
    """The items that have a place by one of the anchors: next to an item that has one, or directly before a fragment that has."""
    ties: dict[str, list[str]] = defaultdict(list)
    for it in ordered:
        for name in filter(None, (it.before, it.after)):
            ties[name].append(it.key)
        if it.after:
            ties[it.key].append(it.after)
    found, waiting = set(anchors), list(anchors)
    while waiting:
        for other in ties.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _cycle_flaws(cycle: Sequence[str], ordered: Sequence[Fragment]) -> Iterator[FragmentFlaw]:
    """One flaw, at the first fragment of the circle that names an item: there is one, since the rest has an order by itself."""
    held = next(it for it in ordered if it.key in cycle and (it.before or it.after))
    start = cycle.index(held.key)
    turned = [*cycle[start:], *cycle[:start], held.key]
    member = BEFORE if held.before else AFTER
    message = f"the order goes round in a circle: {' -> '.join(turned)}"
    yield FragmentFlaw(held, member, message, "Remove one of the 'before' and 'after' in this circle.")
