"""A kill at any moment loses no write that was answered, and leaves nothing half done."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from pdsync.sandbox import SandboxServer

HEADERS = {"Authorization": "Token token=u+writes-until-it-is-killed"}


def serve(db: Path) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "pdsync", "sandbox", "--db", str(db)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


@pytest.mark.parametrize("after", [1, 25])
def test_a_kill_loses_no_answered_write(tmp_path: Path, after: int) -> None:
    """Four writers, and the kill comes in the midst of them, once so many writes were answered."""
    db = tmp_path / "sandbox.db"
    process, url = serve(db)
    answered: list[str] = []
    enough = threading.Event()

    def write(writer: int) -> None:
        session = requests.Session()
        for number in range(10_000):
            name = f"{writer}-{number}"
            body = {"user": {"type": "user", "name": name, "email": f"{name}@example.com"}}
            try:
                answer = session.post(f"{url}/users", json=body, headers=HEADERS, timeout=10)
            except requests.RequestException:
                break
            if answer.status_code == 201:
                answered.append(answer.json()["user"]["id"])
            if len(answered) >= after:
                enough.set()
        session.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    process.send_signal(signal.SIGKILL)
    for writer in writers:
        writer.join()
    process.wait()
    process.stdout.close()  # type: ignore[union-attr]
    with SandboxServer(db=str(db)) as server:
        state = server.control.state()
        kept = {user["id"] for user in state["user"]}
        assert set(answered) <= kept
        # At most one write of each writer was on its way, and came whole: a user with his method and his two rules.
        assert len(kept) <= len(answered) + 1 + len(writers)
        assert len(state["contact_method"]) == len(kept)
        assert len(state["notification_rule"]) == 2 * len(kept)
        assert server.control.breaks() == []
