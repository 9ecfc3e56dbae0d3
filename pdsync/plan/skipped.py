"""Skipped changes: what an apply leaves out because a blocker stops one change alone. Pure.

Most blockers stop the whole plan, since the rest of it may make no sense without the blocked change. A blocker that is *alone* stops
its own change and what waits for it. The rest of the plan is applied, and the result says that not everything was done.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from pdsync.model.address import without_interim
from pdsync.plan.change import Change


def find_skipped(changes: Sequence[Change]) -> frozenset[str]:
    """Addresses of the changes whose blockers stop them alone, and of those that wait for one."""
    skipped: set[str] = set()
    found = {change.address for change in changes if change.blockers and change.alone}
    while found:
        skipped |= found
        # An interim name is only of use if its object gets the new name too.
        found = {
            change.address
            for change in changes
            if not skipped.isdisjoint((*change.waits_for, *change.rest_waits_for, without_interim(change.address)))
        } - skipped
    return frozenset(skipped)


def note_skipped(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes, where those that are skipped without a blocker of their own say which one they wait for."""
    skipped = find_skipped(changes)
    return tuple(
        replace(change, notes=(*change.notes, f"skipped: {why_skipped(change, skipped)}"))
        if change.address in skipped and not change.blockers
        else change
        for change in changes
    )


def why_skipped(change: Change, skipped: frozenset[str]) -> str:
    """Why an apply leaves out one of the skipped changes: its blockers, or what it waits for."""
    causes = sorted(skipped.intersection((*change.waits_for, *change.rest_waits_for))) or [
        without_interim(change.address)
    ]
    return "; ".join(change.blockers) or f"it waits for {', '.join(causes)}, which is skipped"
