"""Ownership line: its field must have room for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import split_marker
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext
from pdsync.plan.diff.draft import missing_room


class OwnershipLine(Check):
    """Blocks the write of a line that does not fit below the text that an object has."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            line, marker = pair.kind.marker_line, split_marker(change.marker)[1]
            if pair.live is None or line is None or marker is None:
                continue
            over = missing_room(pair, marker)
            if over > 0:
                message = f"{line.field}: its {line.field} leaves no room for the ownership line: shorten it by {over} characters"
                yield Blocker(change.address, message)
