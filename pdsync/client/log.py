"""A logger for each client."""

import logging
import sys
from collections.abc import Callable
from threading import Lock
from typing import TextIO

__all__ = ["ClientLogger", "DebugOutput", "Told"]

PARENT = logging.getLogger("pdsync.client")
# Without a handler Python prints warnings to stderr by itself; a library leaves that to the program.
PARENT.addHandler(logging.NullHandler())


class ClientLogger(logging.Logger):
    """A child of the logger ``pdsync.client`` that belongs to one client and goes away with it.

    It is not in the registry of the logging module, so setting it up touches no other client.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.parent = PARENT

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802
        # The inherited method caches its answers, and only registered loggers learn of changed levels.
        return not self.disabled and self.manager.disable < level and level >= self.getEffectiveLevel()


class DebugOutput:
    """Sends all messages of one logger, down to DEBUG, to ``sys.stderr``; detaching leaves the logger at the level
    that it had, or at one that is given."""

    def __init__(self) -> None:
        self.logger: logging.Logger | None = None
        self._handler: logging.StreamHandler[TextIO] | None = None
        self._level = logging.NOTSET

    def attach(self, logger: logging.Logger) -> None:
        """To this logger; does nothing where it is attached already."""
        if self.logger is logger:
            return
        self.detach()
        self.logger, self._level = logger, logger.level
        self._handler = logging.StreamHandler(sys.stderr)
        logger.addHandler(self._handler)
        logger.setLevel(logging.DEBUG)

    def detach(self, level: int | None = None) -> None:
        """From the logger, if there is one, and gives it this level, or else the one that it had."""
        if self.logger is not None and self._handler is not None:
            self.logger.removeHandler(self._handler)
            self._handler.close()
            self.logger.setLevel(self._level if level is None else level)
        self.logger = self._handler = None


class Told:
    """What was said already, so that many threads that meet the same thing at a time do not all say it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._until_s: dict[str, float] = {}

    def is_first(self, what: str, lasts_s: float) -> bool:
        """Whether this has not been said in the time for which it was said to last."""
        with self._lock:
            now_s = self._clock()
            if now_s < self._until_s.get(what, now_s):
                return False
            self._until_s[what] = now_s + lasts_s
            return True
