"""From address: an account-level key cannot create some objects without one. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, kind_of


class FromAddress(Check):
    """Blocks creates that need a From address, where none is configured."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        if context.options.has_from:
            return
        for change in context.changes.values():
            if change.operation is Operation.CREATE and kind_of(change).facts.needs_from:
                what = kind_of(change).nouns
                message = (
                    f"an account-level key needs a From address to create {what}: set 'from' in pdsync.yaml or --from"
                )
                yield Blocker(change.address, message)
