"""Duplicates: live child items that nothing tells apart. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import Check, Finding, Note, PlanContext
from pdsync.plan.pairing.duplicate import report_duplicates


class Duplicates(Check):
    """Notes duplicates that only stay; those of which one would have to change are problems."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair in context.paired.pairs.values():
            if pair.children_before:
                notes, problems = report_duplicates(pair)
                yield from map(Note, notes)
                yield from problems
