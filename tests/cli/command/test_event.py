"""Events from the command line: what reaches the account, what is printed, how it ends, and what never shows."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def key(online: SandboxServer, client: RestApiV2Client) -> str:
    """The routing key of a service in the sandbox that the environment points to."""
    user = client.rpost("users", json={"type": "user", "name": "Ana", "email": "ana@example.com"})
    rules = [{"escalation_delay_in_minutes": 10, "targets": [{"id": user["id"], "type": "user_reference"}]}]
    policy = client.rpost("escalation_policies", json={"name": "Shop", "escalation_rules": rules})
    reference = {"id": policy["id"], "type": "escalation_policy_reference"}
    service = client.rpost("services", json={"name": "Checkout", "escalation_policy": reference})
    integration = client.rpost(
        f"services/{service['id']}/integrations", json={"type": "events_api_v2_inbound_integration"}
    )
    return str(integration["integration_key"])


def alerts(client: RestApiV2Client) -> dict[str, tuple[str, str]]:
    """Deduplication key to incident status and summary."""
    found = {}
    for incident in client.iter_all("incidents"):
        for alert in client.iter_all(f"incidents/{incident['id']}/alerts"):
            found[alert["alert_key"]] = (incident["status"], alert["summary"])
    return found


@pytest.mark.parametrize("group", [[], ["events"]])
def test_an_alert_from_its_beginning_to_its_end(
    pdsync: Pdsync, client: RestApiV2Client, key: str, group: list[str]
) -> None:
    run = pdsync(*group, "trigger", "-k", key, "--description", "Network latency is high")
    dedup_key = run.out.strip()
    assert (run.code, run.out) == (0, f"{dedup_key}\n")
    assert alerts(client) == {dedup_key: ("triggered", "Network latency is high")}
    again = pdsync(*group, "trigger", "-k", key, "-i", dedup_key, "--description", "Still high", "--source", "router")
    assert again.out == run.out
    run = pdsync(*group, "acknowledge", "-k", key, "-i", dedup_key, "--description", "ignored", "--source", "too")
    assert (run.code, run.out) == (0, f"{dedup_key}\n")
    assert alerts(client) == {dedup_key: ("acknowledged", "Network latency is high")}
    run = pdsync(*group, "resolve", "-k", key, "-i", dedup_key, "-o", "json")
    assert (run.code, json.loads(run.out), run.err) == (0, {"action": "resolve", "dedup_key": dedup_key}, "")
    assert alerts(client)[dedup_key][0] == "resolved"


def test_a_change_pages_no_one(pdsync: Pdsync, client: RestApiV2Client, key: str, online: SandboxServer) -> None:
    run = pdsync("change", "-k", key, "--summary", "Deployed 1.2", "--detail", "commit=abc")
    assert (run.code, run.out) == (0, "")
    assert client.list_all("incidents") == []
    (kept,) = requests.get(f"{online.url}/_sandbox/state", timeout=30).json()["change_event"]
    assert (kept["summary"], kept["source"]) == ("Deployed 1.2", socket.gethostname())
    assert kept["custom_details"] == {"commit": "abc"}
    run = pdsync("change", "-k", key, "--summary", "Again", "-o", "json")
    assert json.loads(run.out) == {"action": "change", "id": None}


def test_the_embedded_sandbox_takes_events(pdsync: Pdsync) -> None:
    run = pdsync("--sandbox", "trigger", "-k", KEY, "--description", "x")
    assert (run.code, run.out) == (1, "")
    assert "Invalid routing key" in run.err
    assert "Events API v2 integration (32 characters)" in run.err


def test_an_event_that_is_refused_for_itself_is_not_blamed_on_the_key(pdsync: Pdsync, key: str) -> None:
    run = pdsync("trigger", "-k", key, "--description", "x", "-i", "y" * 300)
    assert (run.code, run.out) == (1, "")
    assert "'dedup_key' must be" in run.err
    assert "Correct what its answer names" in run.err
    assert "Is it the key" not in run.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["trigger", "--description", "x"], "there is no routing key"),
        (["trigger", "-k", "", "--description", "x"], "the routing key of -k is empty"),
        (["trigger", "-k", "a key", "--description", "x"], "characters that no key has"),
        (["trigger", "-k", KEY], "Missing option '--description'"),
        (["trigger", "-k", KEY, "--description", " "], "the description is empty"),
        (["trigger", "-k", KEY, "--description", "x", "--severity", "bad"], "--severity"),
        (["trigger", "-k", KEY, "--description", "x", "--detail", "x"], "NAME=VALUE"),
        (["acknowledge", "-k", KEY], "-i is not given"),
        (["resolve", "-k", KEY, "-i", ""], "-i is not given"),
        (["change", "-k", KEY], "Missing option '--summary'"),
        (["change", "-k", KEY, "--summary", ""], "the summary is empty"),
        (["trigger", KEY, "--description", "x"], "*cdef"),
        ([KEY, "trigger"], "*cdef"),
        (["events", "explode"], "has no command 'explode'"),
    ],
)
def test_wrong_usage_exits_with_64_and_shows_no_key(pdsync: Pdsync, arguments: list[str], says: str) -> None:
    run = pdsync(*arguments)
    assert (run.code, run.out) == (64, "")
    assert says in run.err
    assert KEY not in run.err


class Endpoint:
    """A server that answers as it is told and keeps what it was sent."""

    def __init__(self, answer: Callable[[int], tuple[int, str] | None]) -> None:
        endpoint, self.bodies = self, list[dict[str, Any]]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                answered = answer(len(endpoint.bodies))
                if answered is None:
                    self.close_connection = True
                    return
                status, body = answered
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


Serve = Callable[[Callable[[int], tuple[int, str] | None]], Endpoint]


@pytest.fixture
def serve() -> Iterator[Serve]:
    started: list[Endpoint] = []

    def start(answer: Callable[[int], tuple[int, str] | None]) -> Endpoint:
        started.append(Endpoint(answer))
        return started[-1]

    yield start
    for endpoint in started:
        endpoint.stop()


def test_what_an_alert_says(pdsync: Pdsync, serve: Serve) -> None:
    endpoint = serve(lambda n: (202, '{"dedup_key": "lag"}'))
    options = ("--source", "db-7", "--severity", "warning", "--detail", "lag=40s", "--detail", "query=a=b")
    environment = {"PAGERDUTY_ROUTING_KEY": KEY, "PDSYNC_API_URL": endpoint.url}
    run = pdsync("-q", "trigger", "-i", "lag", "--summary", "Replica lags", *options, env=environment)
    assert (run.code, run.out, run.err) == (0, "lag\n", "")
    assert pdsync("trigger", "--description", "x", env=environment).code == 0
    payload = {"summary": "Replica lags", "source": "db-7", "severity": "warning"}
    details = {"lag": "40s", "query": "a=b"}
    assert endpoint.bodies[0] == {
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": "lag",
        "payload": {**payload, "custom_details": details},
    }
    assert endpoint.bodies[1]["payload"] == {"summary": "x", "source": socket.gethostname(), "severity": "critical"}
    assert len(endpoint.bodies[1]["dedup_key"]) == 32


def test_an_alert_whose_answer_is_lost_is_sent_again_under_the_same_key(pdsync: Pdsync, serve: Serve) -> None:
    endpoint = serve(lambda n: (202, json.dumps({"dedup_key": endpoint.bodies[0]["dedup_key"]})) if n == 3 else None)
    run = pdsync("--api-url", endpoint.url, "trigger", "-k", KEY, "--description", "x")
    assert (run.code, run.out) == (0, endpoint.bodies[0]["dedup_key"] + "\n")
    assert len(endpoint.bodies) == 3
    assert len({body["dedup_key"] for body in endpoint.bodies}) == 1


def test_an_alert_that_cannot_be_told_of_has_an_unknown_outcome_and_a_way_on(pdsync: Pdsync, serve: Serve) -> None:
    endpoint = serve(lambda n: None)
    run = pdsync("--api-url", endpoint.url, "trigger", "-k", KEY, "--description", "x")
    assert (run.code, run.out) == (6, "")
    assert "may have accepted" in run.err
    assert f"-i {endpoint.bodies[0]['dedup_key']}" in run.err


def test_a_change_whose_answer_is_lost_is_not_sent_again(pdsync: Pdsync, serve: Serve) -> None:
    endpoint = serve(lambda n: None)
    run = pdsync("--api-url", endpoint.url, "change", "-k", KEY, "--summary", "x")
    assert (run.code, len(endpoint.bodies)) == (6, 1)
    endpoint = serve(lambda n: (500, "{}"))
    run = pdsync("--api-url", endpoint.url, "change", "-k", KEY, "--summary", "x")
    assert (run.code, len(endpoint.bodies)) == (6, 1)


def test_what_surely_did_not_arrive_is_an_error(pdsync: Pdsync) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        run = pdsync("--api-url", url, "trigger", "-k", KEY, "--description", "x")
    assert (run.code, run.out) == (1, "")
    assert "cannot be reached" in run.err


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, json.dumps({"status": "invalid event", "message": f"no {KEY}", "errors": [KEY, f"key={KEY}"]}), 1),
        (202, f"not JSON but {KEY}", 1),
        (202, json.dumps({"no": KEY}), 1),
        (503, KEY, 6),
        (302, "", 1),
    ],
)
def test_no_answer_brings_the_key_to_light(pdsync: Pdsync, serve: Serve, status: int, body: str, code: int) -> None:
    endpoint = serve(lambda n: (status, body))
    run = pdsync("-vv", "--api-url", endpoint.url, "trigger", "-k", KEY, "--description", "x")
    assert (run.code, run.out) == (code, "")
    assert "error: " in run.err
    assert KEY not in run.err


def test_a_key_of_one_letter_does_not_blot_out_the_message(pdsync: Pdsync) -> None:
    run = pdsync("--sandbox", "trigger", "-k", "a", "--description", "x")
    assert run.code == 1
    assert "Length of 'routing_key' is incorrect" in run.err


def test_a_fault_of_pdsync_leaves_no_key_behind(pdsync: Pdsync, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*arguments: object, **options: object) -> None:
        raise RuntimeError(f"with {KEY}")

    (folder / ".pdsync").mkdir()
    monkeypatch.setattr("pdsync.client.EventsApiV2Client.trigger", explode)
    run = pdsync("trigger", "-k", KEY, "--description", "x")
    assert run.code == 1
    assert KEY not in run.err
    (report,) = (folder / ".pdsync").glob("pdsync-error-*.txt")
    assert KEY not in report.read_text()
    assert re.search(r"RuntimeError: with \*" + KEY[-4:], report.read_text())
