"""What holds for every endpoint: authentication, limits, errors, pagination."""

from __future__ import annotations

from pdsync.sandbox.app import AppSettings, make_app
from pdsync.sandbox.fault.flakiness import Flakiness
from pdsync.sandbox.fault.injector import FaultInjector
from pdsync.sandbox.http.links import Links
from pdsync.sandbox.http.recording import Recording
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account


def test_an_empty_answer_has_no_content_type(account: Account) -> None:
    answer = account.call("DELETE", f"/teams/{account.team()['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers


def test_an_application_needs_no_socket() -> None:
    store, recording = Store(), Recording()
    settings = AppSettings(10, Flakiness(0.0, 0), FaultInjector(None))
    client = make_app(store, Links(store, "http://sandbox"), recording, settings).test_client()
    assert client.get("/teams").status_code == 401
    answer = client.get("/teams", headers={"Authorization": "Token token=" + 20 * "x"})
    assert (answer.status_code, answer.json["teams"]) == (200, [])  # type: ignore[index]
    assert answer.headers["ratelimit-remaining"] == "9"
    assert [it["status"] for it in recording.requests()] == [401, 200]
    store.close()
