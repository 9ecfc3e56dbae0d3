"""Capacities: PagerDuty refuses more than so many objects that have one value of a field. Pure.

New objects are made before others are deleted: should a create fail, the old object is still there. So what counts is how many there are at
most during an apply, and a replacement needs one more than there are for a moment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from pdsync.kinds import KINDS
from pdsync.model import Canonical, Kind, Ref
from pdsync.model.fact import CapacityFact
from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext


class Capacities(Check):
    """Blocks what PagerDuty would refuse for lack of room."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for kind in KINDS:
            if kind.facts.capacity is not None and any(it.kind == kind.slug for it in context.changes.values()):
                yield from _judge(context, kind, kind.facts.capacity)


def _judge(context: PlanContext, kind: Kind, fact: CapacityFact) -> Iterator[Finding]:
    there = Counter(fields.get(fact.field) for ref, fields in context.before.items() if ref.kind == kind.slug)
    coming: dict[Canonical, list[str]] = defaultdict(list)
    for address, change in context.changes.items():
        if change.kind != kind.slug or change.ends:
            continue
        before = context.fields_before.get(address, {}).get(fact.field) if not change.makes else None
        after = context.fields_after.get(address, {}).get(fact.field)
        if after is not None and before != after:
            coming[after].append(address)
    for value, addresses in coming.items():
        if there[value] + len(addresses) <= fact.most:
            continue
        for address in addresses:
            text = (
                f"PagerDuty allows {fact.most} {kind.nouns} for {_shown(value, context)}, and there are {there[value]}"
            )
            if context.changes[address].operation is Operation.REPLACE:
                text += ". The new one is created before the old one is deleted"
            yield Blocker(address, f"{text}: delete one of them in an apply before this one")


def _shown(value: Canonical, context: PlanContext) -> str:
    return context.name_of(value) if isinstance(value, Ref) else f"the {value}"
