"""Signals while something is written: what has begun is finished."""

from __future__ import annotations

import signal
import threading

import pytest

from pdsync.cli.interrupt import stop_on_signals
from pdsync.cli.terminal import Terminal


def test_a_signal_asks_to_stop_and_handlers_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signals(Terminal()) as stop:
        assert not stop.is_set()
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
    assert signal.getsignal(signal.SIGTERM) is before
    assert "Stopping" in capsys.readouterr().err


def test_elsewhere_than_in_the_main_thread_no_signal_is_caught() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def run() -> None:
        with stop_on_signals(Terminal()) as stop:
            seen.extend([stop.is_set(), signal.getsignal(signal.SIGTERM) is before])

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [False, True]
