"""The comparisons of the plan, for an account that this run itself is changing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from pdsync.apply.identity import Identities
from pdsync.apply.reader import Reader
from pdsync.client import Error
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject, split_marker
from pdsync.model.instant import render_instant
from pdsync.plan import Change, Operation
from pdsync.plan.saved.comparison import digest_for, find_differences, is_done


class Comparison:
    """Shared by all workers. Judges at the present, and knows what this run did to objects in between."""

    def __init__(self, identities: Identities, reader: Reader, clock: Callable[[], datetime]) -> None:
        self._identities = identities
        self._reader = reader
        self._clock = clock
        self._lock = Lock()
        self._own_digests: dict[tuple[str, str], str] = {}

    def is_as_planned(self, change: Change, live: LiveObject) -> bool:
        """True when nobody but this run has changed it since it was planned."""
        with self._lock:
            expected = self._own_digests.get((change.kind, live.id), change.digest)
        return digest_for(change, live, self._identities.id_of) == expected

    def remember(self, change: Change, live: LiveObject) -> None:
        """After an interim name the object differs from the plan by our own doing."""
        with self._lock:
            self._own_digests[change.kind, live.id] = digest_for(change, live, self._identities.id_of)

    def differences(self, live: LiveObject, values: Mapping[str, Canonical]) -> list[str]:
        """The fields that the object does not say."""
        return list(find_differences(live, values, self._identities.to_normal, render_instant(self._clock())))

    def is_done(self, change: Change, live: LiveObject) -> bool:
        """True when the object already says everything that the change would have made it say."""
        return is_done(change, live, self._identities.to_normal, render_instant(self._clock()))

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
