"""Starting, stopping, lasting, recording."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxError
from pdsync.sandbox.server import SandboxServer
from tests.sandbox.account import USER_TOKEN, Account
from tests.support.process import start_process


def test_state_survives_a_restart_on_a_file(tmp_path: Path) -> None:
    db = str(tmp_path / "sandbox.db")
    with Account(db=db) as account:
        schedule = account.schedule()
        service = account.service(description="Größe \ud83d\ude00")
        account.integration(service, type="events_api_v2_inbound_integration")
        account.delete(f"/schedules/{schedule['id']}")
        before = account.get("/_sandbox/state")
        first_url = account.server.url
    with Account(db=db, seed="example") as account:
        assert account.get("/_sandbox/state") == before  # and the seed was not planted into it
        again = account.get(f"/services/{service['id']}")["service"]
        assert again["self"] == f"{account.server.url}/services/{service['id']}"
        assert service["self"].startswith(first_url)
        assert account.user()["id"] not in str(before)


def test_the_example_seed_is_planted_once_and_unrecorded() -> None:
    with Account(seed="example") as account:
        assert account.server.requests() == []
        assert len(account.get("/users")["users"]) >= 4
        assert len(account.get("/services")["services"]) >= 2
        assert account.get("/users?query=owner@")["users"][0]["role"] == "owner"


def test_an_empty_account_has_its_owner_and_static_data(account: Account) -> None:
    [owner] = account.get("/users")["users"]
    assert (owner["name"], owner["email"], owner["role"]) == ("Account Owner", "owner@example.com", "owner")
    assert "teams" in account.get("/abilities")["abilities"]
    assert [it["name"] for it in account.get("/priorities")["priorities"]] == ["P1", "P2", "P3", "P4", "P5"]
    vendors = account.get("/vendors?limit=100")["vendors"]
    assert {"Datadog", "Amazon CloudWatch", "Prometheus"} <= {it["name"] for it in vendors}
    assert account.get(f"/vendors/{vendors[0]['id']}")["vendor"] == vendors[0]
    assert account.get(f"/users/{owner['id']}/license")["license"]["role_group"] == "FullUser"
    assert account.get("/licenses")["licenses"][0]["current_value"] == 1
    for ability, status in (("teams", 204), ("sso", 402), ("nonsense", 404)):
        assert account.call("GET", f"/abilities/{ability}").status_code == status


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"seed": "nonsense"}, "no seed 'nonsense'"),
        ({"host": "no.such.host.invalid"}, "cannot listen on no.such.host.invalid"),
        ({"port": 99999}, "cannot listen"),
        ({"db": "/no/such/folder/sandbox.db"}, "cannot open /no/such/folder"),
    ],
)
def test_a_server_that_cannot_run_says_why(options: dict[str, object], text: str) -> None:
    with pytest.raises(SandboxError, match=text):
        SandboxServer(**options).start()  # type: ignore[arg-type]


def test_a_stopped_server_starts_again(tmp_path: Path) -> None:
    server = SandboxServer(db=str(tmp_path / "sandbox.db"))
    for _ in range(2):
        with server, pytest.raises(SandboxError, match="running already"):
            server.start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_serve_forever_with_success(number: signal.Signals) -> None:
    code = (
        "from functools import partial\n"
        "from pdsync.sandbox import SandboxServer\n"
        "SandboxServer().serve_forever(partial(print, flush=True))"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    process = start_process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"http://127.0.0.1:")
    os.kill(process.pid, number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_without_the_extra_only_the_server_fails() -> None:
    code = (
        "import sys; sys.modules['flask'] = None\n"
        "import pdsync.sandbox\n"
        "try: pdsync.sandbox.SandboxServer()\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert "pip install 'pdsync[sandbox]'" in done.stdout


def test_it_serves_300_simple_requests_a_second(account: Account) -> None:
    """Best of three rounds on one connection; the usual figure is five times as much."""
    path = f"/users/{account.user()['id']}"
    connection = http.client.HTTPConnection(account.server.url.removeprefix("http://"))

    def round_s(count: int) -> float:
        begin = time.perf_counter()
        for _ in range(count):
            connection.request("GET", path, headers={"Authorization": f"Bearer {USER_TOKEN}"})
            assert connection.getresponse().read()
        return time.perf_counter() - begin

    best_s = min(round_s(100) for _ in range(3))
    connection.close()
    assert best_s < 100 / 300
