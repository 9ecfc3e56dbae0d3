"""The Python examples in the documentation are run, page by page in order, each page against a sandbox of its own.

So are the ```sh blocks about events, which need the routing key of a service that is there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pdsync.client
from pdsync.client import ApiClient, EventsApiV2Client, McpApiClient, OAuthTokenClient, RestApiV2Client
from tests.client.sandbox_account import API_KEY, NOON, Account
from tests.client.test_seed_examples import authorized
from tests.client.transport import answer

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
PAGES = [page for page in sorted((ROOT / "docs").rglob("*.md")) if FENCE.search(page.read_text(encoding="utf-8"))]


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """A sandbox in place of PagerDuty: with Jane, a service and an incident of it."""
    from pdsync.sandbox import SandboxServer

    with SandboxServer(now=lambda: NOON) as server:
        account = Account(server)
        jane = account.user("Jane", "jane@example.com")
        account.new_service("Checkout")
        account.events_client.trigger("Server is on fire", "dusty.old.server.net")
        (incident,) = account.client.iter_all("incidents")
        account.client.rpost(f"incidents/{incident['id']}/notes", json={"content": "Resolved by reboot"})
        for owner in (RestApiV2Client, EventsApiV2Client, OAuthTokenClient):
            monkeypatch.setattr(owner, "default_url", server.url)
        # The sandbox has no MCP server, and the page sets settings of the module.
        monkeypatch.setattr(McpApiClient, "post", lambda *_, **__: answer(200, {"result": {"tools": []}}))
        for name in ("TEXT_LEN_LIMIT", "TIMEOUT"):
            monkeypatch.setattr(pdsync.client, name, getattr(pdsync.client, name))
        monkeypatch.setenv("PAGERDUTY_TOKEN", API_KEY)
        monkeypatch.setenv("PAGERDUTY_ROUTING_KEY", account.events_client.api_key)
        monkeypatch.setenv("APP_ID", "the-application")
        monkeypatch.setenv("APP_SECRET", "s3cret-of-the-application")
        account.jane = jane
        yield account
        account.close()


def run(page: Path) -> dict[str, Any]:
    names: dict[str, Any] = {"visit": authorized}
    text = page.read_text(encoding="utf-8")
    try:
        for match in FENCE.finditer(text):
            # Blank lines before it make the line numbers of a traceback those of the page.
            code = "\n" * text.count("\n", 0, match.start(1)) + match[1]
            exec(compile(code, str(page), "exec"), names)
    finally:
        for value in list(names.values()):
            if isinstance(value, ApiClient):
                value.print_debug = False
                value.close()
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_run(page: Path, live: Account) -> None:
    run(page)


def test_the_examples_of_the_guide_do_what_it_says(live: Account, capsys: pytest.CaptureFixture[str]) -> None:
    names = run(ROOT / "docs" / "client.md")
    service = live.client.find("services", "Checkout")
    assert service is not None
    assert service["auto_resolve_timeout"] == 14400
    assert live.client.rget(live.jane)["name"] == "Jane Doe"
    teams = live.client.list_all("teams")
    assert sorted((team["name"], team["description"]) for team in teams) == [
        ("Checkout", "Owns Checkout"),
        ("Payments", "Owns Payments"),
    ]
    assert live.statuses() == {
        "Server is on fire": "acknowledged",
        "Disk is full": "resolved",
        "Replica lags": "triggered",
    }
    assert names["how_many"] == len(names["details"]) == 3
    printed = capsys.readouterr()
    assert "no such user 2100" in printed.out
    assert "Resolved by reboot" in printed.out
    assert "2026-03-02T12:00:00Z Triggered through the api" in printed.out
    assert "GET /users: HTTP 200" in printed.err


def test_the_examples_of_the_engine_do_what_the_page_says(live: Account, capsys: pytest.CaptureFixture[str]) -> None:
    names = run(ROOT / "docs" / "how-to" / "use-from-python.md")
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == ["create user/ana", "create escalation_policy/shop"]
    assert "Ana Lima is on call for Shop" in printed
    assert "user/ana ['name']" in printed
    assert any("broken.yaml:1" in line for line in printed)
    assert [outcome.address for outcome in names["outcomes"]] == ["user/ana", "escalation_policy/shop"]
    ana = live.client.find("users", "ana@example.com", attribute="email")
    assert ana is not None
    assert ana["name"] == "Ana", "the edit by hand was found, and not undone"


def test_the_commands_about_events_do_what_the_page_says(live: Account, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "migrate-a-client.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S)
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PDSYNC_API_URL": live.url,
        "PAGERDUTY_ROUTING_KEY": live.events_client.api_key,
    }
    done = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2), done.stderr
    assert live.events_client.api_key not in done.stdout + done.stderr
    assert live.statuses()["Network latency is high"] == "resolved"
    assert live.server.requests()[-2]["path"] == "/v2/change/enqueue"


def test_the_pages_about_the_client_have_examples() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in PAGES}
    assert {
        "docs/client.md",
        "docs/how-to/migrate-a-client.md",
        "docs/how-to/use-from-python.md",
        "docs/sandbox.md",
    } <= names
