"""Recording: which requests were made, so that tests and users can count them."""

from __future__ import annotations

import threading
from collections import deque
from typing import TypedDict

_KEPT = 100_000  # the oldest go first, so that a sandbox may run for months


class Recorded(TypedDict):
    """One request; ``query`` is the query string with its percent signs decoded."""

    method: str
    path: str
    query: str
    status: int


class Recording:
    """The requests since the start or the last reset, oldest first. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[Recorded] = deque(maxlen=_KEPT)

    def add(self, method: str, path: str, query: str, status: int) -> None:
        with self._lock:
            self._requests.append({"method": method, "path": path, "query": query, "status": status})

    def requests(self) -> list[Recorded]:
        with self._lock:
            return [request.copy() for request in self._requests]

    def reset(self) -> None:
        with self._lock:
            self._requests.clear()
