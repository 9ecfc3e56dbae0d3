"""Lasting items: child items that the API cannot create. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.change import ChildOperation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext


class LastingItems(Check):
    """Blocks the addition of an item that only its owner can create."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for child in change.children:
                declared = pair.kind.child(child.list_name)
                if child.operation is ChildOperation.ADD and declared is not None and declared.lasting(child.values):
                    because = f": {declared.lasting_because}" if declared.lasting_because else ""
                    message = f"{child.list_name} {child.label!r} cannot be created through the API{because}"
                    yield Blocker(change.address, message)
