"""A sandbox in a process of its own, so that what is measured does not share its interpreter."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer

TOKEN = "u+benchmark-benchmark-1"


class Served(NamedTuple):
    """Where it is, and its process id."""

    url: str
    pid: int

    def requests(self) -> list[dict[str, Any]]:
        """What was asked since the start or the last `forget`, as the sandbox logged it."""
        with urllib.request.urlopen(f"{self.url}/_sandbox/requests") as answer:
            asked: list[dict[str, Any]] = json.load(answer)
        return asked

    def forget(self) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sandbox/reset", method="POST")).close()

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """All that the account holds."""
        with urllib.request.urlopen(f"{self.url}/_sandbox/state") as answer:
            held: dict[str, list[dict[str, Any]]] = json.load(answer)
        return held


@contextlib.contextmanager
def served(state: dict[str, object] | None, folder: Path, *options: str) -> Iterator[Served]:
    """A sandbox whose account is what the state says, or new."""
    command = [sys.executable, "-m", "pdsync", "sandbox", *options]
    if state is not None:
        file = folder / "state.json"
        file.write_text(json.dumps(state))
        command += ["--state", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield Served(process.stdout.readline().strip(), process.pid)
        finally:
            process.terminate()


def processor_s(process: int) -> float:
    """Processor time of a process so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def state_of(services: int) -> dict[str, object]:
    """The state of an account with so many services."""
    with SandboxServer() as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        me = client.rget("users/me")
        rule = {"escalation_delay_in_minutes": 5, "targets": [{"id": me["id"], "type": "user_reference"}]}
        policy = client.rpost(
            "escalation_policies", json={"type": "escalation_policy", "name": "P", "escalation_rules": [rule]}
        )
        reference = {"id": policy["id"], "type": "escalation_policy_reference"}
        client.rpost("services", json={"type": "service", "name": "S", "escalation_policy": reference})
        state: dict[str, object] = json.loads(json.dumps(server.control.state()))
    (pattern,) = state["service"]  # type: ignore[misc]
    state["service"] = [{**pattern, "id": f"PS{n:012}", "number": 10_000 + n, "name": f"S{n}"} for n in range(services)]  # type: ignore[dict-item]
    state.pop("audit_record", None)
    return state
