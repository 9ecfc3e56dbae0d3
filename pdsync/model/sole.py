"""Fields that PagerDuty keeps true for one object at most of those that share another field (`SoleFact`). Pure.

To write such a field for one object takes it from the one that had it. So two manifests that both ask for it would take it from each
other in every apply.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from pdsync.model.fact import SoleFact
from pdsync.model.kind import Kind
from pdsync.model.live import LiveObject
from pdsync.model.passing import Clash, Fields


def find_sole_clashes(kind: Kind, fact: SoleFact, manifests: Sequence[Fields]) -> Iterator[Clash]:
    """Manifests that ask for the same, each with the first that does."""
    first: dict[object, int] = {}
    for number, fields in enumerate(manifests):
        if fields.get(fact.field) is not True or fields.get(fact.among) is None:
            continue
        other = first.setdefault(fields[fact.among], number)
        if other != number:
            path = ("spec", fact.field)
            yield Clash((other, path), (number, path), lambda place: _problem(kind, fact, place))


def without_taken(group: Iterable[LiveObject], fact: SoleFact, takers: Collection[str]) -> Iterator[LiveObject]:
    """The objects once the field was written as true for those with the ids `takers`."""
    lives = list(group)
    taken = {live.fields.get(fact.among) for live in lives if live.id in takers}
    for live in lives:
        is_taken = (
            live.id not in takers and live.fields.get(fact.field) is True and live.fields.get(fact.among) in taken
        )
        yield replace(live, fields={**live.fields, fact.field: False}) if is_taken else live


def _problem(kind: Kind, fact: SoleFact, place: str) -> tuple[str, str]:
    message = f"{fact.field} is true at {place} too, for the same {fact.among}"
    return message, f"PagerDuty keeps it for one of the {kind.plural} of one {fact.among}: remove it from the others."
