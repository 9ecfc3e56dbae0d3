"""Overlap: whether a request was under way while another one of its place was carried out.

PagerDuty fails where two requests join objects at once. Which of two requests fails depends on their order alone, so that
nothing has to wait for it: the one that is carried out later.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "pdsync.sandbox.overlap"
_JOINING = ("associate", "disassociate", "change_tags")
"""The last part of the paths that are watched."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many requests of each place have been carried out. Safe for threads."""

    _carried_out: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arrive(self, path: str) -> int:
        """What a request brings to :meth:`carry_out`."""
        place = _place(path)
        with self._lock:
            return self._carried_out[place] if place else 0

    def carry_out(self, path: str, arrived: int) -> bool:
        """Whether another request of this place was carried out since this one arrived."""
        place = _place(path)
        if not place:
            return False
        with self._lock:
            before = self._carried_out[place]
            self._carried_out[place] += 1
        return before != arrived


def noting_arrival(app: WSGIApplication, overlap: Overlap) -> WSGIApplication:
    """Around everything that may hold a request back."""

    def noted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[KEY] = overlap.arrive(environ["PATH_INFO"])
        return app(environ, start_response)

    return noted


def _place(path: str) -> str:
    """All dependencies are one place; tags are one for each of the objects that have some."""
    place, _, last = path.rpartition("/")
    return place if last in _JOINING else ""
