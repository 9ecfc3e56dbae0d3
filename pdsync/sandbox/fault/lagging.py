"""Lagging: writes that reads do not see yet, as with an index that lags behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pdsync.sandbox.fault.action import Lag
from pdsync.sandbox.store.store import Change, Store


@dataclass(slots=True)
class _Late:
    changes: Sequence[Change]
    until_s: float | None
    reads_left: int | None
    everywhere: bool


class Lagging:
    """Used only under the store's lock."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self._late: list[_Late] = []

    def add(self, lag: Lag, changes: Sequence[Change]) -> None:
        until_s = None if lag.seconds is None else self._clock() + lag.seconds
        self._late.append(_Late(changes, until_s, lag.reads, lag.everywhere))

    def clear(self) -> None:
        self._late = []

    def unseen(self) -> frozenset[str]:
        """Ids of what single reads do not see yet because it is new. This counts as a read."""
        self._forget_past()
        late = [it for it in self._late if it.everywhere]
        found = frozenset(change.id for it in late for change in it.changes if change.old is None)
        self._count(late)
        return found

    @contextmanager
    def view(self, *, is_list: bool) -> Iterator[None]:
        """Inside, the store is as it was before the late writes that this read must not see. What a newer write has
        touched, or refers to, is seen: an answer is old, never broken."""
        if not self._late:
            yield
            return
        self._forget_past()
        late = [it for it in self._late if is_list or it.everywhere]
        hidden = [change for it in late for change in it.changes]
        self._count(late)
        with self._store.without(hidden):
            yield

    def _forget_past(self) -> None:
        now = self._clock()
        self._late = [it for it in self._late if it.until_s is None or it.until_s > now]

    def _count(self, late: list[_Late]) -> None:
        """One more read of these."""
        for it in late:
            if it.reads_left is not None:
                it.reads_left -= 1
        self._late = [it for it in self._late if it.reads_left is None or it.reads_left > 0]
