"""Whether a live object is as it was planned against, or already as it should become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from pdsync.apply.identity import Identities
from pdsync.apply.reader import Reader
from pdsync.kinds import BY_SLUG, Canonical, LiveObject
from pdsync.plan import Change, ChildChange, ChildOperation, Operation


class Comparison:
    """Shared by all workers. Knows what this run itself did to objects in between."""

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
        return self._digest(change, live) == expected

    def remember(self, change: Change, live: LiveObject) -> None:
        """After an interim name the object differs from the plan by our own doing."""
        with self._lock:
            self._own_digests[change.kind, live.id] = self._digest(change, live)

    def _digest(self, change: Change, live: LiveObject) -> str:
        ids = (self._identities.id_of(ref) for ref in change.implied)
        return live.digest(change.child_lists, frozenset(identity for identity in ids if identity))

    def differences(self, live: LiveObject, values: Mapping[str, Canonical]) -> list[str]:
        """The fields that the object does not say, judged at the present."""
        return self._reader.differences(live, values, self._clock())

    def is_done(self, change: Change, live: LiveObject) -> bool:
        """True when the object already says everything that the change would have made it say."""
        if change.operation in (Operation.DELETE, Operation.INTERIM):
            return False
        if change.marker is not None and str(live.marker or "") != change.marker:
            return False
        if self.differences(live, {**change.values, **change.followup}):
            return False
        return all(self._is_child_done(child, live) for child in change.children)

    def _is_child_done(self, change: ChildChange, live: LiveObject) -> bool:
        declared = BY_SLUG[live.kind].child(change.list_name)
        assert declared is not None
        held = self._reader.children_of(live, change.list_name)
        if change.operation is ChildOperation.REMOVE:
            return all(child.id != change.id for child in held)
        same = [child.value for child in held if declared.key_of(child.value) == change.key]
        return any(all(value.get(name) == wanted for name, wanted in change.values.items()) for value in same)

    def verify(self, change: Change, answered: LiveObject, values: Mapping[str, Canonical]) -> str:
        """Says which fields PagerDuty stored otherwise than asked; the answer itself is looked at, nothing is read."""
        differs = self.differences(answered, values)
        if differs:
            # An answer may leave out what only an include delivers: ask once more before saying anything.
            live = self._reader.read(change.kind, answered.id, ())
            differs = self.differences(live, values) if live else []
        return f"PagerDuty stored something else in {', '.join(differs)}; the next plan shows it" if differs else ""
