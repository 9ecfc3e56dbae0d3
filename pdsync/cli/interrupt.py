"""Ctrl-C and SIGTERM while something is written: what has begun is finished."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pdsync.cli.error import ExitCode
from pdsync.cli.terminal import Terminal

_LOST = "What was being written may have been done; 'pdsync plan' will tell."


@contextmanager
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
            terminal.error(f"Ended at once. {lost}", label="")
            os._exit(ExitCode.INTERRUPTED)
        stop.set()
        terminal.error("Stopping after the writes in progress. Press Ctrl-C again to end at once.", label="")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
