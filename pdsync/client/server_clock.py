"""What time it is at the server, by the ``Date`` headers of its answers.

``Date`` has whole seconds, and an answer is under way for a while. So an answer gives two bounds: when it arrives, it is not earlier
at the server than its ``Date``; and when the request left, it was not later than a second after it. The first of these is taken. A
moment that is a little in the past is harmless: a server takes it for its present. A moment in the future is not: what begins then
does not count until then.

Of several answers the latest of these bounds is kept. An answer that contradicts it replaces it: the server's clock was set, or
this machine was asleep. An answer from a cache has an ``Age`` and tells nothing about the present.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

__all__ = ["ServerClock", "local_now"]

_PRECISION_S = 1.0
_TOLD_FROM_S = 60.0
_YEARS = range(1971, 2200)
"""A date of any other year is that of a clock that was never set."""


def local_now() -> datetime:
    """The time by the clock of this machine."""
    return datetime.now(UTC)


class ServerClock:
    """The clock of one server. Safe for threads. Without an answer that has a date it is the clock of this machine.

    Args:
        local: replaces the clock of this machine; gives an aware datetime.
        monotonic: replaces ``time.monotonic``.
    """

    def __init__(
        self, local: Callable[[], datetime] = local_now, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.monotonic = monotonic
        self.on_first_use: Callable[[float | None], None] | None = None
        """Called when a moment is asked for the first time, with `skew_s`."""
        self._local = local
        self._lock = Lock()
        self._epoch: datetime | None = None
        """The moment at the server when `monotonic` was 0, or a little before it."""

    def hear(self, headers: Mapping[str, str], sent_s: float, received_s: float) -> None:
        """Takes an answer in. The request left, and the answer came, at these moments of `monotonic`."""
        date = _read_date(headers)
        if date is None:
            return
        earliest = date - timedelta(seconds=received_s)
        latest = date + timedelta(seconds=_PRECISION_S) - timedelta(seconds=sent_s)
        with self._lock:
            if self._epoch is None or earliest > self._epoch or latest < self._epoch:
                self._epoch = earliest

    def now(self) -> datetime:
        """The present moment at the server."""
        return self.at(self.monotonic())

    def at(self, moment_s: float) -> datetime:
        """The moment at the server that was at this moment of `monotonic`."""
        told, self.on_first_use = self.on_first_use, None
        if told is not None:
            told(self.skew_s)
        with self._lock:
            epoch = self._epoch
        return epoch + timedelta(seconds=moment_s) if epoch is not None else self._local_at(moment_s)

    @property
    def skew_s(self) -> float | None:
        """How far the clock of this machine is ahead of the server's, in seconds; None where the server's is not known.
        A difference that is within what can be measured counts as none."""
        with self._lock:
            epoch = self._epoch
        if epoch is None:
            return None
        ahead_s = (self._local_at(0.0) - epoch).total_seconds()
        return ahead_s if abs(ahead_s) > _PRECISION_S else 0.0

    @property
    def is_skewed(self) -> bool:
        """True where the clock of this machine is wrong by more than a minute."""
        return abs(self.skew_s or 0.0) > _TOLD_FROM_S

    def _local_at(self, moment_s: float) -> datetime:
        return self._local() - timedelta(seconds=self.monotonic() - moment_s)


def _read_date(headers: Mapping[str, str]) -> datetime | None:
    """The date of an answer; None where it has none, or comes from a cache."""
    if headers.get("Age", "0").strip() not in ("", "0"):
        return None
    try:
        moment = parsedate_to_datetime(headers["Date"])
        return moment.astimezone(UTC) if moment.tzinfo is not None and moment.year in _YEARS else None
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        return None
