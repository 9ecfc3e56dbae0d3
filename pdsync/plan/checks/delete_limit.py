"""Delete limits: how much one plan may delete. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

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
        overall = DeleteLimit(options.max_deletes, options.max_delete_percent)
        found = list(_refuse(deletes.total(), owned.total(), overall, options.small_delete, "", "prune"))
        for slug, limit in sorted(options.limits_by_kind.items()):
            kind = BY_SLUG[slug]
            words = f" of {kind.nouns}", f"prune.kinds.{kind.name}"
            found += _refuse(deletes[slug], owned[slug], limit, options.small_delete, *words)
        yield from map(Refusal, found)


def _refuse(deletes: int, owned: int, limit: DeleteLimit, small: int, what: str, key: str) -> Iterator[str]:
    if limit.max_deletes is not None and deletes > limit.max_deletes:
        yield (
            f"{deletes} deletes{what} exceed the limit of {limit.max_deletes} ({key}.max_deletes in pdsync.yaml): "
            "nothing is applied"
        )
    percent = 100 * deletes / owned if owned else 0
    if limit.max_delete_percent is not None and deletes > small and percent > limit.max_delete_percent:
        yield (
            f"{deletes} deletes{what} are {percent:.0f} % of the {owned} managed objects, above the limit of "
            f"{limit.max_delete_percent} % ({key}.max_delete_percent in pdsync.yaml): nothing is applied"
        )
