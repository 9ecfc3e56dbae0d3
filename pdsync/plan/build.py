"""Builds the plan from manifests and account, pass by pass. Pure.

A pass takes the unfinished plan and adds to it. No pass stops: problems are collected, so that one plan shows everything
that a person has to do. Why the passes come in this order is said at their list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, ListPlace, Ref, Resource, compute_manifest_digest
from pdsync.model.address import without_step
from pdsync.model.garbage import collection_paused
from pdsync.plan.change import Change
from pdsync.plan.checks.check import (
    Blocker,
    ChangeNote,
    Edge,
    Note,
    PlanContext,
    ReassignFirst,
    Refusal,
)
from pdsync.plan.checks.registry import CHECKS, LIMITS, Rule, find_subjects, load_applicable
from pdsync.plan.diff.draft import draft_change
from pdsync.plan.diff.pending_delete import PendingDelete, choose_deletes, defer_deletes, draft_deletes
from pdsync.plan.diff.unread import find_unread_lists, find_unread_of_deleted
from pdsync.plan.expansion import Expanded
from pdsync.plan.option import PlanOptions
from pdsync.plan.order import Graph, list_edges, name_edges, order_changes, reference_edges, sole_edges
from pdsync.plan.pairing.ended_layer import has_run_out
from pdsync.plan.pairing.match import Pairing, PlanProblem, match
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.paired_account import PairedAccount, build_paired_account
from pdsync.plan.pairing.successor import pair_successors, show_mirrored
from pdsync.plan.pending import Pending, find_pending_hand_offs
from pdsync.plan.people import ImpliedMembers, compute_implied_members
from pdsync.plan.plan import Plan
from pdsync.plan.risk import LASTING, Risk
from pdsync.plan.skipped import note_skipped
from pdsync.plan.unknown import find_notes, keep_referable


def build_plan(resources: Sequence[Resource], account: Account, options: PlanOptions) -> Plan:
    """What must be done to make the account match the manifests.

    `resources` may come in any order: the plan is the same to the byte. Nothing is read or written here.
    """
    with collection_paused():
        manifests = sorted(resources, key=lambda resource: resource.address)
        expanded = expand_manifests(manifests, account, options)
        ordered, options = expanded.resources, expanded.options
        pairing = match(ordered, account, options.workspace, options.elsewhere)
        if account.implied:
            pair_successors(ordered, account, pairing)
        if account.mirrored:
            show_mirrored(ordered, account, pairing, options.workspace)
        present = [resource for resource in ordered if not resource.lifecycle.absent]
        paired, unresolved = build_paired_account(present, account, pairing, options)
        if options.replaces and any(
            BY_SLUG[slug].facts.replaced is not None for slug in {resource.kind for resource in present}
        ):
            from pdsync.plan.pairing.replaced import pair_new_objects

            def build_again() -> PairedAccount:
                nonlocal unresolved
                again, unresolved = build_paired_account(present, account, pairing, options)
                return again

            paired = pair_new_objects(paired, pairing, build_again)
        making = _Making(manifests, expanded, account, pairing, paired)
        making.notes += expanded.notes
        making.problems += [*expanded.problems, *pairing.problems, *unresolved]
        for run in PASSES:
            run(making)
        return making.finish()


def expand_manifests(manifests: Sequence[Resource], account: Account, options: PlanOptions) -> Expanded:
    """The objects that manifests mean."""
    if any(BY_SLUG[manifest.kind].passing.expand for manifest in (*manifests, *options.elsewhere)):
        from pdsync.plan.expansion import expand

        return expand(manifests, account, options)
    return Expanded(manifests, options, frozenset(manifest.address for manifest in manifests))


@dataclass
class _Making:
    """A plan in the making."""

    manifests: Sequence[Resource]
    expanded: Expanded
    account: Account
    pairing: Pairing
    paired: PairedAccount
    pending: tuple[PendingDelete, ...] = ()
    implied: ImpliedMembers = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    graph: Graph = field(default_factory=Graph)
    unchanged: int = 0
    problems: list[PlanProblem] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    later: list[Pending] = field(default_factory=list)
    """What happens later, by itself or by another plan."""
    risks: list[Risk] = field(default_factory=list)
    in_order: tuple[Change, ...] = ()
    unread: list[ListPlace] = field(default_factory=list)
    """Child lists that were read in bulk, and must be read in full before the plan can be judged."""

    @property
    def resources(self) -> Sequence[Resource]:
        """The objects that the manifests mean."""
        return self.expanded.resources

    @property
    def options(self) -> PlanOptions:
        """The options, in terms of objects."""
        return self.expanded.options

    def context(self) -> PlanContext:
        """The view that checks have of the plan."""
        return PlanContext(
            self.paired, self.account, self.options, self.pairing, self.pending, self.implied, dict(self.changes)
        )

    def finish(self) -> Plan:
        """The plan."""
        return Plan(
            workspace=self.options.workspace,
            subdomain=self.account.subdomain,
            manifest_digest=compute_manifest_digest(self.manifests),
            changes=self.in_order,
            unchanged=self.unchanged,
            problems=tuple(sorted(self.problems, key=lambda problem: (problem.address, problem.message))),
            refusals=tuple(self.refusals),
            notes=tuple(self.notes),
            risks=tuple(sorted(self.risks, key=lambda risk: (risk.code, risk.address))),
            labels=self.paired.resolver.labels,
            bindings=self.pairing.bindings(),
            includes=self.account.includes,
            fetched_at=self.account.fetched_at,
            unread=tuple(self.unread),
            pending=tuple(sorted(self.later, key=lambda it: (it.at or "", it.address, it.message))),
        )


def _find_unknown_targets(making: _Making) -> None:
    known = making.expanded.known
    named = making.options.targets | making.options.rotate_keys | making.options.send_secrets
    making.problems += [
        PlanProblem(target, "", "no manifest has this address", "Write KIND/NAME, such as service/checkout-api.")
        for target in sorted(named - known)
    ]


def _choose_deletes(making: _Making) -> None:
    chosen, notes = choose_deletes(making.pairing, making.options, making.account.fetched_at)
    making.notes += notes
    if making.account.unknown:
        chosen, kept, problems = keep_referable(chosen, making.account)
        making.notes += [*kept, *find_notes(making.account)]
        making.problems += problems
    pending, staying = defer_deletes(making.paired, chosen, making.account.fetched_at)
    if making.pairing.retiring:
        from pdsync.plan.diff.replacement import find_retiring

        pending += find_retiring(making.pairing, making.paired)
    making.pending = tuple(pending)
    making.later += staying


def _imply_members(making: _Making) -> None:
    gone = frozenset(each.ref for each in making.pending)
    making.implied = compute_implied_members(making.paired.lingering(gone, making.account.fetched_at))


def _draft_changes(making: _Making) -> None:
    likely = making.pairing.likely.keys()
    targets = making.options.targets
    going = [each for each in making.pending if not targets or without_step(each.address) in targets]
    gone = frozenset(ref for each in going for ref in each.refs)
    for address, pair in making.paired.pairs.items():
        unmarked = address in making.pairing.unmarked
        implied = making.implied.get(pair.ref, {}).keys() if making.implied else ()
        if address in making.pairing.replaced:
            from pdsync.plan.diff.replacement import draft_replacement

            change: Change | None = draft_replacement(
                pair, making.pairing.replaced[address], making.paired, making.options
            )
        else:
            change = draft_change(pair, making.options, unmarked=unmarked, implied=implied, gone=gone)
        if pair.unread:
            from pdsync.plan.diff.unknown_list import stop_for_unknown_lists

            change = stop_for_unknown_lists(pair, change)
        may_lack = pair.live is not None and (pair.live.partial or pair.kind.documents)
        if may_lack or (pair.live is not None and change is not None and change.children):
            making.unread += find_unread_lists(pair, change, implied)
        # While it is not known who a person is, a record that names the person is left as it is.
        if change is not None and not (likely and change.is_renewal and likely & _addresses_in(pair)):
            making.changes[address] = change
    absent = len(making.pairing.tombstones) + len(making.pairing.unseen)
    making.unchanged = len(making.resources) - absent - len(making.changes)


def _addresses_in(pair: Pair) -> set[str]:
    """The addresses that the fields and child items of a manifest refer to."""
    found = {ref for _, ref in pair.kind.refs_of(pair.fields)}

    def note(ref: Ref) -> Ref:
        found.add(ref)
        return ref

    for name, items in pair.children.items():
        declared = pair.kind.child(name)
        if declared is not None:
            for item in items:
                declared.item.map_refs(item, note)
    return {ref.address for ref in found if ref.address}


def _draft_deletes(making: _Making) -> None:
    making.changes |= {change.address: change for change in draft_deletes(making.paired, making.pending)}
    # What is deleted with an object is shown and kept in full.
    making.unread += [place for it in making.pending for place in find_unread_of_deleted(it, making.account)]


def _find_hand_offs(making: _Making) -> None:
    rotating = {address: pair for address, pair in making.paired.pairs.items() if pair.kind.rotates and pair.live}
    if not rotating:
        return
    moment = making.account.fetched_at
    making.later += find_pending_hand_offs(rotating, moment)
    making.notes += [
        f"{address}: every layer has ended, in the manifest and in the account, so the schedule has no one on call"
        for address, pair in rotating.items()
        if has_run_out(pair.written, pair.live, moment)
    ]


def _check(making: _Making) -> None:
    _judge(CHECKS, making)


def _link(making: _Making) -> None:
    context, changes, graph = making.context(), making.changes, making.graph
    before, after = context.fields_before, context.fields_after
    reference_edges(graph, changes, before, after)
    sole_edges(graph, changes, before, after)
    kinds = {slug: BY_SLUG[slug] for slug in {change.kind for change in changes.values()}}
    # The objects of one manifest have one name, so it says nothing about which of them is meant.
    labels = {slug: kind.label for slug, kind in kinds.items() if kind.passing.expand is None}
    named = [(change, label) for change in changes.values() if (label := labels.get(change.kind))]
    names_before = {c.address: str(before[c.address][it]) for c, it in named if not c.makes}
    names_after = {c.address: str(after[c.address][it]) for c, it in named if not c.ends}
    name_edges(graph, changes, names_before, names_after)
    if making.pairing.retiring:
        from pdsync.plan.diff.replacement import link_steps

        link_steps(graph, changes)


def _keep_targets(making: _Making) -> None:
    """The targets and everything that they wait for."""
    if not making.options.targets:
        return
    kept = {target for target in making.options.targets if target in making.changes}
    waiting = list(kept)
    while waiting:
        for other in making.graph.waits.get(waiting.pop(), ()):
            if other in making.changes and other not in kept:
                kept.add(other)
                waiting.append(other)
    if making.pairing.retiring:
        from pdsync.plan.diff.replacement import keep_steps

        blocked = keep_steps(making.changes, making.graph, kept)
        _add_texts(making.changes, {address: [Blocker(address, why)] for address, why in blocked.items()}, {})
    dropped = making.changes.keys() - kept
    making.changes = {address: change for address, change in making.changes.items() if address in kept}
    making.later = [each for each in making.later if each.address not in dropped]
    # A risk of an object that the targets leave out is not one of this plan. A risk without a change may come from a target.
    making.risks = [
        it for it in making.risks if it.address in kept or (it.address not in dropped and it.code not in LASTING)
    ]


def _link_lists(making: _Making) -> None:
    list_edges(making.graph, making.changes)


def _arrange(making: _Making) -> None:
    in_order, cycle = order_changes(making.changes, making.graph)
    making.in_order = note_skipped(in_order) if any(change.alone for change in in_order) else in_order
    if cycle:
        first = making.changes[cycle[0]]
        trail = " -> ".join([*cycle, cycle[0]])
        message = f"these changes wait for each other: {trail}"
        making.problems.append(PlanProblem(first.address, first.source or "", message))


def _limit(making: _Making) -> None:
    _judge(LIMITS, making)


def _add_unseen(making: _Making) -> None:
    """The deletes of what is not known, last: there is nothing that a check, an edge or a limit could look at."""
    targets = making.options.targets
    unseen = [it for it in making.pairing.unseen if not targets or it.address in targets]
    if unseen:
        from pdsync.plan.diff.unknown_list import stop_unseen

        making.in_order += tuple(stop_unseen(it, making.account) for it in unseen)


# Why this order:
#
# What manifests mean at this moment is known before the first pass: from there on all is about objects. Deletes are chosen
# first, since they decide what stays and so what others may refer to. A delete that must wait for the end of a layer is taken
# out there, before anything counts on its going. Then come the memberships that PagerDuty makes by itself: to draft the end of
# one would plan the same difference again and again. Changes are drafted before checks look at them, because a check judges
# what would be done and not what a manifest wishes; all checks see the same drafts, so none depends on another. Edges come
# next: checks have given theirs, and those of names must be last, because only an edge that exists for a name alone may be cut
# by an interim name. Targets need the edges, since a target takes with it what it waits for; not so the edges that only keep a
# list as it was compared, which follow. The order, and any circle, is found among what is left. Limits come last of all: they
# count what an apply would really do.
PASSES: tuple[Callable[[_Making], None], ...] = (
    _find_unknown_targets,
    _choose_deletes,
    _imply_members,
    _draft_changes,
    _draft_deletes,
    _find_hand_offs,
    _check,
    _link,
    _keep_targets,
    _link_lists,
    _arrange,
    _limit,
    _add_unseen,
)


def _judge(rules: Sequence[Rule], making: _Making) -> None:
    """Adds the findings of all checks that have something to judge."""
    context = making.context()
    checks = load_applicable(rules, find_subjects(context))
    blockers: dict[str, list[Blocker]] = defaultdict(list)
    notes: dict[str, list[ChangeNote]] = defaultdict(list)
    for finding in (finding for check in checks for finding in check.find(context)):
        match finding:
            case Blocker(address):
                blockers[address].append(finding)
            case ChangeNote(address):
                notes[address].append(finding)
            case Note(message):
                making.notes.append(message)
            case Refusal(message):
                making.refusals.append(message)
            case Edge(later, earlier):
                making.graph.add(later, earlier)
            case ReassignFirst(address, reassignment):
                making.changes[address] = replace(making.changes[address], reassign=reassignment)
            case PlanProblem():
                making.problems.append(finding)
            case Pending():
                making.later.append(finding)
            case Risk():
                making.risks.append(finding)
    _add_texts(making.changes, blockers, notes)


def _add_texts(
    changes: dict[str, Change], blockers: Mapping[str, Sequence[Blocker]], notes: Mapping[str, Sequence[ChangeNote]]
) -> None:
    for address in blockers.keys() | notes.keys():
        change = changes[address]
        found, said = blockers.get(address, ()), notes.get(address, ())
        before = change.alone or not change.blockers
        changes[address] = replace(
            change,
            blockers=(*change.blockers, *(blocker.message for blocker in found)),
            alone=bool(change.blockers or found) and before and all(blocker.alone for blocker in found),
            notes=(*change.notes, *(note.message for note in said)),
            afterwards=(*change.afterwards, *(note.message for note in said if note.in_result)),
        )
