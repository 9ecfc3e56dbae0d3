"""Features: values that PagerDuty stores but ignores, because a feature is off for the object. Pure.

Only what is known is said: that the feature is off, in the manifest or in the account where that was read. PagerDuty warns of the rest
when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of


class Features(Check):
    """Says which values have no effect."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, change in context.changes.items():
            fact, pair = kind_of(change).facts.feature, context.paired.pairs.get(address)
            if fact is None or pair is None or pair.after.get(fact.field) is not False:
                continue
            if uses := fact.uses(pair.after):
                text = f"{fact.field} is off: PagerDuty stores {', '.join(uses)} but does not act on it"
                yield ChangeNote(address, text)
