"""Programs that share a credential, and the server that counts their requests, in virtual time and without threads."""

import heapq
import itertools
import math
from collections.abc import Callable

from pdsync.client.budget import Announced, Budget
from pdsync.client.concurrency import Concurrency

MINUTE_S = 60.0


class Minute:
    """The server: lets `limit` requests through a minute. A minute begins with the first request after the one before."""

    def __init__(self, limit: int = 960) -> None:
        self._limit = limit
        self._begun_s = -math.inf
        self._used = 0
        self.used: list[int] = []
        """How many requests each minute took, the one under way included."""

    def take(self, now_s: float) -> tuple[bool, Announced]:
        """Whether a request is let through, and what its answer says."""
        if now_s - self._begun_s >= MINUTE_S:
            self._begun_s, self._used = now_s, 0
            self.used.append(0)
        granted = self._used < self._limit
        self._used += granted
        self.used[-1] = self._used
        reset_s = max(1, math.ceil(self._begun_s + MINUTE_S - now_s))
        return granted, Announced(self._limit, self._limit - self._used, reset_s)


class World:
    """Runs events in the order of their moments."""

    def __init__(self, server: Minute) -> None:
        self.server = server
        self.now_s = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def at(self, moment_s: float, event: Callable[[], None]) -> None:
        """Calls `event` at that moment."""
        heapq.heappush(self._events, (moment_s, next(self._order), event))

    def run(self, until_s: float = math.inf) -> None:
        """To that moment, or until nothing is left to happen."""
        while self._events and self._events[0][0] <= until_s:
            self.now_s, _, event = heapq.heappop(self._events)
            event()


class Client:
    """A client of pdsync that has `work` requests to make and wants to be done soon."""

    def __init__(self, world: World, work: float, latency_s: Callable[[int], float] = lambda in_flight: 0.05) -> None:
        self._world, self._work, self._latency_s = world, work, latency_s
        self._budget, self.concurrency = Budget(), Concurrency()
        self._in_flight = self._last = 0
        self._pause_end_s = self._wakes_s = -math.inf
        self.refused = 0
        self.sent_s: list[float] = []
        self.most_in_flight = 0
        self.done_s = math.inf
        world.at(world.now_s, self._go_on)

    def _go_on(self) -> None:
        while self._work > 0 and self._in_flight < self.concurrency.limit:
            now_s = self._world.now_s
            next_s = max(self._pause_end_s, now_s)
            if next_s <= now_s:
                due_s = self._budget.next_s(now_s, self._in_flight)
                if due_s is None:
                    return  # An answer will come.
                next_s = due_s
            if next_s > now_s:
                if not now_s < self._wakes_s <= next_s:
                    self._wakes_s = next_s
                    self._world.at(next_s, self._go_on)
                return
            self._send(now_s)

    def _send(self, now_s: float) -> None:
        number = self._last = self._budget.send(now_s)
        self._work -= 1
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        self.sent_s.append(now_s)
        latency_s = self._latency_s(self._in_flight)
        # Requests overtake each other: the server takes every third one a little later.
        admitted_s = now_s + latency_s * (0.2 + 0.1 * (number % 3))
        self._world.at(admitted_s, lambda: self._arrive(number, now_s, latency_s))

    def _arrive(self, number: int, sent_s: float, latency_s: float) -> None:
        granted, said = self._world.server.take(self._world.now_s)
        self._world.at(sent_s + latency_s, lambda: self._end(number, sent_s, said, granted=granted))

    def _end(self, number: int, sent_s: float, said: Announced, *, granted: bool) -> None:
        now_s = self._world.now_s
        if granted:
            self._budget.answer(number, said, self._in_flight, now_s)
            self.concurrency.succeed(number, "GET users 1", now_s - sent_s, (self._in_flight, self._last))
        else:
            self.refused += 1
            self._work += 1
            self._budget.refuse()
            self.concurrency.fail(number, self._last)
            self._pause_end_s = now_s + (said.reset_s or 0.0)
        self._in_flight -= 1
        self.done_s = now_s
        self._go_on()


class Steady:
    """A program that makes a request every so often, and knows nothing of budgets."""

    def __init__(self, world: World, per_s: float, begin_s: float = 0.0) -> None:
        self._world, self._interval_s = world, 1 / per_s
        self.asked_s: list[float] = []
        self.refused_s: list[float] = []
        world.at(begin_s, self._ask)

    def _ask(self) -> None:
        now_s = self._world.now_s
        self.asked_s.append(now_s)
        if not self._world.server.take(now_s)[0]:
            self.refused_s.append(now_s)
        self._world.at(now_s + self._interval_s, self._ask)
