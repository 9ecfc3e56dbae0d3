"""One look through a collection for several changes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock

from pdsync.model import LiveObject
from pdsync.plan import Change

Look = Callable[[Sequence[Change]], list[LiveObject]]
"""Reads a collection, and gives what has to do with any of the changes."""


@dataclass(slots=True)
class _Round:
    """Changes that wait for the same look. Whoever came first makes it."""

    changes: list[Change] = field(default_factory=list)
    ended: Event = field(default_factory=Event)
    found: list[LiveObject] | None = None


class SharedLook:
    """Looks at one collection. Used by several workers at once.

    A look serves those who asked before it began: it sees whatever PagerDuty had when they asked. Who asks while one is under
    way waits for the next. So many lost answers cost few looks, and one look at a time takes memory.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._one_at_a_time = Lock()
        self._lock = Lock()
        self._next: _Round | None = None

    def find(self, change: Change) -> list[LiveObject]:
        """What there is that has to do with the change, or with one that was looked for together with it. Raises what the look raises."""
        while True:
            mine, first = self._join(change)
            if first:
                return self._lead(mine)
            mine.ended.wait()
            if mine.found is not None:
                return mine.found
            # Whoever looked was told why it failed. One failure must not be that of all: the next one looks.

    def _join(self, change: Change) -> tuple[_Round, bool]:
        with self._lock:
            first = self._next is None
            if self._next is None:
                self._next = _Round()
            self._next.changes.append(change)
            return self._next, first

    def _lead(self, mine: _Round) -> list[LiveObject]:
        try:
            with self._one_at_a_time:
                with self._lock:
                    self._next = None  # From here on it is too late to join.
                mine.found = self._look(mine.changes)
                return mine.found
        finally:
            with self._lock:
                if self._next is mine:
                    self._next = None
            mine.ended.set()
