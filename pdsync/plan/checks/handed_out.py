"""Secrets that PagerDuty makes with an object and shows once: an apply needs something that takes them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext


class HandedOut(Check):
    """Says what an apply needs. The plan itself is fine without."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, change in context.changes.items():
            fact = change.hands_out
            if fact is not None:
                text = (
                    f"PagerDuty shows its {fact.noun} only once: apply needs --secrets-out FILE or --secrets-to COMMAND"
                )
                yield ChangeNote(address, text)
