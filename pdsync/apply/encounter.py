"""What a create finds in place of nothing: its own object already made, a name that was taken, or duplicates."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from pdsync.apply.comparison import Comparison
from pdsync.apply.finder import Found
from pdsync.apply.reader import Reader
from pdsync.model import LiveObject
from pdsync.plan import Change, Outcome, Status


class Encounter:
    """Shared by all workers; holds nothing that changes.

    `freed` holds ids of objects that give up their name in this plan: they are in nobody's way.
    """

    def __init__(self, reader: Reader, comparison: Comparison, freed: AbstractSet[str]) -> None:
        self._reader = reader
        self._comparison = comparison
        self._freed = freed

    def judge(self, change: Change, found: Found, outcome: Outcome) -> Outcome | None:
        """The outcome of a create whose object, name or line is there although the plan saw nothing; None when the way is free."""
        if len(found.ours) > 1:
            what = "has the email address" if change.marker is None else "carries the ownership line"
            message = f"more than one object {what} of this manifest: {found.ids()}. Run plan again."
            return replace(outcome, status=Status.CONFLICT, message=message)
        if found.ours:
            return self._judge_ours(change, found.ours[0], outcome)
        others = [live.id for live in found.namesakes if live.id not in self._freed]
        if others:
            message = (
                f"the name {change.name!r} was taken since it was planned, by {', '.join(others)}. Run plan again."
            )
            return replace(outcome, status=Status.CONFLICT, message=message)
        return None

    def _judge_ours(self, change: Change, live: LiveObject, outcome: Outcome) -> Outcome:
        """Another run made it, with the same identity. It is a conflict unless it says exactly what this run would make it say."""
        full = self._reader.read(change.kind, live.id, change.child_lists) if change.child_lists else live
        if full is not None and self._comparison.is_done(change, full):
            return replace(outcome, status=Status.ALREADY, id=live.id)
        message = f"it was made meanwhile as {live.id} and is not as planned. Run plan again."
        return replace(outcome, status=Status.CONFLICT, id=live.id, message=message)
