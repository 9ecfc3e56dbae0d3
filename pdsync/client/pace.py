"""One pace for all threads of a client, learned from the server.

PagerDuty counts requests per credential and says with every answer how many there may be (``ratelimit-limit``), how
many are left (``ratelimit-remaining``) and when the count starts again (``ratelimit-reset``, seconds). As long as there
are some left no one waits. When there are none, or a 429 came, every thread waits for the reset. Requests that are
under way count as taken, so the last few are not given out twice, and neither is the beginning of the next count.
"""

import math
from collections.abc import Callable, Mapping
from threading import Condition

from pdsync.client.retry import header_number

__all__ = ["Pace"]


# The reset is in whole seconds, so two answers of one window may name ends this far apart.
_ROUNDING_S = 1.5


class Pace:
    """Thread-safe. Times are seconds of the given clock; the sleep is never called with the lock held."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        on_wait: Callable[[float], object] = lambda delay_s: None,
    ) -> None:
        """`on_wait` is called before each wait, with its seconds, by one thread at a time."""
        self._clock = clock
        self._sleep = sleep
        self._on_wait = on_wait
        self._changed = Condition()
        self._in_flight = 0
        self._limit = math.inf
        self._remaining = math.inf
        self._window_end_s = -math.inf
        """Of the window that ``_remaining`` is about; minus infinity while no answer has told of it."""
        self._pause_end_s = -math.inf

    def enter(self, slept_until_s: float, longest_s: float, until_s: float = math.inf) -> float:
        """Wait until a request may go out, and count it as under way.

        Args:
            slept_until_s: a pause up to here has been sat out by the caller already.
            longest_s: bound of one wait.
            until_s: when to wait no longer; from then on the server may refuse what comes.

        Returns:
            Up to when the caller has waited now.
        """
        with self._changed:
            while True:
                now_s = self._clock()
                resume_s = self._resume_s(now_s)
                if now_s >= until_s:
                    break
                if resume_s is None:
                    # The answers under way tell what is really left; at the latest the reset does.
                    left_s = self._window_end_s - now_s
                    bound_s = min(longest_s, until_s - now_s)
                    self._changed.wait(timeout=min(left_s, bound_s) if left_s > 0 else bound_s)
                    continue
                if resume_s <= max(now_s, slept_until_s):
                    break
                delay_s = min(resume_s - now_s, longest_s, until_s - now_s)
                self._on_wait(delay_s)
                self._sleep_unlocked(delay_s)
                slept_until_s = max(slept_until_s, now_s + delay_s)
                if delay_s < resume_s - now_s:
                    break  # At the bound one refused request is better than a longer silence.
            self._in_flight += 1
            return slept_until_s

    def leave(self, headers: Mapping[str, str] | None, *, is_refused: bool = False) -> None:
        """Note that a request is over, with the headers of its answer (None if there was none).

        Args:
            is_refused: the answer is a 429. What it says of the budget is no more than how long to wait: it may come
                from another limit, of which the count of this window knows nothing.
        """
        with self._changed:
            self._in_flight -= 1
            remaining, reset_s, limit = (
                header_number(headers.get(f"ratelimit-{name}")) if headers else None
                for name in ("remaining", "reset", "limit")
            )
            if not is_refused:
                self._remaining -= 1
                self._limit = self._limit if limit is None else limit
            if remaining is not None and reset_s is not None:
                end_s = self._clock() + reset_s
                if not is_refused:
                    self._learn(remaining, end_s)
                elif remaining == 0:
                    self._pause_end_s = max(self._pause_end_s, end_s)
            self._changed.notify_all()

    def pause(self, delay_s: float) -> float:
        """Hold back every thread for this long, after a 429. Returns when the pause ends."""
        with self._changed:
            end_s = self._clock() + delay_s
            self._pause_end_s = max(self._pause_end_s, end_s)
            return end_s

    def _resume_s(self, now_s: float) -> float | None:
        """When a request may go out: not later than now, some time ahead, or None if that is still being learned."""
        if now_s < self._pause_end_s:
            return self._pause_end_s
        if -math.inf < self._window_end_s <= now_s:
            self._remaining, self._window_end_s = self._limit, -math.inf
        if self._remaining - self._in_flight > 0:
            return now_s
        if self._in_flight:
            return None
        if self._window_end_s == -math.inf:
            self._remaining = self._limit  # So many answers have said nothing of a budget: there is none any more.
            return now_s
        return self._window_end_s

    def _learn(self, remaining: float, end_s: float) -> None:
        if self._clock() < self._window_end_s:
            if end_s < self._window_end_s - _ROUNDING_S:
                return  # The answer was long under way, and is of the window before.
            if end_s <= self._window_end_s + _ROUNDING_S:
                # Answers arrive out of order: within a window the lowest count is the latest.
                self._remaining = min(self._remaining + 1, remaining)
                self._window_end_s = max(self._window_end_s, end_s)
                return
        self._remaining, self._window_end_s = remaining, end_s

    def _sleep_unlocked(self, delay_s: float) -> None:
        self._changed.release()
        try:
            self._sleep(delay_s)
        finally:
            self._changed.acquire()
