"""Field values: whether custom fields allow what manifests say about them. Pure.

Terms. A *definition* is a custom field: it says what the values of other objects may be.

What a manifest defines is checked with the manifests already (`manifest/value_check.py`). Here the account counts too: fields that no
manifest describes, and what will be left of fields once the plan is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Ref
from pdsync.model.codec.custom_field import value_problem
from pdsync.model.fact import ValueFact
from pdsync.plan.checks.check import Check, Edge, Finding, PlanContext
from pdsync.plan.diff.pending_delete import PendingDelete
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.pair import Pair


class FieldValues(Check):
    """Finds values that no field allows, and puts the changes of fields before those of their values, and deletes after them."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        facts = {slug: kind.facts.values for slug, kind in BY_SLUG.items() if kind.facts.values is not None}
        known: dict[str, Mapping[str, tuple[Ref, Fields]]] = {}
        for pair in context.paired.pairs.values():
            fact = facts.get(pair.kind.slug)
            if fact is None or not pair.written.get(fact.field) or fact.of in context.account.unknown:
                continue
            if fact.of not in known:
                known[fact.of] = {
                    str(held.get("name")): (ref, held) for ref, held in context.after.items() if ref.kind == fact.of
                }
            yield from _judge(pair, fact, known[fact.of], context)
        for pair, change in context.drafted:
            fact = facts.get(pair.kind.slug)
            if fact is not None and fact.field in change.values:
                yield from _put_before_deletes(pair, fact, change.address, context)
        for each in context.pending:
            fact = facts.get(each.live.kind)
            if fact is not None:
                yield from _delete_before_fields(each, fact, context)


def _delete_before_fields(holder: PendingDelete, fact: ValueFact, context: PlanContext) -> Iterator[Finding]:
    """What is deleted is kept in the journal with its values, so it goes while it has them."""
    held = holder.live.fields.get(fact.field)  # None where no values were read
    for each in context.pending:
        if each.live.kind == fact.of and (held is None or held.get(str(each.live.fields.get("name"))) is not None):
            yield Edge(each.address, holder.address)


def _put_before_deletes(pair: Pair, fact: ValueFact, address: str, context: PlanContext) -> Iterator[Finding]:
    """A field that is deleted takes its values along, and PagerDuty refuses what names it then."""
    held = pair.before.get(fact.field) or {}
    for each in context.pending:
        if each.live.kind == fact.of and held.get(str(each.live.fields.get("name"))) is not None:
            yield Edge(each.address, address)


def _judge(
    pair: Pair, fact: ValueFact, known: Mapping[str, tuple[Ref, Fields]], context: PlanContext
) -> Iterator[Finding]:
    address, noun = pair.resource.address, fact.of.replace("_", " ")
    place = str(pair.resource.positions.get(fact.field, pair.resource.source))
    for name, value in pair.written[fact.field].items():
        if name not in known:
            hint = f"Write a manifest for the field, or correct the name. Fields: {', '.join(sorted(known)) or 'none'}."
            yield PlanProblem(address, place, f"{fact.field}.{name}: there will be no {noun} of that name", hint)
            continue
        ref, definition = known[name]
        wrong = value_problem(definition, value) if value is not None else None
        if wrong is not None:
            yield PlanProblem(address, place, f"{fact.field}.{name}: {wrong[0]}", wrong[1])
        change = context.changes.get(ref.address or "")
        if change is not None and not change.ends and address in context.changes:
            yield Edge(address, change.address)
