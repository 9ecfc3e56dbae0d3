"""The demo runs through, and leaves no process and no file, also when it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

import pytest

from tests.support.process import start_process

DEMO = Path(__file__).resolve().parents[2] / "script" / "demo"


def start_demo(temporary: Path) -> subprocess.Popen[str]:
    """The demo as the leader of a process group of its own, which all that it starts belongs to."""
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    return start_process(
        [str(DEMO)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )


def is_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def assert_nothing_is_left(group: int, temporary: Path) -> None:
    end = time.monotonic() + 10
    while (left := is_running(group)) and time.monotonic() < end:
        time.sleep(0.05)
    if left:
        os.killpg(group, signal.SIGKILL)
    assert not left, "a process of the demo is still running"
    assert list(temporary.iterdir()) == []


def read_until(stream: IO[str], text: str) -> None:
    for line in stream:
        if text in line:
            return
    raise AssertionError(f"the demo ended and never printed {text!r}")


def test_the_demo_leaves_nothing(tmp_path: Path) -> None:
    with start_demo(tmp_path / "tmp") as demo:
        out, err = demo.communicate(timeout=100)
    assert demo.returncode == 0, err
    assert "That was it." in out
    assert_nothing_is_left(demo.pid, tmp_path / "tmp")


@pytest.mark.parametrize(
    ("moment", "number", "to_group"),
    [
        ("A sandbox starts", signal.SIGINT, True),
        ("http://", signal.SIGTERM, False),
        ("$ pdsync -q apply", signal.SIGINT, True),
        ("$ pdsync -q apply", signal.SIGTERM, False),
    ],
)
def test_an_interrupted_demo_leaves_nothing(
    tmp_path: Path, moment: str, number: signal.Signals, to_group: bool
) -> None:
    with start_demo(tmp_path / "tmp") as demo:
        assert demo.stdout is not None
        read_until(demo.stdout, moment)
        if to_group:  # as a terminal does
            os.killpg(demo.pid, number)
        else:
            demo.send_signal(number)
        demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert_nothing_is_left(demo.pid, tmp_path / "tmp")
