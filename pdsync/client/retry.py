"""When a request is sent again, and after how long. Pure: nothing here sleeps or sends.

The meaning of the settings, and the formulae, are the documented ones. After the n-th attempt the wait is

    t(n) = sleep_timer * sleep_timer_base ** n                      without stagger, and
    t(n) = sleep_timer_base * (1 + stagger * random(n)) * t(n-1)    with it; t(0) = sleep_timer.

What the documents leave open: a limit of n means n *retries* (their example with ``max_http_attempts = 4`` waits four
times), for network errors too; -1 for a status means without limit, whatever ``max_http_attempts`` says.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time

__all__ = ["Attempts", "RetryPolicy", "rate_limit_hint_s"]

UNLIMITED = -1
RATE_LIMITED = 429


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The settings of a client at the moment a request begins. Times are in seconds.

    ``statuses`` maps a status to its number of retries. 429 is retried without limit unless it is in there.
    ``cooldown_factor`` gives by how much a wait is longer than the last one.
    ``rate_limit_sleep_max_s`` bounds one wait after a 429, ``total_time_s`` the whole of a request (None: unbounded).
    """

    statuses: Mapping[int, int]
    max_http_attempts: int
    max_network_attempts: int
    sleep_timer: float
    cooldown_factor: Callable[[], float]
    stagger_cooldown: float
    rate_limit_sleep_max_s: float
    total_time_s: float | None

    def limit(self, status: int) -> int:
        """Retries for this status: 0 for none, ``UNLIMITED`` for no limit."""
        if 200 <= status < 300:
            return 0
        return self.statuses.get(status, UNLIMITED if status == RATE_LIMITED else 0)


class Attempts:
    """What happened to one request so far, and so what happens next."""

    def __init__(
        self, policy: RetryPolicy, started_s: float, random: Callable[[], float], latest_s: float = math.inf
    ) -> None:
        """`latest_s`: when everything ends, whatever the policy says about one request."""
        self._policy = policy
        self._started_s = started_s
        self._latest_s = latest_s
        self._random = random
        self._sleep_s = policy.sleep_timer
        self._statuses: Counter[int] = Counter()
        self._network_errors = 0

    @property
    def ends_s(self) -> float:
        """The moment after which no attempt may be waited for any longer; infinity without a bound."""
        total_s = self._policy.total_time_s
        return min(self._latest_s, math.inf if total_s is None else self._started_s + total_s)

    def delay_after_status(self, status: int, hint_s: float | None, now_s: float) -> float | None:
        """Seconds to wait before the next attempt; None to give up and return the response.

        ``hint_s`` is what the server asked for. It goes before the formula after a 429, if it is above zero.
        """
        limit = self._policy.limit(status)
        if limit == 0:
            return None
        if limit != UNLIMITED:
            limited = sum(self._statuses.values())
            if self._statuses[status] >= limit or limited >= self._policy.max_http_attempts:
                return None
            self._statuses[status] += 1
        if status != RATE_LIMITED:
            return self._within_total_time(self._next_cooldown_s(), now_s)
        if hint_s is not None and hint_s > 0:
            delay_s = hint_s * (1 + self._policy.stagger_cooldown * self._random())
        else:
            delay_s = self._next_cooldown_s()
        return self._within_total_time(min(delay_s, self._policy.rate_limit_sleep_max_s), now_s)

    def delay_after_network_error(self, now_s: float) -> float | None:
        """Seconds to wait before the next attempt; None to give up."""
        if self._network_errors >= self._policy.max_network_attempts:
            return None
        self._network_errors += 1
        return self._within_total_time(self._next_cooldown_s(), now_s)

    def _next_cooldown_s(self) -> float:
        self._sleep_s *= self._policy.cooldown_factor()
        # Unlimited doubling ends in infinity, which no clock can wait for; a day is out of reach of all limits.
        self._sleep_s = min(self._sleep_s, 86_400.0)
        return self._sleep_s

    def _within_total_time(self, delay_s: float, now_s: float) -> float | None:
        return None if now_s + delay_s > self.ends_s else delay_s


def rate_limit_hint_s(headers: Mapping[str, str], wall_clock: Callable[[], float] = time) -> float | None:
    """Seconds the server asks to wait: ``Retry-After`` (seconds or a date), else ``ratelimit-reset`` (seconds)."""
    for name in ("retry-after", "ratelimit-reset"):
        value = headers.get(name)
        if value is None:
            continue
        seconds = header_number(value)
        if seconds is not None:
            return seconds
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - wall_clock())
        except ValueError:
            continue
    return None


def header_number(value: str | None) -> float | None:
    """A header that is a plain number, not below zero; None for anything else."""
    try:
        number = float(value) if value is not None else -1.0
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
