"""Circles: no object may lead to itself over a list that forbids circles, at any moment of an apply. Pure.

Circles of keys are problems of the manifests. Here are those that only the account shows: over a dependency that no manifest here names,
over a name or an id, as far as the lists of the objects were read; and those that exist for a moment because one dependency comes
before its opposite goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from pdsync.kinds import BY_SLUG
from pdsync.model import Kind, LiveChild, Ref
from pdsync.plan.change import ChildChange, ChildOperation
from pdsync.plan.checks.check import Blocker, Check, Edge, Finding, PlanContext
from pdsync.plan.pairing.pair import normal_lists

_Ways: TypeAlias = Mapping[Ref, set[Ref]]
"""What each object leads to."""


class Circles(Check):
    """Blocks changes that would close a circle, and orders changes that open one first."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        added = list(_changed(context, ChildOperation.ADD))
        if not added:
            return
        live = _live_ways(context)
        found = _find_circular(live, added)
        added = [it for it in added if it[1] in found and it[2] in found]
        if not added:
            return
        removed = _removed_ways(context, live)
        after = {ref: targets - removed.get(ref, _NOTHING)[1] for ref, targets in live.items()}
        union = {ref: set(targets) for ref, targets in live.items()}
        for _, source, target in added:
            for ways in (after, union):
                ways.setdefault(source, set()).add(target)
        back = _turned(live)
        for address, source, target in added:
            beyond = _reached(union, target)
            if source not in beyond:
                continue
            trail = _find_way(after, target, source)
            if trail:
                shown = " -> ".join(context.name_of(ref) for ref in (source, *trail))
                yield Blocker(address, f"goes round in a circle: {shown}; take one of these out")
            # As long as what leads here now loses its items first, no order of the changes closes a circle: a circle would have an
            # item that goes, and from there lead over items of today to one that is new.
            leading = _reached(back, source)
            for first in sorted(beyond & removed.keys()):
                earlier, targets = removed[first]
                if not leading.isdisjoint(targets):
                    yield Edge(address, earlier)


_NOTHING: tuple[str, frozenset[Ref]] = ("", frozenset())


def _changed(context: PlanContext, operation: ChildOperation) -> Iterator[tuple[str, Ref, Ref]]:
    """The items of such lists that are added or removed: the address of the change, the object, and what it leads to."""
    for pair, change in context.drafted:
        for child in change.children:
            if child.operation is operation:
                yield from ((change.address, pair.ref, target) for target in _targets(context, change.address, child))


def _targets(context: PlanContext, address: str, child: ChildChange) -> list[Ref]:
    declared = context.paired.pairs[address].kind.child(child.list_name)
    return declared.item.refs_in(child.values) if declared is not None and declared.acyclic else []


def _live_ways(context: PlanContext) -> defaultdict[Ref, set[Ref]]:
    """As far as the lists were read."""
    found: defaultdict[Ref, set[Ref]] = defaultdict(set)
    for pair in context.paired.pairs.values():
        _note_ways(found, pair.ref, pair.kind, pair.children_before)
    for ref, (live, _) in context.paired.others.items():
        kind = BY_SLUG[ref.kind]
        if any(declared.acyclic and live.children.get(declared.name) for declared in kind.children):
            _note_ways(found, ref, kind, normal_lists(kind, live, context.paired.resolver))
    return found


def _note_ways(
    found: defaultdict[Ref, set[Ref]], ref: Ref, kind: Kind, lists: Mapping[str, Iterable[LiveChild]]
) -> None:
    for declared in kind.children:
        for item in lists.get(declared.name, ()) if declared.acyclic else ():
            found[ref].update(declared.item.refs_in(item.value))


def _removed_ways(context: PlanContext, live: _Ways) -> dict[Ref, tuple[str, frozenset[Ref]]]:
    """What each object no longer leads to, with the address of its change. What is deleted leads nowhere."""
    removed: dict[Ref, tuple[str, frozenset[Ref]]] = {}
    for address, source, target in _changed(context, ChildOperation.REMOVE):
        removed[source] = (address, removed.get(source, _NOTHING)[1] | {target})
    for each in context.pending:
        if each.ref in live and each.address in context.changes:
            removed[each.ref] = (each.address, frozenset(live[each.ref]))
    return removed


def _turned(ways: _Ways) -> _Ways:
    """What leads to each object."""
    back: dict[Ref, set[Ref]] = defaultdict(set)
    for source, targets in ways.items():
        for target in targets:
            back[target].add(source)
    return back


def _reached(ways: _Ways, start: Ref) -> set[Ref]:
    """An object and all that it leads to, directly or over others."""
    seen, ahead = {start}, [start]
    while ahead:
        new = ways.get(ahead.pop(), set()) - seen
        seen |= new
        ahead += new
    return seen


def _find_circular(live: _Ways, added: Iterable[tuple[str, Ref, Ref]]) -> set[Ref]:
    """The objects that may be in a circle once all is added and nothing removed: those that are left when what leads nowhere, and what
    nothing leads to, is taken out again and again. In most plans there are none, and no way need be searched for."""
    ways = {ref: set(targets) for ref, targets in live.items()}
    for _, source, target in added:
        ways.setdefault(source, set()).add(target)
    back = {ref: set(sources) for ref, sources in _turned(ways).items()}
    left = {*ways, *back}
    for one, other in ((ways, back), (back, ways)):
        ends = [ref for ref in left if not one.get(ref)]
        while ends:
            end = ends.pop()
            left.discard(end)
            for ref in other.pop(end, ()):
                one[ref].discard(end)
                if not one[ref]:
                    ends.append(ref)
    return left


def _find_way(ways: _Ways, start: Ref, end: Ref) -> list[Ref]:
    """The shortest way from one object to another, both ends included; empty where there is none."""
    came_from: dict[Ref, Ref | None] = {start: None}
    ahead = [start]
    while ahead and end not in came_from:
        following = []
        for ref in ahead:
            for target in sorted(ways.get(ref, ())):
                if target not in came_from:
                    came_from[target] = ref
                    following.append(target)
        ahead = following
    trail: list[Ref] = []
    node: Ref | None = end if end in came_from else None
    while node is not None:
        trail.append(node)
        node = came_from[node]
    return trail[::-1]
