"""Which creates go together, and when.

A create alone costs three requests: a look before, the POST, a look after. Where many objects of one collection are created, the
looks are shared: one sweep of the collection before the first POST, and one after the last. So creates of such a kind are held
back until all that are left of it can start, or until nothing else of the plan can go on; then those that are held form a group.
Nothing can wait for ever: a held create waits only for changes that are running or about to start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from pdsync.apply.bulk import BULK
from pdsync.apply.group import Group, Job
from pdsync.apply.writer import Writer
from pdsync.kinds import BY_SLUG
from pdsync.plan import Change, Operation


class BulkCreation:
    """The creates of one plan. Only the thread of the executor touches it."""

    def __init__(self, changes: Sequence[Change], writer: Writer) -> None:
        self._writer = writer
        creates = [change for change in changes if _may_go_together(change)]
        counts = Counter(change.kind for change in creates)
        self._coming: dict[str, set[str]] = defaultdict(set)
        """The addresses that are not held yet and have not ended, by kind."""
        for change in creates:
            if counts[change.kind] >= BULK:
                self._coming[change.kind].add(change.address)
        self._held: dict[str, list[Change]] = defaultdict(list)
        self._groups: list[Group] = []

    @property
    def is_under_way(self) -> bool:
        """Whether a create of a group is begun and not ended."""
        return any(self._groups)

    @property
    def is_holding(self) -> bool:
        """Whether creates wait for others that are to go with them."""
        return any(self._held.values())

    def hold(self, change: Change) -> bool:
        """Takes a create that could start, if it goes with others."""
        if change.address not in self._coming.get(change.kind, ()):
            return False
        self._coming[change.kind].discard(change.address)
        self._held[change.kind].append(change)
        return True

    def note_end(self, change: Change) -> None:
        """A change has ended, so nothing waits for it to start."""
        if change.kind in self._coming:
            self._coming[change.kind].discard(change.address)

    def release(self, *, is_idle: bool) -> Iterator[Change]:
        """Releases the creates that have everything they wait for, or all of them where nothing else runs. Returns those that are too few for a
        group: each of these is created by itself."""
        for slug, held in self._held.items():
            if not held or (self._coming[slug] and not is_idle):
                continue
            changes = sorted(held, key=lambda change: change.address)
            held.clear()
            if len(changes) < BULK:
                yield from changes
            else:
                self._groups.append(Group(slug, changes, self._writer))

    def next_job(self) -> Job | None:
        """What can be done now for one of the groups."""
        self._groups = [group for group in self._groups if group]
        return next((job for group in self._groups if (job := group.next_job()) is not None), None)

    def stop(self) -> None:
        """Begins nothing more. Creates that have written something are completed."""
        self._held.clear()
        for group in self._groups:
            group.drop_unwritten()


def _may_go_together(change: Change) -> bool:
    source = BY_SLUG[change.kind].source
    is_alone = source.parent is not None or source.nested is not None or bool(change.rest_waits_for)
    return change.operation is Operation.CREATE and not is_alone
