"""Implied members: people whom PagerDuty keeps in a team because something that is on call there names them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pdsync.kinds import BY_SLUG
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
        yield from _find_leaving(context)
        named = [pair for pair in context.paired.pairs.values() if _names_members(pair)]
        if not named:
            return
        lasting = compute_implied_members(context.after.items())
        exclusive = [pair for pair in named if pair.children_before and _is_exclusive(pair)]
        for pair in exclusive:
            yield from _find_staying(pair, context, lasting)
        for pair in named:
            yield from _explain_added(pair, context, lasting)
        yield from _explain_kept(exclusive, context, lasting)


def _find_leaving(context: PlanContext) -> Iterator[Edge | ChangeNote]:
    """A member leaves a team after the policies and schedules that kept this person there let go, and because they do. A person may
    also be kept for a moment: by a schedule that begins to name the person before its policy is out of the team."""
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
    passing = compute_implied_members(context.paired.during())
    by_ref = {Ref.of_address(address): address for address in context.changes}
    by_ref |= {each.ref: each.address for each in context.pending}
    why: dict[tuple[str, str], list[Ref]] = defaultdict(list)
    for address, person in leaving:
        keepers = keeping.get(Ref.of_address(address), {}).get(person, set())
        for keeper in passing.get(Ref.of_address(address), {}).get(person, set()) & by_ref.keys():
            yield Edge(address, by_ref[keeper])
        if keepers:
            why[address, _named(context, keepers)].append(person)
    for (address, named), people in why.items():
        verb, whom = ("leave", "them") if len(people) > 1 else ("leaves", "this person")
        keep = "keep" if " and " in named else "keeps"
        noun = BY_SLUG[Ref.of_address(address).kind].noun
        text = f"{_listed(people, context)} {verb} the {noun} because {named} no longer {keep} {whom} there"
        yield ChangeNote(address, text)


def _names_members(pair: Pair) -> bool:
    """Whether a manifest names members of an object."""
    return bool(pair.kind.facts.membership) and pair.kind.facts.membership in pair.children


def _is_exclusive(pair: Pair) -> bool:
    """Whether the list of members says who is a member and no one else is."""
    return pair.resource.modes.get(pair.kind.facts.membership) == "exclusive"


def _people(pair: Pair) -> tuple[set[Ref], set[Ref]]:
    """Whom the manifest lists, and who is a member now."""
    declared = pair.kind.membership
    assert declared is not None
    live = pair.children_before.get(declared.name, ())
    listed = {item[declared.identified_by] for item in pair.children[declared.name]}
    return listed, {child.value[declared.identified_by] for child in live}


def _explain_kept(pairs: Sequence[Pair], context: PlanContext, lasting: ImpliedMembers) -> Iterator[ChangeNote | Note]:
    """Members who are not listed and stay, since something of the team names them. It is so in every plan, so one note says it of all
    teams that do not change."""
    unchanged: dict[str, list[str]] = defaultdict(list)
    kept = 0
    for pair in pairs:
        listed, live = _people(pair)
        address, keeping = pair.resource.address, lasting.get(pair.ref, {})
        for keepers, people in _by_keepers(sorted((live & keeping.keys()) - listed), keeping, context).items():
            who, them = _listed(people, context), _them(people)
            if address in context.changes:
                stay = "stay members" if len(people) > 1 else "stays a member"
                text = f"{who} {stay} although the list does not name {them}, because {keepers} {_name(keepers)} {them}"
                yield ChangeNote(address, text, in_result=True)
            else:
                unchanged[address].append(f"{who}, named by {keepers}")
                kept += len(people)
    if unchanged:
        kind = pairs[0].kind
        teams = f"1 {kind.noun} keeps" if len(unchanged) == 1 else f"{len(unchanged)} {kind.nouns} keep"
        members, them = ("a member", "this person") if kept == 1 else ("members", "them")
        lists = "its list does" if len(unchanged) == 1 else "their lists do"
        why = f"because policies and schedules of the {kind.noun} name {them}"
        each = "; ".join(f"{address} ({', '.join(said)})" for address, said in unchanged.items())
        yield Note(f"{teams} {members} whom {lists} not name, {why}: {each}")


def _explain_added(pair: Pair, context: PlanContext, lasting: ImpliedMembers) -> Iterator[ChangeNote]:
    """Members whom PagerDuty adds by itself once something of the team names them, at the changes that do so."""
    listed, live = _people(pair)
    keeping = lasting.get(pair.ref, {})
    before = compute_implied_members(context.before.items()).get(pair.ref, {})
    added = sorted(keeping.keys() - (listed | live | before.keys()))
    for keepers, people in _by_keepers(added, keeping, context).items():
        changes = sorted(str(ref.address) for ref in keeping[people[0]] if ref.address in context.changes)
        if changes:
            them, team = _them(people), pair.resource.address
            text = f"PagerDuty will add {_listed(people, context)} to {team}, which does not list {them}"
            yield ChangeNote(changes[0], f"{text}, because {keepers} {_name(keepers)} {them}", in_result=True)


def _by_keepers(people: Iterable[Ref], keeping: Mapping[Ref, set[Ref]], context: PlanContext) -> dict[str, list[Ref]]:
    """The people whom the same objects keep in a team, by the names of those objects."""
    found: dict[str, list[Ref]] = defaultdict(list)
    for person in people:
        found[_named(context, keeping[person])].append(person)
    return found


def _listed(people: Iterable[Ref], context: PlanContext) -> str:
    *first, last = map(context.name_of, people)
    return f"{', '.join(first)} and {last}" if first else last


def _them(people: Sequence[Ref]) -> str:
    return "them" if len(people) > 1 else "this person"


def _name(keepers: str) -> str:
    return "name" if " and " in keepers else "names"


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
