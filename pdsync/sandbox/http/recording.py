"""Recording: which requests were made, so that tests and users can count them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import NotRequired, TypedDict
from urllib.parse import unquote_plus

_KEPT = 100_000  # the oldest go first, so that a sandbox may run for months


class Recorded(TypedDict):
    """One request; ``query`` is the query string with its percent signs decoded, ``status`` 0 where the connection
    was dropped before anything was done. ``faults`` names what a rule did to it."""

    method: str
    path: str
    query: str
    status: int
    faults: NotRequired[list[str]]


class Recording:
    """The requests since the start or the last reset, oldest first. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[Recorded] = deque(maxlen=_KEPT)

    def add(self, method: str, path: str, raw_query: str, status: int, faults: Sequence[str] = ()) -> None:
        row: Recorded = {"method": method, "path": path, "query": unquote_plus(raw_query), "status": status}
        if faults:
            row["faults"] = list(faults)
        with self._lock:
            self._requests.append(row)

    def requests(self, last: int = _KEPT) -> list[Recorded]:
        with self._lock:
            newest = list(islice(reversed(self._requests), last))
        return [request.copy() for request in reversed(newest)]

    def reset(self) -> None:
        with self._lock:
            self._requests.clear()
