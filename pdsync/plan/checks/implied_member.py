"""Implied members: people whom PagerDuty keeps in a team because something that is on call there names them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Ref
from pdsync.plan.change import ChildOperation
from pdsync.plan.checks.check import ChangeNote, Check, Edge, Finding, Note, PlanContext, kind_of
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pending import Ending, Pending
from pdsync.plan.people import ImpliedMembers, compute_implied_members


class Members(Check):
    """Orders the end of a membership after the changes that make it possible. Says who cannot leave yet, whom PagerDuty keeps, and
    whom it adds by itself."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        yield from _find_edges(context)
        named = [pair for pair in context.paired.pairs.values() if _names_members(pair)]
        if not named:
            return
        lasting = compute_implied_members(context.after.items())
        for pair in named:
            if pair.children_before and pair.resource.modes.get(pair.kind.facts.membership) == "exclusive":
                yield from _find_staying(pair, context, lasting)
                yield from _explain_kept(pair, context, lasting)
            yield from _explain_added(pair, context, lasting)


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


def _names_members(pair: Pair) -> bool:
    """Whether a manifest names members of an object."""
    return bool(pair.kind.facts.membership) and pair.kind.facts.membership in pair.children


def _people(pair: Pair) -> tuple[set[Ref], set[Ref]]:
    """Whom the manifest lists, and who is a member now."""
    declared = pair.kind.membership
    assert declared is not None
    live = pair.children_before.get(declared.name, ())
    listed = {item[declared.identified_by] for item in pair.children[declared.name]}
    return listed, {child.value[declared.identified_by] for child in live}


def _explain_kept(pair: Pair, context: PlanContext, lasting: ImpliedMembers) -> Iterator[ChangeNote | Note]:
    """Members who are not listed and stay, since something of the team names them."""
    listed, live = _people(pair)
    address, keeping = pair.resource.address, lasting.get(pair.ref, {})
    for person in sorted((live & keeping.keys()) - listed):
        text = (
            f"{person} stays a member although the list does not name this person: PagerDuty keeps everyone in a "
            f"{pair.kind.noun} whom its policies and schedules name, here {_named(context, keeping[person])}"
        )
        if address in context.changes:
            yield ChangeNote(address, text, in_result=True)
        else:
            yield Note(f"{address} ({pair.resource.name!r}): {text}")


def _explain_added(pair: Pair, context: PlanContext, lasting: ImpliedMembers) -> Iterator[ChangeNote]:
    """Members whom PagerDuty adds by itself once something of the team names them, at the changes that do so."""
    listed, live = _people(pair)
    before = compute_implied_members(context.before.items()).get(pair.ref, {})
    for person, keepers in sorted(lasting.get(pair.ref, {}).items()):
        changes = sorted(str(ref.address) for ref in keepers if ref.address in context.changes)
        if person not in (listed | live | before.keys()) and changes:
            text = f"PagerDuty will add {person} to {pair.resource.address}, which does not list this person"
            yield ChangeNote(changes[0], f"{text}: {_named(context, keepers)} names them", in_result=True)


def _named(context: PlanContext, keepers: set[Ref]) -> str:
    return " and ".join(sorted(map(context.name_of, keepers)))


def _find_staying(pair: Pair, context: PlanContext, lasting: ImpliedMembers) -> Iterator[Pending]:
    """Members whom PagerDuty keeps until the layer that they were taken out of has ended. `lasting` are the memberships that
    last; those of the context last as long as the layers that are ending."""
    listed, live = _people(pair)
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
