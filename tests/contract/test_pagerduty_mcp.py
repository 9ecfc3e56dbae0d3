"""What pagerduty-mcp is started with; its day is in test_clients.py."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.pagerduty_mcp import environment, program


@pytest.mark.parametrize(
    "call", ["urllib.request.urlopen('http://192.0.2.1/')", "socket.create_connection(('example.com', 80))"]
)
def test_the_program_reaches_no_network(tmp_path: Path, call: str) -> None:
    python = program().parent / "python"
    script = f"import socket, urllib.request; {call}"
    env = environment("http://127.0.0.1:1", tmp_path)
    done = subprocess.run([python, "-c", script], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "the tests reach no network" in done.stderr
