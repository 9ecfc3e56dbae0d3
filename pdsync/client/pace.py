"""One pace for all threads of a client, learned from the server.

How many requests may go out is decided by the budget that the server announces (see ``budget.py``), how many may be under way at a
time by how it answers (see ``concurrency.py``), and after a 429 all threads wait as long as it says. Requests that are under way
count as taken, so the last few are not given out twice, and neither is the beginning of the next count.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Condition, local

from pdsync.client.budget import Announced, Budget
from pdsync.client.concurrency import Concurrency
from pdsync.client.retry import RATE_LIMITED

__all__ = ["Pace", "Turn"]

_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """The leave to send one request."""

    number: int
    begun_s: float
    waited_until_s: float
    """Up to when the caller has waited."""


class Pace:
    """Thread-safe. Times are seconds of the given clock; the sleep is never called with the lock held."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        on_wait: Callable[[float, float], object] = lambda delay_s, free_in_s: None,
        in_flight: float | None = None,
    ) -> None:
        """
        Args:
            on_wait: called before each wait, by one thread at a time, with its seconds, and those until requests may go out
                freely again.
            in_flight: how many requests may be under way at a time. By default the answers decide.
        """
        self._clock = clock
        self._sleep = sleep
        self._on_wait = on_wait
        self._changed = Condition()
        self._in_flight = 0
        self._budget = Budget()
        self._concurrency = Concurrency(in_flight)
        self._pause_end_s = -math.inf
        self._last = 0
        self._here = local()

    @property
    def in_flight_limit(self) -> float:
        """How many requests may be under way at a time, at present; infinity for no limit."""
        return self._concurrency.limit

    def enter(self, slept_until_s: float, longest_s: float, until_s: float = math.inf) -> Turn:
        """Wait until a request may go out, and count it as under way.

        Args:
            slept_until_s: a pause up to here has been sat out by the caller already.
            longest_s: bound of one wait.
            until_s: when to wait no longer; from then on the server may refuse what comes.
        """
        with self._changed:
            while (now_s := self._clock()) < until_s:
                bound_s = min(longest_s, until_s - now_s)
                resume_s = self._resume_s(now_s)
                if resume_s is None:
                    # The answers under way tell what is really left; at the latest the reset does.
                    left_s = self._budget.end_s - now_s
                    self._changed.wait(timeout=min(left_s, bound_s) if left_s > 0 else bound_s)
                    continue
                if resume_s <= max(now_s, slept_until_s):
                    break
                delay_s = min(resume_s - now_s, bound_s)
                self._sleep_unlocked(delay_s, now_s)
                slept_until_s = max(slept_until_s, now_s + delay_s)
                if delay_s < resume_s - now_s:
                    break  # At the bound one refused request is better than a longer silence.
            return self._begin(slept_until_s)

    def leave(
        self, turn: Turn, headers: Mapping[str, str] | None, *, status: int | None = None, route: str = ""
    ) -> None:
        """Note that a request is over.

        Args:
            turn: what `enter` gave.
            headers: of the answer; None if there was none.
            status: of the answer. What a 429 says about the budget is only how long to wait: it may come from another
                limit, which this count does not include.
            route: requests of one route take the same time in a server that has nothing else to do.
        """
        with self._changed:
            now_s = self._clock()
            said = Announced.of(headers)
            if status == RATE_LIMITED:
                self._budget.refuse()
                if said.remaining == 0 and said.reset_s is not None:
                    self._pause_end_s = max(self._pause_end_s, now_s + said.reset_s)
            else:
                self._budget.answer(turn.number, said, self._in_flight, now_s)
            if headers is None or (status is not None and (status == RATE_LIMITED or status >= _SERVER_ERROR)):
                self._concurrency.fail(turn.number, self._last)
            else:
                load = (self._in_flight, self._last)
                self._concurrency.succeed(turn.number, route, now_s - turn.begun_s, load)
            self._in_flight -= 1
            self._here.depth -= 1
            self._wake()

    def pause(self, delay_s: float) -> float:
        """Hold back every thread for this long, after a 429. Returns when the pause ends."""
        with self._changed:
            end_s = self._clock() + delay_s
            self._pause_end_s = max(self._pause_end_s, end_s)
            return end_s

    def _begin(self, waited_until_s: float) -> Turn:
        now_s = self._clock()
        self._in_flight += 1
        self._here.depth = self._depth() + 1
        self._last = self._budget.send(now_s)
        self._wake()
        return Turn(self._last, now_s, waited_until_s)

    def _resume_s(self, now_s: float) -> float | None:
        """When a request may go out: not later than now, some time ahead, or None if an answer under way must come first."""
        if now_s < self._pause_end_s:
            return self._pause_end_s
        # A request that is made while another of this thread is under way, as by a hook, would wait for itself.
        if self._in_flight >= self._concurrency.limit and not self._depth():
            return None
        return self._budget.next_s(now_s, self._in_flight)

    def _depth(self) -> int:
        """How many requests of this thread are under way."""
        depth: int = getattr(self._here, "depth", 0)
        return depth

    def _wake(self) -> None:
        """Wakes as many threads as there is room for. Each that goes on wakes the next."""
        room = self._concurrency.limit - self._in_flight
        if room > 0:
            self._changed.notify(int(min(room, 1000)))

    def _sleep_unlocked(self, delay_s: float, now_s: float) -> None:
        self._on_wait(delay_s, max(delay_s, self._budget.end_s - now_s))
        self._changed.notify()  # This thread may have been woken in place of another one, which must sleep, too.
        self._changed.release()
        try:
            self._sleep(delay_s)
        finally:
            self._changed.acquire()
