"""Delete limits: how much one plan may take away. Pure.

Deleted objects count, and lost items (`plan/loss.py`): a list that is emptied can end as much as a delete. An item counts for all
kinds together and for the kind of its object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Kind
from pdsync.model.address import without_step
from pdsync.model.kind import LiveItems
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Check, Finding, PlanContext, Refusal
from pdsync.plan.loss import NO_LOSS, Loss, compute_loss
from pdsync.plan.option import DeleteLimit, PlanOptions


class DeleteLimits(Check):
    """Refuses a plan that removes too much, over all kinds or of one kind. Count and percentage count both: a percentage alone lets
    a small account be emptied."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        options, counts = context.options, _count(context)
        overall = DeleteLimit(options.max_deletes, options.max_delete_percent)
        prunable = sum((count for slug, count in counts.items() if _is_pruned(BY_SLUG[slug])), _Count())
        found = list(_refuse([prunable, sum(counts.values(), _Count())], _Limit(overall), options))
        for slug, limit in sorted(options.limits_by_kind.items()):
            kind = BY_SLUG[slug]
            named = _Limit(limit, f" of {kind.nouns}", f"prune.kinds.{kind.name}")
            found += _refuse([counts.get(slug, _Count())], named, options)
        yield from map(Refusal, found)


def _is_pruned(kind: Kind) -> bool:
    """Whether objects of the kind are deleted with their manifest. People are not: a thousand of them must not hide that all teams go."""
    return kind.marker_line is not None


@dataclass(frozen=True, slots=True)
class _Count:
    """What a limit is compared with."""

    deletes: int = 0
    lost: Loss = NO_LOSS
    objects: int = 0
    """How many objects the workspace manages."""
    items: int = 0
    """How many items the workspace manages."""

    def __add__(self, other: _Count) -> _Count:
        return _Count(
            self.deletes + other.deletes,
            self.lost + other.lost,
            self.objects + other.objects,
            self.items + other.items,
        )

    def __str__(self) -> str:
        parts = [_number(self.deletes, "delete")] if self.deletes or not self.lost.total else []
        parts += [_number(self.lost.total, "removed item")] if self.lost.total else []
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit, and where pdsync.yaml says it."""

    limit: DeleteLimit
    what: str = ""
    """Which objects are counted: `` of teams``; empty for all."""
    key: str = "prune"


def _count(context: PlanContext) -> Mapping[str, _Count]:
    """By kind. What the workspace manages is what a manifest or a tombstone names, and what carries our marker."""
    counts: Counter[str] = Counter()
    deletes, lost, items = Counter[str](), dict[str, Loss](), Counter[str]()
    for change in context.changes.values():
        deletes[change.kind] += change.ends and not _is_left_over(change, context.changes)
        lost[change.kind] = lost.get(change.kind, NO_LOSS) + compute_loss(change)
    for pair in context.paired.pairs.values():
        if pair.live is not None:
            counts[pair.kind.slug] += 1
            own = context.changes.get(pair.resource.address)
            managed = {*pair.children, *(child.list_name for child in own.children)} if own else {*pair.children}
            named = {name: held for name, held in pair.children_before.items() if name in managed}
            items[pair.kind.slug] += _count_items(pair.kind, pair.before, named)
    pending = {each.ref for each in context.pending}
    for ref, (live, fields) in context.paired.others.items():
        if ref in pending or (live.marker is not None and live.marker.workspace == context.options.workspace):
            kind = BY_SLUG[live.kind]
            counts[live.kind] += 1
            lasting = {it.name: live.children.get(it.name, ()) for it in kind.children if it.loses}
            items[live.kind] += _count_items(kind, fields, lasting)
    return {
        slug: _Count(deletes[slug], lost.get(slug, NO_LOSS), counts[slug], items[slug]) for slug in {*counts, *lost}
    }


def _is_left_over(change: Change, changes: Mapping[str, Change]) -> bool:
    """Whether it deletes what a replacement of an earlier run left, because that run was cut off. It counted in the plan of that run; were it
    counted again, a plan that only finishes it might never be applied."""
    if change.operation is not Operation.RETIRE:
        return False
    new = changes.get(without_step(change.address))
    return new is None or new.replaces != change.id


def _count_items(kind: Kind, fields: Fields, lists: LiveItems) -> int:
    fact = kind.facts.on_call
    levels = len(fields.get(fact.field) or ()) if fact is not None and fact.counted else 0
    return levels + sum(map(len, lists.values()))


def _refuse(counts: Sequence[_Count], limit: _Limit, options: PlanOptions) -> Iterator[str]:
    """`counts`: the totals for the percentages, the overall total last."""
    most, most_percent = limit.limit.max_deletes, limit.limit.max_delete_percent
    count = counts[-1]
    said = f"{count}{limit.what}"
    if most is not None and count.deletes + count.lost.total > most:
        verb = "exceeds" if count.deletes + count.lost.total == 1 else "exceed"
        yield f"{said} {verb} the limit of {most} ({limit.key}.max_deletes in pdsync.yaml): nothing is applied"
    if most_percent is None:
        return
    for percent, what in _shares(counts, limit.what, options):
        if percent > most_percent:
            yield (
                f"{what}, above the limit of {most_percent} % ({limit.key}.max_delete_percent in pdsync.yaml): "
                "nothing is applied"
            )
            return


def _shares(counts: Sequence[_Count], what: str, options: PlanOptions) -> Iterator[tuple[float, str]]:
    """The share of managed objects and items that goes. Objects are counted alone too: many items must not hide that most objects go."""
    for part in counts:
        if part.deletes > options.small_delete and part.objects:
            percent = 100 * part.deletes / part.objects
            yield (
                percent,
                f"{_number(part.deletes, 'delete')}{what} are {percent:.0f} % of the {_number(part.objects, 'managed object')}",
            )
    count = counts[-1]
    held = count.objects + count.items
    is_small = count.deletes + count.lost.lasting <= options.small_delete and count.lost.others <= options.small_edit
    if not is_small and held:
        percent = 100 * (count.deletes + count.lost.total) / held
        of = f"{_number(count.objects, 'managed object')} and {_number(count.items, 'item')}"
        yield percent, f"{count}{what} are {percent:.0f} % of the {of}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
