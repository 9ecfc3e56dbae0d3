"""Builds the plan from manifests and account: match, diff, order, guard. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pdsync.kinds import Account, Fields, LiveObject, Ref, Resource, digest_of
from pdsync.plan.change import Change, ChildOperation, Operation
from pdsync.plan.draft import draft_change, draft_delete
from pdsync.plan.guard import count_owned, name_blockers, reference_blockers, refuse_deletes
from pdsync.plan.match import Pairing, PlanProblem, match
from pdsync.plan.membership import compute_implied_members
from pdsync.plan.option import PlanOptions
from pdsync.plan.order import Graph, name_edges, order_changes, parent_edges, reference_edges
from pdsync.plan.plan import Plan
from pdsync.plan.role import role_blockers, role_edges
from pdsync.plan.subject import World, build_world
from pdsync.plan.twin import report_twins


def build_plan(resources: Sequence[Resource], account: Account, options: PlanOptions) -> Plan:
    """What must be done so that the account says what the manifests say.

    `resources` may come in any order: the plan is the same to the byte. Nothing is read or written here.
    """
    ordered = sorted(resources, key=lambda resource: resource.address)
    pairing = match(ordered, account, options.workspace)
    world, unresolved = build_world(ordered, account, pairing)
    problems = [*pairing.problems, *unresolved, *_unknown_targets(options, ordered)]
    deletes, notes = _prune(pairing.orphans, options)
    gone = frozenset(Ref(live.kind, "id", live.id) for live in deletes)
    changes = _draft_all(world, pairing, options, gone)
    unchanged = len(ordered) - len(changes)
    changes.update(_draft_deletes(world, deletes, changes))
    before, after = _states(world, deletes)
    graph = _graph(world, changes, before, after)
    blockers = reference_blockers(world, deletes, gone)
    found = (*name_blockers(world, changes, gone), *role_blockers(world, changes, before, after, gone))
    for address, blocker in found:
        blockers.setdefault(address, []).append(blocker)
    for subject in world.subjects.values():
        twin_notes, twin_problems = report_twins(subject)
        notes += twin_notes
        problems += twin_problems
    changes = {
        address: replace(change, blockers=(*change.blockers, *blockers.get(address, ())))
        for address, change in changes.items()
    }
    if options.targets:
        changes = _narrow(changes, graph, options.targets)
    in_order, cycle = order_changes(changes, graph)
    if cycle:
        first = changes[cycle[0]]
        trail = " -> ".join([*cycle, cycle[0]])
        problems.append(PlanProblem(first.address, first.source or "", f"these changes wait for each other: {trail}"))
    return Plan(
        workspace=options.workspace,
        subdomain=account.subdomain,
        manifest_digest=compute_manifest_digest(ordered),
        changes=in_order,
        unchanged=unchanged,
        problems=tuple(sorted(problems, key=lambda problem: (problem.address, problem.message))),
        refusals=refuse_deletes(in_order, count_owned(account, options.workspace), options),
        notes=tuple(notes),
        labels=world.resolver.labels,
        bindings={address: live.id for address, live in pairing.pairs.items()},
        includes=account.includes,
        fetched_at=account.fetched_at,
    )


def compute_manifest_digest(resources: Sequence[Resource]) -> str:
    """A digest of what manifests ask for: the same for every order and layout of files."""
    return digest_of([_essence(resource) for resource in sorted(resources, key=lambda resource: resource.address)])


def _essence(resource: Resource) -> dict[str, object]:
    """What counts of a manifest: not where it stands, nor how it is laid out."""
    cycle = resource.lifecycle
    return {
        "address": resource.address,
        "id": resource.id,
        "fields": dict(resource.fields),
        "children": {name: list(items) for name, items in resource.children.items()},
        "modes": dict(resource.modes),
        "lifecycle": [cycle.adopt, cycle.protect, sorted(cycle.ignore)],
    }


def _unknown_targets(options: PlanOptions, resources: Sequence[Resource]) -> list[PlanProblem]:
    known = {resource.address for resource in resources}
    return [
        PlanProblem(
            target,
            "",
            f"--target {target}: no manifest has this address",
            "Write KIND/NAME, such as service/checkout-api.",
        )
        for target in sorted(options.targets - known)
    ]


def _prune(orphans: Sequence[LiveObject], options: PlanOptions) -> tuple[list[LiveObject], list[str]]:
    """What is deleted, and what is said of managed objects that have no manifest any more."""
    deletes: list[LiveObject] = []
    notes: list[str] = []
    if options.targets:
        return deletes, notes
    marked = Counter((live.kind, live.marker.key) for live in orphans if live.marker is not None)
    for live in orphans:
        assert live.marker is not None
        address = f"{live.kind}/{live.marker.key}"
        mode = options.prune_mode(live.kind)
        what = f"{address} ({live.name!r}, {live.id}) has no manifest any more"
        if live.marker.protect and mode == "owned":
            notes.append(f"{what}; it is protected and stays")
        elif marked[live.kind, live.marker.key] > 1 and mode != "off":
            # One of them is a copy that somebody made by hand, and nothing tells which.
            notes.append(f"{what}; another object carries the same marker, so both stay")
        elif mode == "owned":
            deletes.append(live)
        elif mode == "report":
            notes.append(f"{what}; 'prune: owned' would delete it")
    return deletes, notes


def _draft_all(world: World, pairing: Pairing, options: PlanOptions, gone: frozenset[Ref]) -> dict[str, Change]:
    implied = compute_implied_members(world.after(gone))
    changes: dict[str, Change] = {}
    for address, subject in world.subjects.items():
        change = draft_change(subject, options, unmarked=address in pairing.unmarked, implied=implied)
        if change is None:
            continue
        if change.operation is Operation.CREATE and change.kind == "user" and not options.has_from:
            why = "an account-level key needs a From address to create users: set 'from' in pdsync.yaml or --from"
            change = replace(change, blockers=(*change.blockers, why))
        changes[address] = change
    return changes


def _draft_deletes(
    world: World, deletes: Sequence[LiveObject], changes: Mapping[str, Change]
) -> Iterator[tuple[str, Change]]:
    """The deletes, each with a note where another manifest makes a new object of the same name."""
    passing = compute_implied_members(world.during())
    made = {
        (change.kind, change.name.casefold()): change.address
        for change in changes.values()
        if change.operation is Operation.CREATE
    }
    for live in deletes:
        change = draft_delete(live, world.others[Ref(live.kind, "id", live.id)][1], world.resolver, passing)
        again = made.get((live.kind, live.name.casefold()))
        if again is not None:
            key = change.address.partition("/")[2]
            note = f"{again} makes a new object of this name: to keep this one, keep metadata.name {key!r}"
            change = replace(change, notes=(*change.notes, note))
        yield change.address, change


def _states(world: World, deletes: Sequence[LiveObject]) -> tuple[dict[str, Fields], dict[str, Fields]]:
    """The fields that objects with a manifest, and deleted ones, have before and after the plan, by address."""
    before: dict[str, Fields] = {address: subject.before for address, subject in world.subjects.items()}
    after: dict[str, Fields] = {address: subject.after for address, subject in world.subjects.items()}
    for live in deletes:
        assert live.marker is not None
        before[f"{live.kind}/{live.marker.key}"] = world.others[Ref(live.kind, "id", live.id)][1]
    return before, after


def _graph(
    world: World, changes: Mapping[str, Change], before: Mapping[str, Fields], after: Mapping[str, Fields]
) -> Graph:
    graph = Graph()
    reference_edges(graph, changes, before, after)
    role_edges(graph, changes, before, after)
    parent_edges(graph, changes, before, after)
    _membership_edges(graph, world, changes)
    names_before = {a: str(before[a]["name"]) for a, c in changes.items() if c.operation is not Operation.CREATE}
    names_after = {a: str(after[a]["name"]) for a, c in changes.items() if c.operation is not Operation.DELETE}
    name_edges(graph, changes, names_before, names_after)
    return graph


def _membership_edges(graph: Graph, world: World, changes: Mapping[str, Change]) -> None:
    """A member leaves a team after the policies and schedules that held him there let go."""
    holding = compute_implied_members(world.before())
    by_ref = {Ref(change.kind, "key", address.partition("/")[2]): address for address, change in changes.items()}
    by_ref |= {Ref(c.kind, "id", c.id or ""): a for a, c in changes.items() if c.operation is Operation.DELETE}
    for address, change in changes.items():
        for child in change.children:
            if child.list_name == "members" and child.operation is ChildOperation.REMOVE:
                team = Ref("team", "key", address.partition("/")[2])
                for holder in holding.get(team, {}).get(child.values["user"], ()):
                    if holder in by_ref:
                        graph.add(address, by_ref[holder])


def _narrow(changes: Mapping[str, Change], graph: Graph, targets: frozenset[str]) -> dict[str, Change]:
    """The targets and everything that they wait for."""
    wanted = {target for target in targets if target in changes}
    pending = list(wanted)
    while pending:
        for other in graph.waits.get(pending.pop(), ()):
            if other in changes and other not in wanted:
                wanted.add(other)
                pending.append(other)
    return {address: change for address, change in changes.items() if address in wanted}
