"""Builds the plan from manifests and account: match, diff, order, guard. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pdsync.model import Account, Fields, Ref, Resource, compute_manifest_digest
from pdsync.model.garbage import collection_paused
from pdsync.plan.change import Change, ChildOperation, Operation
from pdsync.plan.checks.ability import ability_blockers
from pdsync.plan.checks.implied_member import compute_implied_members, staying_notes
from pdsync.plan.checks.license import license_blockers
from pdsync.plan.checks.limit import name_blockers, refuse_deletes
from pdsync.plan.checks.open_incident import find_taker, hold_back, reassignment_edges
from pdsync.plan.checks.reference_blocker import reference_blockers
from pdsync.plan.checks.responder import compute_risks
from pdsync.plan.checks.role import role_blockers, role_edges
from pdsync.plan.diff.deletion import Doomed, choose_deletes, defer, draft_deletes, suggest_moves
from pdsync.plan.diff.draft import ImpliedMembers, draft_change
from pdsync.plan.option import PlanOptions
from pdsync.plan.order import Graph, name_edges, order_changes, parent_edges, reference_edges
from pdsync.plan.pairing.match import Pairing, PlanProblem, match
from pdsync.plan.pairing.paired_account import PairedAccount, build_paired_account
from pdsync.plan.pairing.twin import report_twins
from pdsync.plan.plan import Plan


def build_plan(resources: Sequence[Resource], account: Account, options: PlanOptions) -> Plan:
    """What must be done so that the account says what the manifests say.

    `resources` may come in any order: the plan is the same to the byte. Nothing is read or written here.
    """
    with collection_paused():
        return _build(resources, account, options)


def _build(resources: Sequence[Resource], account: Account, options: PlanOptions) -> Plan:
    ordered = sorted(resources, key=lambda resource: resource.address)
    present = [resource for resource in ordered if not resource.lifecycle.absent]
    pairing = match(ordered, account, options.workspace)
    paired, unresolved = build_paired_account(present, account, pairing)
    problems = [*pairing.problems, *unresolved, *_unknown_targets(options, ordered)]
    doomed, notes = choose_deletes(pairing, options)
    doomed, staying = defer(paired, doomed, account.fetched_at)
    notes += staying
    gone = frozenset(each.ref for each in doomed)
    implied = compute_implied_members(paired.lingering(gone, account.fetched_at))
    changes = _draft_all(paired, pairing, options, implied)
    unchanged = len(ordered) - len(changes) - len(pairing.tombs)
    changes = suggest_moves(paired, changes, pairing.orphans)
    changes.update(draft_deletes(paired, doomed, changes))
    taker, unknown = find_taker(paired, options, gone)
    problems += unknown
    changes.update((it.address, hold_back(paired, account, changes[it.address], it, taker, options)) for it in doomed)
    before, after = _states(paired, doomed)
    graph = _graph(paired, changes, before, after)
    blockers = reference_blockers(paired, doomed, gone)
    found = (
        *name_blockers(paired, changes, gone),
        *role_blockers(paired, changes, before, after, gone),
        *ability_blockers(changes.values(), account),
        *license_blockers(tuple(changes.values()), account),
    )
    for address, blocker in found:
        blockers.setdefault(address, []).append(blocker)
    lasting = compute_implied_members(paired.after(gone))
    for pair in paired.pairs.values():
        if not pair.children_before:
            continue  # both speak of items that the account holds
        notes += staying_notes(pair, implied, lasting)
        twin_notes, twin_problems = report_twins(pair)
        notes += twin_notes
        problems += twin_problems
    for address in changes.keys() & blockers.keys():
        change = changes[address]
        changes[address] = replace(change, blockers=(*change.blockers, *blockers[address]))
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
        refusals=refuse_deletes(in_order, account, options),
        notes=tuple(notes),
        risks=compute_risks(paired, gone),
        labels=paired.resolver.labels,
        bindings={address: live.id for address, live in pairing.pairs.items()},
        includes=account.includes,
        fetched_at=account.fetched_at,
    )


def _unknown_targets(options: PlanOptions, resources: Sequence[Resource]) -> list[PlanProblem]:
    known = {resource.address for resource in resources}
    return [
        PlanProblem(
            target,
            "",
            "no manifest has this address",
            "Write KIND/NAME, such as service/checkout-api.",
        )
        for target in sorted(options.targets - known)
    ]


def _draft_all(
    paired: PairedAccount, pairing: Pairing, options: PlanOptions, implied: ImpliedMembers
) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for address, pair in paired.pairs.items():
        change = draft_change(pair, options, unmarked=address in pairing.unmarked, implied=implied)
        if change is None:
            continue
        if change.operation is Operation.CREATE and change.kind == "user" and not options.has_from:
            why = "an account-level key needs a From address to create users: set 'from' in pdsync.yaml or --from"
            change = replace(change, blockers=(*change.blockers, why))
        changes[address] = change
    return changes


def _states(paired: PairedAccount, doomed: Sequence[Doomed]) -> tuple[dict[str, Fields], dict[str, Fields]]:
    """The fields that objects with a manifest, and deleted ones, have before and after the plan, by address."""
    before: dict[str, Fields] = {address: pair.before for address, pair in paired.pairs.items()}
    after: dict[str, Fields] = {address: pair.after for address, pair in paired.pairs.items()}
    for each in doomed:
        before[each.address] = paired.others[each.ref][1]
    return before, after


def _graph(
    paired: PairedAccount, changes: Mapping[str, Change], before: Mapping[str, Fields], after: Mapping[str, Fields]
) -> Graph:
    graph = Graph()
    reference_edges(graph, changes, before, after)
    role_edges(graph, changes, before, after)
    parent_edges(graph, changes, before, after)
    _membership_edges(graph, paired, changes)
    reassignment_edges(graph, changes)
    names_before = {a: str(before[a]["name"]) for a, c in changes.items() if c.operation is not Operation.CREATE}
    names_after = {a: str(after[a]["name"]) for a, c in changes.items() if c.operation is not Operation.DELETE}
    name_edges(graph, changes, names_before, names_after)
    return graph


def _membership_edges(graph: Graph, paired: PairedAccount, changes: Mapping[str, Change]) -> None:
    """A member leaves a team after the policies and schedules that held him there let go."""
    holding = compute_implied_members(paired.before())
    by_ref = {Ref.of_address(address): address for address in changes}
    by_ref |= {Ref(c.kind, "id", c.id or ""): a for a, c in changes.items() if c.operation is Operation.DELETE}
    for address, change in changes.items():
        for child in change.children:
            if child.list_name == "members" and child.operation is ChildOperation.REMOVE:
                team = Ref.of_address(address)
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
