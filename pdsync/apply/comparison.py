"""The comparisons of the plan, for an account that this run itself is changing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from msgspec.structs import replace

from pdsync.apply.identity import Identities
from pdsync.apply.verification import is_line_stored
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject
from pdsync.model.instant import render_instant
from pdsync.plan import Change, Operation, Outcome, Status
from pdsync.plan.saved.judgement import (
    Found,
    Judgement,
    Verdict,
    View,
    digest_for,
    find_differences,
    is_shown_or_recorded,
    judge_create,
    judge_existing,
)


class Comparison:
    """Shared by all workers. Judges at the present, and knows what this run did to objects in between."""

    def __init__(self, identities: Identities, clock: Callable[[], datetime]) -> None:
        self._identities = identities
        self._clock = clock
        self._lock = Lock()
        self._own_digests: dict[tuple[str, str], str] = {}

    def judge(self, change: Change, live: LiveObject | None) -> Judgement:
        """Whether a change of an object may still be written. What this run did to it does not count as a change since."""
        with self._lock:
            digest = self._own_digests.get((change.kind, change.id or ""), change.digest)
        judgement = judge_existing(change, live, self._view(), digest)
        if live is None and judgement.verdict is Verdict.ALREADY and BY_SLUG[change.kind].source.may_be_refused:
            # The account may have lost the collection since, which does not prove that the object is gone.
            return Judgement(Verdict.CONFLICT, f"{change.id} no longer exists, or can no longer be read")
        return judgement

    def judge_create(self, change: Change, found: Found, freed: frozenset[str]) -> Judgement:
        """Whether a create may still be written, with what was found where it would put its object."""
        return judge_create(change, found, self._view(), freed)

    def _view(self) -> View:
        return View(self._identities.to_normal, self._identities.id_of, render_instant(self._clock()))

    def remember(self, change: Change, live: LiveObject) -> None:
        """After an interim name the object differs from the plan because of our own write."""
        with self._lock:
            self._own_digests[change.kind, live.id] = digest_for(change, live, self._identities.id_of)

    def differences(self, live: LiveObject, values: Mapping[str, Canonical]) -> list[str]:
        """The fields that the object does not have as planned."""
        return list(find_differences(live, values, self._identities.to_normal, render_instant(self._clock())))

    def says(self, change: Change, values: Mapping[str, Canonical], live: LiveObject) -> bool:
        """True when the object says what a request with these values of the change would have made it say. The ownership
        line counts: to adopt and to release is to change nothing else."""
        names_line = bool(BY_SLUG[change.kind].marker_fields & values.keys())
        if (names_line or change.operation is Operation.RELEASE) and not is_line_stored(change, live):
            return False
        return not self.differences(live, values) and is_shown_or_recorded(change, values, live)


def ended_by(judgement: Judgement, outcome: Outcome) -> Outcome:
    """The outcome of a change that cannot be written any more, or does not have to be."""
    if judgement.verdict is Verdict.ALREADY:
        return replace(outcome, status=Status.ALREADY)
    return replace(outcome, status=Status.CONFLICT, message=f"{judgement.reason}. Run plan again.")
