"""Troubles: what is wrong with live objects although they are as their manifests say. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import Check, Finding, Note, PlanContext


class Troubles(Check):
    """Says what a person has to repair."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, pair in context.paired.pairs.items():
            trouble = pair.kind.facts.trouble
            text = trouble(pair.live) if trouble is not None and pair.live is not None else ""
            if text:
                yield Note(f"{address}: {text}.")
