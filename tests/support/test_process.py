"""A program that a test starts can be interrupted, whatever the test itself ignores."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.support.process import start_process

TELL = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


def test_sigint_has_its_usual_effect_where_it_is_ignored_here() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        inherited = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True).stdout
        with start_process([sys.executable, "-c", TELL], stdout=subprocess.PIPE, text=True) as process:
            told = process.communicate(timeout=30)[0]
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert (inherited, told) == ("False\n", "True\n")
