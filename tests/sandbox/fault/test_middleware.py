"""Connections that end before, after or during an answer."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
import requests
from waitress.channel import ClientDisconnected

from pdsync.sandbox.fault.injector import FaultInjector
from pdsync.sandbox.fault.middleware import FaultMiddleware
from pdsync.sandbox.http.recording import Recording
from tests.sandbox.account import USER_TOKEN, Account
from tests.sandbox.fault.struck import create, names, strike


@pytest.mark.parametrize(("when", "made"), [("before", []), ("after", ["Red"])])
def test_a_dropped_connection(account: Account, when: str, made: list[str]) -> None:
    strike(account, {"type": "drop", "when": when}, method="POST")
    with pytest.raises(requests.ConnectionError):
        create(account)
    assert names(account) == made
    [seen] = account.server.requests()
    assert seen == {
        "method": "POST",
        "path": "/teams",
        "query": "",
        "status": 0 if when == "before" else 201,
        "faults": ["Drop"],
    }
    assert account.get("/teams")["teams"] == [] if when == "before" else True


def test_an_answer_that_breaks_off_in_the_middle(account: Account) -> None:
    create(account)
    strike(account, {"type": "drop", "when": "midway"}, method="GET")
    connection = http.client.HTTPConnection(account.server.url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/teams", headers={"Authorization": f"Bearer {USER_TOKEN}"})
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert caught.value.partial.startswith(b'{"teams":')
    connection.close()


def test_a_connection_that_drops_before_never_reaches_the_application() -> None:
    reached: list[str] = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        reached.append(environ["PATH_INFO"])
        return [b"ok"]

    injector, recording = FaultInjector(None), Recording()
    injector.set([{"match": {"path": "/teams"}, "action": {"type": "drop", "when": "before"}}])
    middleware = FaultMiddleware(app, injector, recording, lambda seconds: None, lambda environ: False)
    with pytest.raises(ClientDisconnected):
        middleware({"REQUEST_METHOD": "GET", "PATH_INFO": "/teams"}, lambda *args: None)  # type: ignore[arg-type]
    assert middleware({"REQUEST_METHOD": "GET", "PATH_INFO": "/users"}, lambda *args: None) == [b"ok"]  # type: ignore[arg-type]
    assert (reached, [(it["path"], it["status"]) for it in recording.requests()]) == (["/users"], [("/teams", 0)])
