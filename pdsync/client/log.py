"""A logger for each client."""

import logging
import sys
from typing import TextIO

__all__ = ["ClientLogger"]

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
        self._debug_handler: logging.StreamHandler[TextIO] | None = None

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802
        # The inherited method caches its answers, and only registered loggers learn of changed levels.
        return not self.disabled and self.manager.disable < level and level >= self.getEffectiveLevel()

    @property
    def prints_debug(self) -> bool:
        """Whether everything this client logs goes to ``sys.stderr``."""
        return self._debug_handler is not None

    @prints_debug.setter
    def prints_debug(self, wanted: bool) -> None:
        if wanted and self._debug_handler is None:
            self._debug_handler = logging.StreamHandler(sys.stderr)
            self.addHandler(self._debug_handler)
            self.setLevel(logging.DEBUG)
        elif not wanted and self._debug_handler is not None:
            self.removeHandler(self._debug_handler)
            self._debug_handler.close()
            self._debug_handler = None
            self.setLevel(logging.NOTSET)
