"""Ownership line: a description must have room for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import join_marker, split_marker
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext
from pdsync.plan.diff.draft import DESCRIPTION_LIMIT


class OwnershipLine(Check):
    """Blocks the write of a line that does not fit below the description that an object has."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            marker = split_marker(change.marker)[1] if pair.live is not None else None
            if marker is None:
                continue
            over = len(join_marker(pair.after.get("description") or "", marker)) - DESCRIPTION_LIMIT
            if over > 0:
                message = f"description: its description leaves no room for the ownership line: shorten it by {over} characters"
                yield Blocker(change.address, message)
