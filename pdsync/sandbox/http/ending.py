"""Ending: stops a server on SIGINT or SIGTERM."""

from __future__ import annotations

import signal
import threading
from queue import SimpleQueue
from types import FrameType
from typing import Any


class Ending:
    """Takes both signals over, from :meth:`begin` to :meth:`finish`.

    At first the first signal raises KeyboardInterrupt, so that a long start can be given up. From :meth:`hold` on a
    signal is only remembered for :meth:`wait`: an exception that could fall anywhere would tear apart the start of a thread,
    the announcement, or the stopping. The queue may be written to by a handler whatever it interrupts; an Event may not,
    for its lock is not re-entrant.
    """

    def __init__(self) -> None:
        self._received: SimpleQueue[int] = SimpleQueue()
        self._before: dict[signal.Signals, Any] = {}
        self._raises = True

    def begin(self) -> None:
        """Does nothing outside of the main thread, which alone may handle signals. A signal that is ignored, as SIGINT is
        in the background of a script, stays ignored."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            if before not in (signal.SIG_IGN, None):
                self._before[number] = before
                signal.signal(number, self._receive)

    def hold(self) -> None:
        """From here on no signal raises."""
        self._raises = False

    def wait(self) -> None:
        """Comes back with the first signal, at once if there was one."""
        self._received.get()

    def finish(self) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._received.put(number)
        if self._raises:
            self._raises = False
            raise KeyboardInterrupt
