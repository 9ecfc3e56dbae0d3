"""From address: PagerDuty may refuse an account-level key that creates some objects without one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pdsync.plan.checks.check import Check, Finding, Note, PlanContext, kind_of


class FromAddress(Check):
    """Says what to do where PagerDuty refuses creates that have no From address.

    It does not block them: PagerDuty's API description requires the address, and clients that work create users
    without it (terraform-provider-pagerduty #291).
    """

    def find(self, context: PlanContext) -> Iterator[Finding]:
        if context.options.has_from:
            return
        created = Counter(
            kind_of(change).nouns
            for change in context.changes.values()
            if change.makes and kind_of(change).facts.needs_from
        )
        for what in created:
            yield Note(
                f"no From address is set: PagerDuty may refuse to create {what} with an account-level key. "
                "If it does, set 'from' in pdsync.yaml or --from, and run apply again"
            )
