"""pagerduty-cli: pages, failures, and as processes of its own. Its day is in test_clients.py."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.support.node_program import NodeProgram, environment, packages
from tests.support.pagerduty_cli import TOKEN, PagerDutyCli


@pytest.fixture(scope="module")
def program(server: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagerDutyCli]:
    home = tmp_path_factory.mktemp("home")
    with NodeProgram("pagerduty_cli.js", environment(server.url, home)) as started:
        pd = PagerDutyCli(started, server)
        pd(f"auth add -t {TOKEN}")
        yield pd


@pytest.fixture
def pd(program: PagerDutyCli, server: SandboxServer) -> PagerDutyCli:
    """On an account that is as before after the test. Nothing is counted before the test."""
    server.control.forget()
    return program


def test_pages_of_25_asked_for_at_once(pd: PagerDutyCli, server: SandboxServer) -> None:
    for number in range(70):
        server.control.edit("POST", "/teams", {"team": {"type": "team", "name": f"Team {number:02}"}})
    known = len(pd.rows("team"))
    assert len(pd("team list -p").stdout.split()) == known
    assert len(server.requests()) == -(-known // 25)


def test_pages_with_a_cursor(pd: PagerDutyCli, server: SandboxServer) -> None:
    for number in range(30):
        server.control.edit("POST", "/teams", {"team": {"type": "team", "name": f"Audited {number:02}"}})
    records = pd('rest fetch -e audit/records -P "root_resource_types[]=teams" -t -k root_resource.summary')
    assert sum("Audited" in line for line in records.stdout.splitlines()) == 30
    assert len(server.requests()) > 1


def test_a_page_of_several_fails(pd: PagerDutyCli, server: SandboxServer) -> None:
    """The client says so, and goes on with what it got."""
    for number in range(30):
        server.control.edit("POST", "/teams", {"team": {"type": "team", "name": f"Team {number:02}"}})
    server.control.set_faults([{"match": {"path": "/teams", "nth": 2}, "action": {"type": "error", "status": 500}}])
    printed = pd("team list -p")
    assert len(printed.stdout.split()) == 25
    assert "500" in printed.stderr


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"type": "error", "status": 503}, "503"),
        ({"type": "rate_limit", "retry_after_s": 0}, "429"),
        ({"type": "drop", "when": "before"}, "Failed to create team"),
    ],
    ids=["error", "rate limit", "dropped"],
)
def test_a_write_that_fails_is_not_sent_again(
    pd: PagerDutyCli, server: SandboxServer, action: dict[str, object], said: str
) -> None:
    server.control.set_faults([{"match": {"method": "POST", "path": "/teams"}, "action": action}])
    printed = pd("team create -n New", status=1)
    assert said in printed.stderr
    assert [it["method"] for it in server.requests()] == ["POST"]
    assert pd.rows("team", name="New") == []


def test_as_processes_that_pipe_into_each_other(server: SandboxServer, tmp_path: Path) -> None:
    """As people type it: `pd incident list -p | pd incident ack -p`."""
    env = environment(server.url, tmp_path)
    program = packages() / "node_modules" / ".bin" / "pd"

    def run(*argv: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, *argv], env=env, input=stdin, capture_output=True, text=True, timeout=60)

    assert run("user", "list").returncode == 1  # not logged in
    assert "owner@example.com" in run("auth", "add", "-t", TOKEN).stdout
    service = server.control.state()["service"][0]["name"]
    made = run("incident", "create", "-S", service, "-t", "Fire", "-p")
    assert made.returncode == 0
    found = run("incident", "list", "-p")
    assert found.stdout == made.stdout
    assert run("incident", "ack", "-p", stdin=found.stdout).returncode == 0
    assert [it["status"] for it in server.control.state()["incident"]] == ["acknowledged"]
