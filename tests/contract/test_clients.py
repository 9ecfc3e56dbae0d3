"""The scripted day of each client, as a real program; and what was recorded of it, which needs no program."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.contract.clients import CLIENTS, Client, Run
from tests.support.recording.file import load_recording
from tests.support.recording.replay import replay

RECORDINGS = Path(__file__).parent / "recordings"
LEAST = {"pagerduty-cli": 100, "pdjs": 20, "pagerduty-mcp": 100}
"""Commands of a day."""
each_client = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)


@each_client
def test_a_day(client: Client, tmp_path: Path) -> None:
    if client.missing():
        pytest.skip(client.missing())
    with SandboxServer() as sandbox:
        assert client.day(Run(sandbox, tmp_path)) >= LEAST[client.name]
        assert sandbox.control.breaks() == []


@each_client
@pytest.mark.parametrize("days", [0, 200.6], ids=["today", "another day"])
def test_what_was_recorded(client: Client, days: float) -> None:
    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(days=days)

    recorded = load_recording(RECORDINGS / f"{client.name}.jsonl")
    assert recorded.client == f"{client.name} {client.version}", "script/record-clients renews it"
    with SandboxServer(now=clock) as sandbox:
        outcomes = replay(sandbox.url, recorded, clock)
    assert len(outcomes) >= LEAST[client.name]
    assert "\n".join(str(it) for it in outcomes if it.differences) == ""


def test_each_recording_is_of_a_client() -> None:
    assert {it.stem for it in RECORDINGS.glob("*.jsonl")} == {it.name for it in CLIENTS}


def test_the_versions_are_those_that_are_installed() -> None:
    folder = Path(__file__).parent
    of_npm = json.loads((folder / "node" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    of_pypi = (it.split("==") for it in (folder / "python" / "requirements.txt").read_text(encoding="utf-8").split())
    pinned = {name.split("/")[-1]: version for name, version in [*of_npm.items(), *of_pypi]}
    assert {it.name: it.version for it in CLIENTS} == {it.name: pinned.get(it.name) for it in CLIENTS}
