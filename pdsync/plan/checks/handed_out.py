"""Secrets that PagerDuty makes with an object and shows once: an apply needs something that takes them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext, kind_of


class HandedOut(Check):
    """Says what an apply needs. The plan itself is fine without. An object whose secret no one may have is replaced, or nothing of it is
    changed: its ownership line must not say that all is well."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, change in context.changes.items():
            fact = change.hands_out
            if fact is not None:
                text = (
                    f"PagerDuty shows its {fact.noun} only once: apply needs --secrets-out FILE or --secrets-to COMMAND"
                )
                yield ChangeNote(address, text)
        for pair, change in context.drafted:
            fact = kind_of(change).facts.hands_out
            if (
                fact is not None
                and pair.live is not None
                and pair.live.marker is not None
                and pair.live.marker.is_secret_due
            ):
                text = (
                    f"it is not known that its {fact.noun} was handed out, and this manifest cannot replace it: delete "
                    f"{pair.live.id}, and remove metadata.id where the manifest has one"
                )
                yield Blocker(change.address, text)
