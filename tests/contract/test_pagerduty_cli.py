"""pagerduty-cli as processes of their own; its day is in test_clients.py."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.support.node_program import environment, packages
from tests.support.pagerduty_cli import TOKEN


def test_as_processes_that_pipe_into_each_other(server: SandboxServer, tmp_path: Path) -> None:
    """As people type it: `pd incident list -p | pd incident ack -p`."""
    env = environment(server.url, tmp_path)
    pd = packages() / "node_modules" / ".bin" / "pd"

    def run(*argv: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run([pd, *argv], env=env, input=stdin, capture_output=True, text=True, timeout=60)

    assert run("user", "list").returncode == 1  # not logged in
    assert "owner@example.com" in run("auth", "add", "-t", TOKEN).stdout
    service = server.control.state()["service"][0]["name"]
    made = run("incident", "create", "-S", service, "-t", "Fire", "-p")
    assert made.returncode == 0
    found = run("incident", "list", "-p")
    assert found.stdout == made.stdout
    assert run("incident", "ack", "-p", stdin=found.stdout).returncode == 0
    assert [it["status"] for it in server.control.state()["incident"]] == ["acknowledged"]


@pytest.mark.parametrize("url", ["https://example.com/", "http://example.com/"])
def test_a_program_reaches_no_network(server: SandboxServer, tmp_path: Path, url: str) -> None:
    packages()
    script = f"require('{url.split(':')[0]}').get('{url}')"
    done = subprocess.run(["node", "-e", script], env=environment(server.url, tmp_path), capture_output=True, text=True)
    assert done.returncode == 1
    assert "example.com is none of PagerDuty's hosts" in done.stderr
