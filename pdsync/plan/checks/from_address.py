"""From address: what an account-level key needs to make some objects. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, kind_of


class FromAddress(Check):
    """Blocks creations for which PagerDuty asks who acts, where the token does not say it."""

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
