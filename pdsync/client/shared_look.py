"""One reading of a collection for several callers who look for something in it at the same time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

__all__ = ["SharedLook"]

Asked = TypeVar("Asked")
Found = TypeVar("Found")


@dataclass(slots=True)
class _Round(Generic[Asked, Found]):
    """Callers who wait for the same look. The first of them makes it."""

    asked: list[Asked] = field(default_factory=list)
    ended: Event = field(default_factory=Event)
    found: list[Found] | None = None


class SharedLook(Generic[Asked, Found]):
    """Looks at one collection, for many threads.

    A look serves those who asked before it began: it sees all that the API had when they asked. Those who ask while one is
    under way wait for the next. So many lost answers cost few looks, and one look at a time takes memory.

    Args:
        look: reads the collection, and gives what has to do with any of the things asked for.
    """

    def __init__(self, look: Callable[[Sequence[Asked]], list[Found]]) -> None:
        self._look = look
        self._one_at_a_time = Lock()
        self._lock = Lock()
        self._next: _Round[Asked, Found] | None = None

    def find(self, asked: Asked) -> list[Found]:
        """What has to do with `asked`, or with something that was asked for together with it. Raises what the look raises."""
        while True:
            mine, first = self._join(asked)
            if first:
                return self._lead(mine)
            mine.ended.wait()
            if mine.found is not None:
                return mine.found
            # The caller who looked has the error. One failure must not fail all: the next caller looks.

    def _join(self, asked: Asked) -> tuple[_Round[Asked, Found], bool]:
        with self._lock:
            first = self._next is None
            if self._next is None:
                self._next = _Round()
            self._next.asked.append(asked)
            return self._next, first

    def _lead(self, mine: _Round[Asked, Found]) -> list[Found]:
        try:
            with self._one_at_a_time:
                with self._lock:
                    self._next = None  # From here on it is too late to join.
                mine.found = self._look(mine.asked)
                return mine.found
        finally:
            with self._lock:
                if self._next is mine:
                    self._next = None
            mine.ended.set()
