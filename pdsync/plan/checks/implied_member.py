"""Implied members: people whom PagerDuty keeps in a team because something that is on call there names them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Ref
from pdsync.plan.change import ChildOperation
from pdsync.plan.checks.check import Check, Edge, Finding, PlanContext, kind_of
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pending import Ending, Pending
from pdsync.plan.people import ImpliedMembers, compute_implied_members


class Members(Check):
    """Orders the end of a membership after the changes that make it possible, and says who cannot leave yet."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        yield from _find_edges(context)
        shrinking = [pair for pair in context.paired.pairs.values() if _is_exclusive(pair)]
        if shrinking:
            lasting = compute_implied_members(context.after.items())
            for pair in shrinking:
                yield from _find_staying(pair, context, lasting)


def _find_edges(context: PlanContext) -> Iterator[Edge]:
    """A member leaves a team after the policies and schedules that kept this person there let go."""
    leaving = [
        (address, child.values[declared.identified_by])
        for address, change in context.changes.items()
        if (declared := kind_of(change).membership) is not None
        for child in change.children
        if child.list_name == declared.name and child.operation is ChildOperation.REMOVE
    ]
    if not leaving:
        return
    keeping = compute_implied_members(context.before.items())
    by_ref = {Ref.of_address(address): address for address in context.changes}
    by_ref |= {each.ref: each.address for each in context.pending}
    for address, person in leaving:
        for keeper in keeping.get(Ref.of_address(address), {}).get(person, ()):
            if keeper in by_ref:
                yield Edge(address, by_ref[keeper])


def _is_exclusive(pair: Pair) -> bool:
    """Whether a manifest names all members of an object that has some."""
    name = pair.kind.facts.membership
    return bool(
        name and pair.children_before and name in pair.children and pair.resource.modes.get(name) == "exclusive"
    )


def _find_staying(pair: Pair, context: PlanContext, lasting: ImpliedMembers) -> Iterator[Pending]:
    """Members whom PagerDuty keeps until the layer that they were taken out of has ended. `lasting` are the memberships that
    last; those of the context last as long as the layers that are ending."""
    declared = pair.kind.membership
    assert declared is not None
    listed: set[Ref] = {item[declared.identified_by] for item in pair.children[declared.name]}
    live = {child.value[declared.identified_by] for child in pair.children_before.get(declared.name, ())}
    staying = (live & context.implied.get(pair.ref, {}).keys()) - lasting.get(pair.ref, {}).keys() - listed
    for person in sorted(staying):
        ending: Ending | None = context.endings.get(person)
        yield Pending(
            pair.resource.address,
            ending.moment if ending is not None else None,
            f"{person} stays until the layers that name this person have ended{_when(ending)}; the next plan after that removes "
            "the membership",
        )


def _when(ending: Ending | None) -> str:
    """When that is, where it is known: the person may be named by way of another object."""
    return f", {ending.in_words()}" if ending is not None else ""
