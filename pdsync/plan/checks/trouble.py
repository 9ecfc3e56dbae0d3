"""Troubles: what is wrong with live objects and is no difference to their manifests. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import Check, Finding, Note, PlanContext


class Troubles(Check):
    """Says what a person has to mend."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, pair in context.paired.pairs.items():
            text = pair.kind.facts.trouble(pair.live) if pair.live is not None else ""
            if text:
                yield Note(f"{address}: {text}.")
