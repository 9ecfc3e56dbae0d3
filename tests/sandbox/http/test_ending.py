"""How a server learns that it shall stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from pdsync.sandbox.http.ending import Ending


@pytest.fixture(autouse=True)
def _as_in_a_terminal() -> Iterator[None]:
    """SIGINT may be ignored where the tests run."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_raises_only_until_it_is_held_back(number: signal.Signals) -> None:
    ending = Ending()
    ending.begin()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    signal.raise_signal(number)  # what is being taken back is not disturbed again
    ending.finish()
    ending = Ending()
    ending.begin()
    ending.hold()
    os.kill(os.getpid(), number)
    ending.wait()
    ending.finish()
    assert signal.getsignal(number) is signal.default_int_handler


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ending = Ending()
    ending.begin()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) == ending._receive
    ending.finish()
    assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
