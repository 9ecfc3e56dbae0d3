"""Delete limits: how much one plan may delete. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Check, Finding, PlanContext, Refusal
from pdsync.plan.option import DeleteLimit


class DeleteLimits(Check):
    """Refuses a plan that deletes too much, over all kinds or of one. Count and percentage count both: a percentage alone lets a
    small account be emptied."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        options = context.options
        changes = context.changes.values()
        deletes = Counter(change.kind for change in changes if change.operation is Operation.DELETE)
        owned = Counter(
            live.kind
            for group in context.account.objects.values()
            for live in group
            if live.marker is not None and live.marker.workspace == options.workspace
        )
        owned.update(_documents(context))
        overall = DeleteLimit(options.max_deletes, options.max_delete_percent)
        found = list(_refuse(_Count(deletes.total(), owned.total()), overall, options.small_delete))
        for slug, limit in sorted(options.limits_by_kind.items()):
            kind = BY_SLUG[slug]
            count = _Count(deletes[slug], owned[slug], f" of {kind.nouns}", f"prune.kinds.{kind.name}")
            found += _refuse(count, limit, options.small_delete)
        yield from map(Refusal, found)


def _documents(context: PlanContext) -> Iterator[str]:
    """The kinds of the documents that the workspace manages: they carry no marker, and a manifest or a tombstone names them."""
    paired = [pair.live for pair in context.paired.pairs.values() if pair.live is not None]
    for live in (*paired, *(each.live for each in context.pending)):
        if BY_SLUG[live.kind].document is not None:
            yield live.kind


@dataclass(frozen=True, slots=True)
class _Count:
    """What a limit is held against."""

    deletes: int
    owned: int
    """How many objects the workspace manages."""
    what: str = ""
    """Which objects are counted: `` of teams``; empty for all."""
    key: str = "prune"
    """Where pdsync.yaml says the limit."""


def _refuse(count: _Count, limit: DeleteLimit, small: int) -> Iterator[str]:
    said = f"{count.deletes} deletes{count.what}"
    if limit.max_deletes is not None and count.deletes > limit.max_deletes:
        yield (
            f"{said} exceed the limit of {limit.max_deletes} ({count.key}.max_deletes in pdsync.yaml): "
            "nothing is applied"
        )
    percent = 100 * count.deletes / count.owned if count.owned else 0
    if limit.max_delete_percent is not None and count.deletes > small and percent > limit.max_delete_percent:
        yield (
            f"{said} are {percent:.0f} % of the {count.owned} managed objects, above the limit of "
            f"{limit.max_delete_percent} % ({count.key}.max_delete_percent in pdsync.yaml): nothing is applied"
        )
