"""The budget of requests that the server announces, and how much of it other programs use. Pure: the caller has the clock and the lock.

PagerDuty counts requests per credential. With every answer it says how many there may be in a minute (``ratelimit-limit``), how many
are left (``ratelimit-remaining``) and when the count starts again (``ratelimit-reset``, seconds).

The rules:

- Requests go out at once while more are left than others will need until the reset.
- What others need is their rate so far, and half as much again. It is never taken for less than a twentieth of the
  budget: a program that begins now must find something left.
- This client always has a share: the first quarter of the budget, if as much is left, and after it an eighth of what is left,
  spread over the time to the reset. So two clients that both give way use all of the budget together.
- What is kept for others shrinks as the reset comes nearer. So a client that is alone uses all of the budget in the end, and the
  answers to its last requests tell whether it is still alone.

What others use is what the server counted less what this client sent. Requests may overtake each other on their way, so this differs
from answer to answer. The median of some answers counts, and the first few requests that seem to be of others do not.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median_low

from pdsync.client.retry import header_number

__all__ = ["Announced", "Budget"]

_ROUNDING_S = 1.5
"""The reset is in whole seconds, so two answers of one count may name ends this far apart."""
_LENGTH_S = 60.0
"""PagerDuty counts by the minute."""
_KEPT = 0.05
"""The part of the budget that is kept for programs that have not been seen yet."""
_MARGIN = 1.5
"""Others may become a little quicker."""
_OWN_SHARE = 0.25
"""The part of the budget that this client takes whatever others need."""
_OWN_TRICKLE = 0.125
"""The part of what is left that this client spreads over the time to the reset. Its answers tell what others do."""
_DOUBT_S = 1.0
"""How long nothing was seen of others before the first answer. A single request of theirs is not a rate."""
_STRAY = 3
"""So far the median may be wrong."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What the headers of an answer say about the budget; None for what they do not say."""

    limit: float | None = None
    remaining: float | None = None
    reset_s: float | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str] | None) -> "Announced":
        """`headers`: None where no answer came."""
        if not headers:
            return cls()
        return cls(*(header_number(headers.get(f"ratelimit-{name}")) for name in ("limit", "remaining", "reset")))


class Budget:
    """Of one credential. Times are seconds of the caller's clock."""

    def __init__(self) -> None:
        self._limit = math.inf
        self._remaining = math.inf
        self._end_s = -math.inf
        """When the count starts again; minus infinity until an answer says so."""
        self._last_sent_s = self._heard_s = -math.inf
        """When the last request went out, and when the last answer mentioned the budget."""
        self._sent = self._sent_before = 0
        """Requests of this client, and those before this count."""
        self._others = _Others()

    @property
    def end_s(self) -> float:
        """When the count starts again; minus infinity while that is not known."""
        return self._end_s

    def send(self, now_s: float) -> int:
        """Notes that a request goes out. Gives its number."""
        self._sent += 1
        self._last_sent_s = now_s
        return self._sent

    def next_s(self, now_s: float, in_flight: int) -> float | None:
        """When a request may go out: not later than now, some time ahead, or None if the answers under way will tell."""
        if -math.inf < self._end_s <= now_s:
            self._remaining, self._end_s = self._limit, -math.inf
            self._begin_count()
        left = self._remaining - in_flight
        if left > 0:
            return self._due_s(now_s, left, in_flight)
        if in_flight:
            return None
        if self._end_s == -math.inf:
            self._remaining = self._limit  # So many answers did not mention a budget that there is none now.
            return now_s
        return self._end_s

    def answer(self, number: int, said: "Announced", in_flight: int, now_s: float) -> None:
        """Takes in an answer that is not a 429.

        Args:
            number: of its request.
            said: what it says about the budget.
            in_flight: requests that were under way, this one included.
            now_s: when it came.
        """
        self._remaining -= 1
        self._limit = self._limit if said.limit is None else said.limit
        if said.remaining is None or said.reset_s is None:
            return
        if not self._learn(said.remaining, now_s + said.reset_s, now_s):
            return
        self._heard_s = now_s
        if said.limit is not None:
            self._others.hear(said.limit - said.remaining - number, in_flight, now_s)

    def refuse(self) -> None:
        """Takes in a 429. Whether the server counted that request is not known, so what others use is measured from here on."""
        self._others.begin_count()

    def _due_s(self, now_s: float, left: float, in_flight: int) -> float | None:
        """When a request may go out, where this many are left."""
        is_told = 0 < self._limit < math.inf and left < math.inf
        if not is_told or self._sent - self._sent_before <= _OWN_SHARE * self._limit:
            return now_s
        rate = self._others.rate
        kept_per_s = max(_KEPT * self._limit / _LENGTH_S, _MARGIN * rate)
        if self._end_s == -math.inf:
            if left >= kept_per_s * _LENGTH_S or not in_flight:
                return now_s
            return None  # A count has begun, and its first answer will tell how it is.
        # Others have gone on since the last answer, and do so until then.
        spared_s = (kept_per_s * self._end_s - rate * self._heard_s - left) / (kept_per_s - rate)
        own_s = self._last_sent_s + (self._end_s - now_s) / (_OWN_TRICKLE * left)
        return max(now_s, min(spared_s, own_s, self._end_s))

    def _learn(self, remaining: float, end_s: float, now_s: float) -> bool:
        """Takes in what an answer says about the count. False where it is about the count before."""
        if now_s < self._end_s:
            if end_s < self._end_s - _ROUNDING_S:
                return False  # The answer was long under way.
            if end_s <= self._end_s + _ROUNDING_S:
                # Answers arrive out of order: within a count the lowest number is the latest.
                self._remaining = min(self._remaining + 1, remaining)
                self._end_s = max(self._end_s, end_s)
                return True
            self._begin_count()
        self._remaining, self._end_s = remaining, end_s
        return True

    def _begin_count(self) -> None:
        self._sent_before = self._sent
        self._others.begin_count()


class _Others:
    """How fast other programs use the same budget."""

    def __init__(self) -> None:
        self.rate = 0.0
        """Requests a second."""
        self._rate_before = 0.0
        self._weight_s = _DOUBT_S
        self._begin_s, self._seen_s = math.inf, 0.0
        self._recent: deque[float] = deque()
        self._base: float | None = None

    def begin_count(self) -> None:
        """The server's count has started again."""
        if self._seen_s > 0:
            # Half of what was seen before is forgotten from count to count.
            self._rate_before, self._weight_s = self.rate, max(_DOUBT_S, self._weight_s / 2 + self._seen_s)
        self._begin_s, self._seen_s = math.inf, 0.0
        self._recent.clear()
        self._base = None

    def hear(self, excess: float, in_flight: int, now_s: float) -> None:
        """Takes in by how much the server's count is ahead of the number of the request."""
        self._begin_s = min(self._begin_s, now_s)
        self._recent.append(excess)
        enough = 2 * in_flight - 1
        if self._base is None:
            if len(self._recent) >= enough:
                self._base = median_low(self._recent)
            return
        while len(self._recent) > enough:
            self._recent.popleft()
        if len(self._recent) == enough:
            used = max(0.0, median_low(self._recent) - self._base - _STRAY)
            self._seen_s = now_s - self._begin_s
            self.rate = (self._rate_before * self._weight_s + used) / (self._weight_s + self._seen_s)
