"""The comparisons of the plan, for an account that this run itself is changing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from msgspec.structs import replace

from pdsync.apply.identity import Identities
from pdsync.apply.reader import Reader
from pdsync.client import Error
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject, split_marker
from pdsync.model.instant import render_instant
from pdsync.plan import Change, Operation, Outcome, Status
from pdsync.plan.saved.judgement import (
    Found,
    Judgement,
    Verdict,
    View,
    digest_for,
    find_differences,
    judge_create,
    judge_document,
    judge_existing,
)


class Comparison:
    """Shared by all workers. Judges at the present, and knows what this run did to objects in between."""

    def __init__(self, identities: Identities, reader: Reader, clock: Callable[[], datetime]) -> None:
        self._identities = identities
        self._reader = reader
        self._clock = clock
        self._lock = Lock()
        self._own_digests: dict[tuple[str, str], str] = {}

    def judge(self, change: Change, live: LiveObject | None) -> Judgement:
        """Whether a change of an object may still be written. What this run did to it does not count as a change since."""
        with self._lock:
            digest = self._own_digests.get((change.kind, change.id or ""), change.digest)
        judgement = judge_existing(change, live, self._view(), digest)
        listing = BY_SLUG[change.kind].listing
        if live is None and judgement.verdict is Verdict.ALREADY and listing is not None and listing.may_be_refused:
            # The account may have lost the collection since, which is no proof that the object is gone.
            return Judgement(Verdict.CONFLICT, f"{change.id} cannot be found, or cannot be read any more")
        return judgement

    def judge_create(self, change: Change, found: Found, freed: frozenset[str]) -> Judgement:
        """Whether a create may still be written, with what was found where it would put its object."""
        return judge_create(change, found, self._view(), freed)

    def judge_document(self, change: Change, live: LiveObject) -> Judgement:
        """Whether the document of a new parent may still be written."""
        return judge_document(change, live, self._view())

    def _view(self) -> View:
        return View(self._identities.to_normal, self._identities.id_of, render_instant(self._clock()))

    def remember(self, change: Change, live: LiveObject) -> None:
        """After an interim name the object differs from the plan by our own doing."""
        with self._lock:
            self._own_digests[change.kind, live.id] = digest_for(change, live, self._identities.id_of)

    def differences(self, live: LiveObject, values: Mapping[str, Canonical]) -> list[str]:
        """The fields that the object does not say."""
        return list(find_differences(live, values, self._identities.to_normal, render_instant(self._clock())))

    def says(self, change: Change, values: Mapping[str, Canonical], live: LiveObject) -> bool:
        """True when the object says what a request with these values of the change would have made it say. The ownership
        line counts: to adopt and to release is to change nothing else."""
        if change.operation is Operation.RELEASE and live.marker is not None:
            return False
        wanted = split_marker(change.marker)[1]
        if (
            wanted is not None
            and BY_SLUG[change.kind].marker_fields & values.keys()
            and not wanted.says_the_same(live.marker)
        ):
            return False
        return not self.differences(live, values)

    def verify(self, change: Change, answered: LiveObject, values: Mapping[str, Canonical]) -> str:
        """Says which fields PagerDuty stored otherwise than asked; the answer itself is looked at, nothing is read."""
        differs = self.differences(answered, values)
        if differs:
            # An answer may leave out what only an include delivers: ask once more before saying anything.
            try:
                live = self._reader.read(change.kind, answered.id, ())
            except Error as error:
                return f"PagerDuty answered something else in {', '.join(differs)}, and it could not be read again: {error}"
            differs = self.differences(live, values) if live else []
        return f"PagerDuty stored something else in {', '.join(differs)}; the next plan shows it" if differs else ""


def ended_by(judgement: Judgement, outcome: Outcome) -> Outcome:
    """The outcome of a change that may not, or need not, be written any more."""
    if judgement.verdict is Verdict.ALREADY:
        return replace(outcome, status=Status.ALREADY)
    return replace(outcome, status=Status.CONFLICT, message=f"{judgement.reason}. Run plan again.")
