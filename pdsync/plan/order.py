"""Which change waits for which. Pure.

A create or an update waits for the creation of what it refers to, and one that writes a document also for other changes of that. Where
two creates wait for each other, one of them makes its object first and writes child lists and documents once the other has ended. A delete waits for every change that drops a live
reference to it, so "policy drops schedule" precedes "schedule deleted" with no special case. A name is taken when a rename has
freed it, and swapped names go through one temporary name. The delete of an object comes after the create of another one of its name.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from msgspec.structs import replace

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Kind, Ref
from pdsync.model.address import interim_of
from pdsync.model.name import fold_name
from pdsync.model.ref import ANY_KIND
from pdsync.plan.change import Change, ChildChange, ChildOperation, Operation

_UPDATES = (Operation.UPDATE, Operation.ADOPT)


@dataclass(slots=True)
class Graph:
    """Edges between addresses: `waits[a]` holds what `a` waits for."""

    waits: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: set[tuple[str, str]] = field(default_factory=set)
    """Edges that exist only because a name must be free: those may be cut by an interim name."""
    soft: set[tuple[str, str]] = field(default_factory=set)
    """Edges that may be left out where they would close a cycle: a delete takes an item out of the list of another object, which is
    compared before it is written; or a document refers to an object that changes."""
    rests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """What the rest of a create waits for, by address: the child lists and documents that it writes once its object is made."""

    def add(self, later: str, earlier: str) -> None:
        """Says that `later` waits for `earlier`."""
        if later != earlier:
            self.waits[later].add(earlier)


def linearize(addresses: Iterable[str], waits: Mapping[str, set[str]]) -> tuple[list[str], list[str]]:
    """The order, of all that are ready the smallest address first; and a cycle that stops it, which is empty where there is none.

    With a cycle the order holds what does not wait for it.
    """
    known = set(addresses)
    ready: list[str] = []  # sorted, and so a heap
    left: dict[str, int] = {}
    followers: dict[str, list[str]] = defaultdict(list)
    for address in sorted(known):
        earlier = waits.get(address, set()) & known if address in waits else None
        if not earlier:
            ready.append(address)
            continue
        left[address] = len(earlier)
        for other in earlier:
            followers[other].append(address)
    order: list[str] = []
    while ready:
        address = heapq.heappop(ready)
        order.append(address)
        for follower in followers.get(address, ()):
            left[follower] -= 1
            if not left[follower]:
                heapq.heappush(ready, follower)
    return order, _find_cycle(known, waits) if len(order) < len(known) else []


def _find_cycle(known: set[str], waits: Mapping[str, set[str]]) -> list[str]:
    """A cycle, where there is one. graphlib finds it; most plans have none, and are put in order faster without its nodes."""
    # Sorted, so that the cycle that is found does not depend on the order of a set.
    waiting = {address: sorted(waits.get(address, set()) & known) for address in sorted(known)}
    try:
        TopologicalSorter(waiting).prepare()
    except CycleError as error:
        return _from_smallest(error.args[1])
    return []


def _from_smallest(found: Sequence[str]) -> list[str]:
    """A cycle from its smallest address on, each before what it waits for. graphlib gives it the other way round, and closed."""
    cycle = list(reversed(found[:-1]))
    least = cycle.index(min(cycle))
    return cycle[least:] + cycle[:least]


def draw_graph(changes: Iterable[Change]) -> str:
    """The graph as text, one change a line with what it waits for: for people and for tests."""
    lines = []
    for change in changes:
        lines.append(f"{change.operation.value} {change.address}")
        lines.extend(f"  after {other}" for other in change.waits_for)
        lines.extend(f"  rest after {other}" for other in change.rest_waits_for)
    return "\n".join(lines)


def order_changes(changes: Mapping[str, Change], graph: Graph) -> tuple[tuple[Change, ...], list[str]]:
    """All changes in a valid order, each with what it waits for, and the one cycle that nothing could cut (or none)."""
    known = dict(changes)
    while True:
        order, cycle = linearize(known, graph.waits)
        if not cycle:
            break
        steps = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        if edge := next((step for step in steps if step in graph.names), None):
            _cut(edge[0], edge[1], known, graph)
        elif edge := next((step for step in steps if step in graph.soft), None):
            graph.waits[edge[0]].discard(edge[1])
        elif edge := next((step for step in steps if _is_of_rest(known[step[0]], step[1])), None):
            graph.waits[edge[0]].discard(edge[1])
            graph.rests[edge[0]].add(edge[1])
        else:
            return tuple(known[address] for address in order), cycle
    return tuple(_waiting(known[address], graph, known) for address in order), []


def _waiting(change: Change, graph: Graph, known: Mapping[str, Change]) -> Change:
    """The change with what it waits for, of what is known."""
    waits_for = tuple(sorted(other for other in graph.waits.get(change.address, ()) if other in known))
    if rest := tuple(sorted(graph.rests.get(change.address, ()))):
        change = replace(change, completes_after=rest)
    return replace(change, waits_for=waits_for) if waits_for != change.waits_for else change


def _is_of_rest(change: Change, other: str) -> bool:
    """Whether a create waits for another change only because of child lists and documents, which it writes once its object is made."""
    kind = BY_SLUG[change.kind]
    if not change.makes:
        return False
    apart = {*change.documents, *kind.stepped}
    at_once = {name: value for name, value in change.values.items() if name not in apart}
    later = [*_refs_of_items(kind, change.children), *_refs_of_documents(kind, change)]
    return other in {ref.address for ref in later} - {ref.address for _, ref in kind.refs_of(at_once)}


def _cut(next_owner: str, owner: str, known: dict[str, Change], graph: Graph) -> None:
    """Frees a name that its owner gives up, before the change of that owner. The next owner of the name waits for that instead."""
    change = known[owner]
    interim = interim_of(owner)
    if interim not in known:
        token = hashlib.sha256(owner.encode()).hexdigest()[:8]
        name = f"{change.name[:60]} (pdsync {token})"
        known[interim] = replace(
            change,
            address=interim,
            operation=Operation.INTERIM,
            deltas=(),
            children=(),
            values={BY_SLUG[change.kind].label: name},
            followup={},
            marker=None,
            reassign=None,
            blockers=(),
            alone=False,
            afterwards=(),
            notes=("two objects swap names: this one is renamed temporarily",),
        )
        graph.add(owner, interim)
    graph.waits[next_owner].discard(owner)
    graph.names.discard((next_owner, owner))
    graph.add(next_owner, interim)


def reference_edges(
    graph: Graph, changes: Mapping[str, Change], before: Mapping[str, Fields], after: Mapping[str, Fields]
) -> None:
    """Edges from references: `before` and `after` hold the fields of every changed object by address, in normal form."""
    drops: dict[Ref, set[str]] = defaultdict(set)
    for address, change in changes.items():
        kind = BY_SLUG[change.kind]
        held = before.get(address)
        new = set(_refs_after(kind, change, after.get(address, {})))
        for ref in new:
            target = changes.get(ref.address or "")
            if target is not None and target.makes:
                graph.add(address, target.address)
        held_refs = {ref for _, ref in kind.refs_of(held)} if held else set()
        begun = [ref for ref in new - held_refs if _is_stepped(changes.get(ref.address or ""))]
        for ref in (*_refs_of_documents(kind, change), *begun):
            target = changes.get(ref.address or "")
            if target is not None and target.operation in _UPDATES and target.address not in graph.waits[address]:
                graph.add(address, target.address)
                graph.soft.add((address, target.address))
        for ref in held_refs - new:
            drops[ref].add(address)
        for ref in _refs_of_items(
            kind, [child for child in change.children if child.operation is ChildOperation.REMOVE]
        ):
            drops[ref].add(address)
    for address, change in changes.items():
        if change.ends:
            for slug in (change.kind, ANY_KIND):  # a text holds the id alone
                for dropper in drops[Ref(slug, "id", change.id or "")]:
                    graph.add(address, dropper)


def _is_stepped(change: Change | None) -> bool:
    """Whether a change writes something in steps: what begins to refer to its object waits until it is complete."""
    return change is not None and not BY_SLUG[change.kind].stepped.isdisjoint(change.values)


def _refs_of_documents(kind: Kind, change: Change) -> Iterator[Ref]:
    """What the documents refer to that a change writes."""
    for name in change.documents:
        if name in kind.referring and name in change.values:
            yield from kind.fields_by_name[name].codec.refs_in(change.values[name])


def list_edges(graph: Graph, changes: Mapping[str, Change]) -> None:
    """Edges from lists: PagerDuty takes what is deleted out of the lists of other objects, and a list that is not as it was planned
    against stops the change of its object."""
    deletes = {Ref(change.kind, "id", change.id or ""): address for address, change in changes.items() if change.ends}
    for address, change in changes.items() if deletes else ():
        for later in {deletes[ref] for ref in _refs_of_lists(change) if ref in deletes} - {address}:
            if address not in graph.waits[later]:
                graph.add(later, address)
                graph.soft.add((later, address))


def _refs_after(kind: Kind, change: Change, fields: Fields) -> list[Ref]:
    """What an object will refer to, with what the items of its child lists that change do."""
    found: list[Ref] = []

    def note(ref: Ref) -> Ref:
        found.append(ref)
        return ref

    declared = kind.fields_by_name
    for name in kind.referring:
        if name in fields:
            declared[name].codec.map_refs(fields[name], note)
    return [*found, *_refs_of_items(kind, change.children)]


def _refs_of_items(kind: Kind, items: Iterable[ChildChange]) -> list[Ref]:
    """What items of child lists refer to."""
    found: list[Ref] = []
    for child in items:
        listed = kind.child(child.list_name)
        if listed is not None and listed.refers:
            found += listed.item.refs_in(child.values)
    return found


def _refs_of_lists(change: Change) -> Iterator[Ref]:
    """What the items refer to that an object held in child lists which its digest counts."""
    for name in change.child_lists:
        listed = BY_SLUG[change.kind].child(name)
        if listed is not None and listed.refers:
            for item in change.before.get(name, ()):
                yield from listed.item.refs_in(item)


def name_edges(
    graph: Graph, changes: Mapping[str, Change], names_before: Mapping[str, str], names_after: Mapping[str, str]
) -> None:
    """Edges from names: a change that takes a name waits for the change that frees it.

    A create never waits for a delete: should the create fail, neither object would be left. Where PagerDuty takes one object of a
    name only, a check refuses the plan.
    """
    owners = {(changes[address].kind, fold_name(name)): address for address, name in names_before.items()}
    for address, name in names_after.items():
        owner = owners.get((changes[address].kind, fold_name(name)))
        if owner is None or owner == address:
            continue
        if changes[address].makes and changes[owner].ends:
            graph.add(owner, address)
        elif owner not in graph.waits[address]:
            graph.add(address, owner)
            graph.names.add((address, owner))


def sole_edges(
    graph: Graph, changes: Mapping[str, Change], before: Mapping[str, Fields], after: Mapping[str, Fields]
) -> None:
    """Edges from fields that are true for one object at most (`SoleFact`): it is given up before another one takes it. PagerDuty would take
    it away by itself, and the change of the object that had it would then find that object changed."""
    for taker, change in changes.items():
        fact = BY_SLUG[change.kind].facts.sole
        if fact is None or change.values.get(fact.field) is not True:
            continue
        among = after[taker].get(fact.among)
        givers = (it for it in changes.values() if it.kind == change.kind and it.values.get(fact.field) is False)
        for giver in givers:
            if before.get(giver.address, {}).get(fact.among) == among:
                graph.add(taker, giver.address)
