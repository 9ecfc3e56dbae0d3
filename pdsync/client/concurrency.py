"""How many requests of a client may be under way at a time, found out from the answers. Pure: the caller has the clock and the lock.

It begins with 8: a first look at an account asks for one page of each kind. Each answer allows one more, up to 16, as long as the
answers come quickly. 16 is what a second of PagerDuty's budget holds (960 requests a minute). More would only use up the minute sooner,
and it is not far from the ten that Terraform has under way, which PagerDuty handles every day.

Where answers take more than twice as long as the quickest of their kind, the requests wait for each other in the server. The limit
shrinks by as much, but not below 4: latency rises for reasons of the server's own, too. A 429, a 5xx or no answer at all halves
it, down to 1. After the first of these it grows by one a round, a round being as many answers as the limit has.
"""

import math

__all__ = ["MOST_IN_FLIGHT", "Concurrency"]

MOST_IN_FLIGHT = 16
_FIRST = 8
_LEAST_BY_LATENCY = 4
_SLOWER = 2.0
_JITTER_S = 0.02
"""Threads that wait for the processor add so much to the shortest latencies."""
_MOST_ROUTES = 1000


class Concurrency:
    """Of one client. Requests are told apart by their numbers, which rise."""

    def __init__(self, fixed: float | None = None) -> None:
        """`fixed`: the limit that stays; infinity for no limit. Raises ValueError for less than one."""
        if fixed is not None and not fixed >= 1:
            raise ValueError(f"in_flight must be a number of at least 1, not {fixed!r}")
        self._fixed = fixed
        self._limit = float(_FIRST)
        self._is_beginning = True
        """True until something was wrong for the first time: until then each answer allows one more request."""
        self._shrunk_at = 0
        """The number of the last request that was sent before the limit shrank: what it meets is known already."""
        self._least_s: dict[str, float] = {}
        self._answers = 0
        self._quickest = math.inf

    @property
    def limit(self) -> float:
        """How many requests may be under way: a whole number, or infinity."""
        if self._fixed is not None:
            return self._fixed
        return math.floor(self._limit)

    def succeed(self, number: int, route: str, latency_s: float, load: tuple[int, int]) -> None:
        """Takes in an answer that came.

        Args:
            number: of the request.
            route: requests of one route take the same time in a server that has nothing else to do.
            latency_s: until the answer came.
            load: how many requests were under way, this one included; and the number of the last one sent.
        """
        least_s = self._note_least(route, latency_s)
        if number <= self._shrunk_at:
            return
        in_flight, last = load
        self._quickest = min(self._quickest, latency_s / (_SLOWER * least_s + _JITTER_S))
        self._answers += 1
        if self._answers >= self.limit:
            quickest, self._answers, self._quickest = self._quickest, 0, math.inf
            if quickest > 1 and self._limit > _LEAST_BY_LATENCY:
                self._shrink(max(_LEAST_BY_LATENCY, self._limit / min(quickest, 2.0)), last)
                return
        if 2 * in_flight >= self.limit:  # A limit that is not used tells nothing about a higher one.
            self._limit = min(MOST_IN_FLIGHT, self._limit + (1 if self._is_beginning else 1 / self._limit))

    def fail(self, number: int, last: int) -> None:
        """Takes in a 429, a 5xx, or that no answer came. Failures of requests that were under way together count once."""
        if number > self._shrunk_at:
            self._shrink(max(1.0, self._limit / 2), last)

    def _shrink(self, limit: float, last: int) -> None:
        self._limit, self._shrunk_at, self._is_beginning = limit, last, False
        self._answers, self._quickest = 0, math.inf

    def _note_least(self, route: str, latency_s: float) -> float:
        """The shortest latency of the route so far."""
        if len(self._least_s) >= _MOST_ROUTES:
            self._least_s.clear()
        least_s = min(latency_s, self._least_s.get(route, math.inf))
        self._least_s[route] = least_s
        return least_s
