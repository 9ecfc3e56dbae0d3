"""Capacities: PagerDuty refuses more than so many objects that have one value of a field. Pure.

Objects are made before others are deleted, so what counts is how many there are at most during an apply. Where deletes of the same plan make
room, the new objects wait for them. A replacement cannot wait: the new object comes before the old one goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pdsync.kinds import KINDS
from pdsync.model import Canonical, Kind, Ref
from pdsync.model.fact import CapacityFact
from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Blocker, Check, Edge, Finding, PlanContext


class Capacities(Check):
    """Blocks what PagerDuty would refuse for lack of room."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for kind in KINDS:
            if kind.facts.capacity is not None and any(it.kind == kind.slug for it in context.changes.values()):
                yield from _judge(context, kind, kind.facts.capacity)


@dataclass
class _Place:
    """The objects of one value, by address where they are about to come or go."""

    there: int = 0
    coming: list[str] = field(default_factory=list)
    going: list[str] = field(default_factory=list)
    """Deletes that a new object can wait for."""
    leaving: int = 0
    """How many are no longer there at the end."""


def _judge(context: PlanContext, kind: Kind, fact: CapacityFact) -> Iterator[Finding]:
    for value, place in _count(context, kind, fact).items():
        over = place.there + len(place.coming) - fact.most
        if over <= 0 or not place.coming:
            continue
        what = f"PagerDuty allows {fact.most} {kind.nouns} for {_shown(value, context)}, and there are {place.there}"
        if len(place.going) >= over:
            yield from (Edge(later, earlier) for later in place.coming for earlier in place.going)
        elif over <= place.leaving:
            for address in place.coming:
                yield Blocker(address, f"{what}; a replacement needs one more for a moment: delete one of them first")
        else:
            for address in place.coming:
                yield Blocker(address, f"{what}: delete one of them first")


def _count(context: PlanContext, kind: Kind, fact: CapacityFact) -> Mapping[Canonical, _Place]:
    places: dict[Canonical, _Place] = defaultdict(_Place)
    for ref, fields in context.before.items():
        if ref.kind == kind.slug:
            places[fields.get(fact.field)].there += 1
    for each in context.pending:
        if each.live.kind == kind.slug:
            place = places[context.fields_before[each.address].get(fact.field)]
            place.leaving += 1
            change = context.changes.get(each.address)
            if change is not None and change.operation is Operation.DELETE:
                place.going.append(each.address)
    for address, change in context.changes.items():
        if change.kind != kind.slug or change.ends:
            continue
        before, after = (
            side.get(address, {}).get(fact.field) for side in (context.fields_before, context.fields_after)
        )
        if change.makes:
            places[after].coming.append(address)
        elif before != after:
            places[after].coming.append(address)
            places[before].leaving += 1
    return places


def _shown(value: Canonical, context: PlanContext) -> str:
    return context.name_of(value) if isinstance(value, Ref) else f"the {value}"
