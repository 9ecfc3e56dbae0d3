"""What a create may find in the account: its own object, a name that was taken, or duplicates."""

from __future__ import annotations

from msgspec.structs import replace

from pdsync.apply.comparison import Comparison, ended_by
from pdsync.apply.reader import Reader
from pdsync.plan import Change, Outcome, Verdict
from pdsync.plan.saved.judgement import Found, Judgement


class Encounter:
    """Shared by all workers; holds nothing that changes.

    `freed` holds ids of objects that give up their name in this plan: another object may take it.
    """

    def __init__(self, reader: Reader, comparison: Comparison, freed: frozenset[str]) -> None:
        self._reader = reader
        self._comparison = comparison
        self._freed = freed

    def judge(self, change: Change, found: Found, outcome: Outcome) -> Outcome | None:
        """The outcome of a create whose object, name or line is there although the plan saw nothing; None when the way is free.

        An object that another run created with the same identity counts as done only if it matches exactly.
        """
        if len(found.ours) != 1:
            judgement = self._comparison.judge_create(change, found, self._freed)
        else:
            made = found.ours[0]
            outcome = replace(outcome, id=made.id)
            full = self._reader.read(change.kind, made.id, change.read_apart) if change.read_apart else made
            if full is None:
                judgement = Judgement(
                    Verdict.CONFLICT, f"it was created in the meantime, as {made.id}, and deleted again"
                )
            else:
                judgement = self._comparison.judge_create(change, Found((full,)), self._freed)
        return ended_by(judgement, outcome) if judgement.verdict is not Verdict.VALID else None
