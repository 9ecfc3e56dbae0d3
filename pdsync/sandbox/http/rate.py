"""Rate: a budget of requests per minute for each token."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

_WINDOW_S = 60.0
_FEW = 1000  # tokens that are not worth the looking


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left for a token after this request; ``reset_s`` is in whole seconds, rounded up."""

    granted: bool
    limit: int
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """The headers PagerDuty sends with every answer, and Retry-After with a refusal."""
        headers = {
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(self.remaining),
            "ratelimit-reset": str(self.reset_s),
        }
        return headers if self.granted else {**headers, "Retry-After": str(self.reset_s)}


class RateLimiter:
    """Counts requests in windows of one minute that begin with a token's first request. Safe for threads.

    PagerDuty's own limit is 960 a minute and token (staff answer in its community, thread 151).
    """

    def __init__(self, limit_per_minute: int, clock: Callable[[], float]) -> None:
        self._limit = limit_per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}
        self._most = _FEW

    def take(self, token: str) -> Allowance:
        with self._lock:
            now = self._clock()
            start, used = self._windows.get(token, (now, 0))
            if now - start >= _WINDOW_S:
                start, used = now, 0
            if token not in self._windows and len(self._windows) >= self._most:
                self._forget(now)
            granted = used < self._limit
            used += granted
            self._windows[token] = (start, used)
        reset_s = max(1, math.ceil(start + _WINDOW_S - now))
        return Allowance(granted, self._limit, self._limit - used, reset_s)

    def _forget(self, now: float) -> None:
        """Drops the windows that are over; looked at again when there are twice as many as are left."""
        self._windows = {token: it for token, it in self._windows.items() if now - it[0] < _WINDOW_S}
        self._most = max(_FEW, 2 * len(self._windows))

    def refusal(self) -> Allowance:
        """For a request that is refused at random; it costs nothing of the budget."""
        return Allowance(False, self._limit, 0, 1)
