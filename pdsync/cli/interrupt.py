"""Ctrl-C and SIGTERM while something is written: what has begun is finished."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from pdsync.cli.error import ExitCode
from pdsync.cli.terminal import Terminal

_STDERR = 2
_LOST = "What was being written may have been done; 'pdsync plan' will tell."


@contextlib.contextmanager
def stop_on_signals(terminal: Terminal, lost: str = _LOST) -> Iterator[threading.Event]:
    """An event that the first signal sets. The second one ends the program at once.

    Signals reach the main thread only; elsewhere (in tests) the event is just never set.

    Args:
        lost: what a program that ends at once leaves undone, and what to do then.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            _say(terminal, f"Ended at once. {lost}")
            os._exit(ExitCode.INTERRUPTED)
        stop.set()
        _say(terminal, "Stopping after the writes in progress. Press Ctrl-C again to end at once.")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(terminal: Terminal, text: str) -> None:
    """A signal may come while the same stream is being written, which then takes no second write (io documentation, reentrancy). Nothing
    may be raised here: it would end the run in the middle of a write."""
    try:
        terminal.error(text, label="")
    except RuntimeError:
        with contextlib.suppress(OSError):
            os.write(_STDERR, f"\n{text}\n".encode())
