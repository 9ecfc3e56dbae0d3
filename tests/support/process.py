"""Programs that a test starts in order to send them signals."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def start_process(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """`subprocess.Popen` of a program on which SIGINT and SIGTERM have their usual effect.

    A program ignores what the one that started it ignores, and a shell lets what it runs in the background ignore SIGINT. The
    program here would then never end, and the test would wait for it.
    """
    ignored = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        return subprocess.Popen(command, **options)
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
