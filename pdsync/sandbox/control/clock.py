"""Clock: what time it is in the sandbox. A test does not wait for tomorrow: it moves the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

FURTHEST_S = 20 * 365 * 86_400
"""How far ahead of the real time it can be in all: what is rendered from there must still be a date."""


class Clock:
    """``real`` gives the moment (UTC) that this one begins with. Safe for threads."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real, self._ahead, self._lock = real, timedelta(0), threading.Lock()

    def now(self) -> datetime:
        return self._real() + self._ahead

    @property
    def ahead_s(self) -> float:
        return self._ahead.total_seconds()

    def advance(self, seconds: float) -> None:
        """Forward only: else what has happened would lie in the future. Raises ValueError for any other value."""
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= FURTHEST_S:
            raise ValueError(f"seconds must be a number from 0 to {FURTHEST_S}")
        with self._lock:
            if self.ahead_s + seconds > FURTHEST_S:
                raise ValueError(f"the clock may be at most {FURTHEST_S} seconds ahead, and is {self.ahead_s:g} ahead")
            self._ahead += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Back to the real time, for an account where nothing has happened since."""
        with self._lock:
            self._ahead = timedelta(0)
