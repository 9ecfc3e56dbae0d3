"""Signals while something is written: what has begun is finished."""

from __future__ import annotations

import io
import signal
import sys
import threading
from typing import Any

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


class Interrupted(io.RawIOBase):
    """A stream that is being written when the signal comes."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        signal.raise_signal(signal.SIGTERM)
        return len(memoryview(data))


def test_a_signal_amid_a_line_of_output_stops_nothing_that_has_begun(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream takes no second write amid a write: without care the run ended there, with an unexpected error."""
    stream = io.TextIOWrapper(io.BufferedWriter(Interrupted()), write_through=True)
    monkeypatch.setattr(sys, "stderr", stream)
    with stop_on_signals(Terminal()) as stop:
        stream.write("progress")
        stream.flush()
        assert stop.is_set()
    monkeypatch.undo()
    assert "Stopping after the writes in progress" in capfd.readouterr().err


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
