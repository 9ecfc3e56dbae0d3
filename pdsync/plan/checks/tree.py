"""Trees: an object goes below one of its descendants only when that one has left it. Pure.

PagerDuty refuses a circle at every moment, not just at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pdsync.model import Fields
from pdsync.plan.checks.check import Check, Edge, Finding, PlanContext, kind_of


class Trees(Check):
    """Orders moves within the tree of teams, and the like."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        before, after = context.fields_before, context.fields_after
        for address, change in context.changes.items():
            field = kind_of(change).facts.tree
            wanted = after.get(address, {}).get(field) if field else None
            if wanted is None or wanted == before.get(address, {}).get(field):
                continue
            for step in _trail(address, wanted.address, before, field):
                moves = before.get(step, {}).get(field) != after.get(step, {}).get(field)
                if step in context.changes and moves:
                    yield Edge(address, step)


def _trail(address: str, start: str | None, before: Mapping[str, Fields], field: str) -> list[str]:
    """What is above `start` up to the object itself; nothing where the way up does not lead there."""
    trail: list[str] = []
    node = start
    while node is not None and node not in trail and node != address:
        trail.append(node)
        above = before.get(node, {}).get(field)
        node = above.address if above is not None else None
    return trail if node == address else []
