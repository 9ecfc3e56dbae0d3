"""No page in a browser can steer the sandbox; people, tests and containers can."""

from __future__ import annotations

import socket

import pytest
import requests

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.sandbox.account import Account

EVERY = [
    ("GET", "/_sandbox/requests"), ("POST", "/_sandbox/reset"), ("GET", "/_sandbox/state"), ("PUT", "/_sandbox/state"),
    ("GET", "/_sandbox/clock"), ("POST", "/_sandbox/clock"), ("DELETE", "/_sandbox/clock"), ("GET", "/_sandbox/faults"),
    ("PUT", "/_sandbox/faults"), ("DELETE", "/_sandbox/faults"),
]  # fmt: skip
WRITES = [it for it in EVERY if it[0] != "GET"]
REBOUND = (
    "evil.example",
    "evil.example:80",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "192.168.1.5",
    "sandbox",
    "a.local",
    "",
    "[::2]",
)
FOREIGN = (
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}, {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://evil.example"},
)  # fmt: skip


def ask(url: str, method: str, path: str, headers: dict[str, str]) -> int:
    return requests.request(method, url + path, headers=headers, data=b"{}", timeout=10).status_code


@pytest.mark.parametrize("host", REBOUND)
def test_a_name_that_leads_here_is_not_enough(account: Account, host: str) -> None:
    for method, path in (*EVERY, ("GET", "/")):
        if host:
            assert ask(account.server.url, method, path, {"Host": host}) == 403, (method, path)
    assert account.get("/_sandbox/state")["user"]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_page_of_another_site_changes_nothing(account: Account, headers: dict[str, str]) -> None:
    before = account.get("/_sandbox/state")
    for method, path in WRITES:
        assert ask(account.server.url, method, path, headers) == 403, (method, path)
    assert account.get("/_sandbox/state") == before
    assert account.get("/_sandbox/clock")["ahead_s"] == 0


def test_people_and_tests_are_answered(account: Account) -> None:
    port = account.server.url.rpartition(":")[2]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST", f"[::1]:{port}", "pagerduty.localhost"):
        assert ask(account.server.url, "GET", "/_sandbox/clock", {"Host": host}) == 200, host
        own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert ask(account.server.url, "POST", "/_sandbox/reset", own) == 204, host
    for headers in ({}, {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        assert ask(account.server.url, "POST", "/_sandbox/reset", headers) == 204, headers


def test_a_sandbox_for_other_machines_has_their_names_and_no_stranger_s() -> None:
    with SandboxServer(host="0.0.0.0") as server:
        for host in ("10.0.0.7:8080", "pagerduty", "pagerduty:8080", "pagerduty.svc.cluster.local"):
            assert ask(server.url, "GET", "/_sandbox/clock", {"Host": host}) == 200, host
        for host in ("evil.example", "pagerduty.evil.example:8080"):
            assert ask(server.url, "GET", "/_sandbox/clock", {"Host": host}) == 403, host


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("0.0.0.0", "http://127.0.0.1:"),
        ("127.0.0.1", "http://127.0.0.1:"),
        ("localhost", "http://"),
        pytest.param("::", "http://[::1]:", marks=pytest.mark.skipif(not _has_ipv6(), reason="needs IPv6")),
        pytest.param("::1", "http://[::1]:", marks=pytest.mark.skipif(not _has_ipv6(), reason="needs IPv6")),
    ],
)
def test_the_address_that_is_told_works_for_the_client(host: str, shown: str) -> None:
    with SandboxServer(host=host) as server:
        assert server.url.startswith(shown)
        with RestApiV2Client("u+test-test-test-test", base_url=server.url) as client:
            assert client.rget("users/me")["id"]
        assert requests.get(f"{server.url}/_sandbox/clock", timeout=10).status_code == 200
