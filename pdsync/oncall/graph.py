"""The graph of who depends on whom: business services and the services they depend on, the policies those follow, the schedules that
those notify, and the people in them. Teams are in it where they subscribe to a business service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Marker, Ref
from pdsync.model.last_applied import parse_last_applied
from pdsync.oncall.roster import SCHEDULE_KINDS, Roster

_SCHEDULE = SCHEDULE_KINDS[0]
_ALWAYS_SHOWN = ("business_service", "service", "escalation_policy", *SCHEDULE_KINDS, "user")
GRAPH_KINDS = ("business_service", "service", "escalation_policy", _SCHEDULE, "user", "team")
"""The kinds of nodes, in the order in which an incident reaches them. All schedules are of one kind here."""
_DEPENDENCIES, _SUBSCRIBERS = "depends_on", "subscribers"


def kind_in_graph(ref: Ref) -> str:
    """The kind, of `GRAPH_KINDS`, that an object is drawn as."""
    return _SCHEDULE if ref.kind in SCHEDULE_KINDS else ref.kind


@dataclass(frozen=True, slots=True)
class Node:
    """One object. Not `known`: something refers to it, but it is not among the objects that were read."""

    ref: Ref
    name: str
    teams: tuple[str, ...] = ()
    known: bool = True

    @property
    def kind(self) -> str:
        """Its kind, of `GRAPH_KINDS`."""
        return kind_in_graph(self.ref)


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` needs `target`, or notifies it."""

    source: Ref
    target: Ref
    levels: tuple[int, ...] = ()
    """The levels of a policy at which it notifies the target."""
    is_subscription: bool = False
    """Whether the target gets the status updates of the source."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by kind and name, edges by their ends: the same objects give the same graph."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def names(self) -> dict[Ref, str]:
        """A short name for each node, such as ``n12``, that no foreign text is in."""
        return {node.ref: f"n{number}" for number, node in enumerate(self.nodes, 1)}


def compute_graph(roster: Roster, services: Iterable[Ref] | None = None, since: int | None = None) -> Graph:
    """The graph of all objects; with `services` only what an incident of one of those can reach. With `since` a schedule needs
    only the people whose layers and overrides have not ended by then."""
    shown = [ref for kind in _ALWAYS_SHOWN for ref, _ in roster.of_kind(kind)]
    lists = [edge for ref in shown for edge in _list_edges(roster, ref)]
    paging = [edge for ref in shown for edge in _edges(roster, ref, since)]
    edges = [*paging, *lists] if services is None else _reached(set(services), paging, lists)
    refs = set(shown if services is None else services) | {end for edge in edges for end in (edge.source, edge.target)}
    nodes = sorted((_node(roster, ref) for ref in refs), key=_order)
    place = {node.ref: at for at, node in enumerate(nodes)}
    return Graph(
        tuple(nodes),
        tuple(sorted(dict.fromkeys(edges), key=lambda edge: (place[edge.source], place[edge.target]))),
    )


def _reached(named: set[Ref], paging: Sequence[Edge], lists: Sequence[Edge]) -> list[Edge]:
    """What an incident of the named services reaches. It pages over their own policies. It shows on what depends on them, directly
    or through others, and on the subscribers of those. A business service has the incidents of what it depends on."""
    needs = [edge for edge in lists if not edge.is_subscription]
    below = _closure({ref for ref in named if ref.kind == "business_service"}, needs)
    above = _closure(named, [Edge(edge.target, edge.source) for edge in needs])
    paged = _closure(named | below, paging)
    return [
        *(edge for edge in paging if edge.source in paged),
        *(edge for edge in needs if edge.source in below or {edge.source, edge.target} <= above),
        *(edge for edge in lists if edge.is_subscription and edge.source in below | above),
    ]


def _closure(start: set[Ref], edges: Iterable[Edge]) -> set[Ref]:
    """The start and all that edges lead to from there."""
    targets: dict[Ref, list[Ref]] = {}
    for edge in edges:
        targets.setdefault(edge.source, []).append(edge.target)
    seen, waiting = set(start), list(start)
    while waiting:
        new = {ref for ref in targets.get(waiting.pop(), ()) if ref not in seen}
        seen |= new
        waiting += new
    return seen


def _edges(roster: Roster, ref: Ref, since: int | None) -> Iterator[Edge]:
    fields = roster.entries[ref].fields
    if ref.kind == "service" and isinstance(policy := fields.get("escalation_policy"), Ref):
        yield Edge(ref, roster.find(policy) or policy)
    if ref.kind == "escalation_policy":
        levels: dict[Ref, list[int]] = {}
        for level, rule in enumerate(fields.get("escalation_rules") or (), 1):
            for target in rule.get("targets") or ():
                found = levels.setdefault(roster.find(target) or target, [])
                if level not in found:
                    found.append(level)
        yield from (Edge(ref, target, tuple(found)) for target, found in levels.items())
    if ref.kind in SCHEDULE_KINDS:
        yield from (Edge(ref, user) for user in roster.members_of(ref, since))


def _list_edges(roster: Roster, ref: Ref) -> Iterator[Edge]:
    """What it depends on, and who gets its status updates."""
    children = roster.entries[ref].children
    for name in (_DEPENDENCIES, _SUBSCRIBERS):
        for item in children.get(name, ()):
            for target in item.values():
                yield Edge(ref, roster.find(target) or target, is_subscription=name == _SUBSCRIBERS)


def needs_lists(slug: str, identity: str, marker: Marker | None) -> bool:
    """Whether the graph of an account needs the lists of an object that cost a request each: of business services, and of what pdsync
    gave dependencies."""
    record = parse_last_applied(marker) if slug == "service" else None
    return slug == "business_service" or (record is not None and record.of_list(_DEPENDENCIES) is not None)


def _node(roster: Roster, ref: Ref) -> Node:
    entry = roster.entries.get(ref)
    if entry is None:
        return Node(ref, ref.value, known=False)
    teams = BY_SLUG[ref.kind].teams_of(entry.fields)
    return Node(ref, roster.name_of(ref), tuple(_names(roster, teams)))


def _names(roster: Roster, refs: Iterable[Canonical]) -> list[str]:
    return sorted(roster.name_of(ref) for ref in refs if isinstance(ref, Ref))


def _order(node: Node) -> tuple[int, str, str, Ref]:
    return GRAPH_KINDS.index(node.kind), node.name.casefold(), node.name, node.ref
