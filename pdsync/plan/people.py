"""Which people an object names, as far as its kind declares that it names any. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Kind, LiveChild, Ref

ImpliedMembers = Mapping[Ref, Mapping[Ref, set[Ref]]]
"""For each object with members the people whom other objects bring along, each with those objects."""


def is_person(ref: Ref) -> bool:
    """Whether a reference leads to a person."""
    kind = BY_SLUG.get(ref.kind)
    return kind is not None and kind.facts.person is not None


def named_on_call(kind: Kind, fields: Mapping[str, object]) -> Iterator[Ref]:
    """Whom an object of the kind puts on call: people, and objects that lead to people."""
    fact = kind.facts.on_call
    if fact is not None and fields.get(fact.field):
        yield from (ref for _, ref in kind.refs_of({fact.field: fields[fact.field]}))


def compute_implied_members(objects: Iterable[tuple[Ref, Fields]]) -> ImpliedMembers:
    """The memberships that PagerDuty makes by itself.

    Adding a policy or a schedule to a team silently adds its people to the team, and a person who is on a policy of the team
    cannot be removed (terraform-provider-pagerduty #285, PR 863). A reconciler that does not know this fights it forever.
    """
    known = [(ref, fields) for ref, fields in objects if BY_SLUG[ref.kind].facts.on_call is not None]
    named = {ref: tuple(named_on_call(BY_SLUG[ref.kind], fields)) for ref, fields in known}
    implied: dict[Ref, dict[Ref, set[Ref]]] = defaultdict(lambda: defaultdict(set))
    for ref, fields in known:
        teams = BY_SLUG[ref.kind].teams_of(fields)
        if not teams:
            continue
        reached: dict[Ref, set[Ref]] = defaultdict(set)
        for target in named[ref]:
            if is_person(target):
                reached[target].add(ref)
            for person in filter(is_person, named.get(target, ())):
                reached[person].update((ref, target))
        for team in teams:
            for person, through in reached.items():
                implied[team][person] |= through
    return implied


def find_member_ids(kind: Kind, children: Mapping[str, Sequence[LiveChild]], people: Iterable[Ref]) -> frozenset[str]:
    """The ids of those members of an object who are among some people."""
    declared, wanted = kind.membership, frozenset(people)
    if declared is None or not wanted:
        return frozenset()
    items = children.get(declared.name, ())
    return frozenset(child.id for child in items if child.value.get(declared.identified_by) in wanted)
