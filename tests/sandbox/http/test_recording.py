"""The list of requests that a sandbox keeps."""

from __future__ import annotations

from pdsync.sandbox.http.recording import Recording
from tests.sandbox.account import Account


def test_requests_are_recorded_and_reset(account: Account) -> None:
    user = account.user()
    account.call("GET", "/users?query=a%20b&include[]=teams")
    account.call("GET", "/users", token="short")
    account.call("PATCH", f"/users/{user['id']}")
    expected = [
        {"method": "POST", "path": "/users", "query": "", "status": 201},
        {"method": "GET", "path": "/users", "query": "query=a b&include[]=teams", "status": 200},
        {"method": "GET", "path": "/users", "query": "", "status": 401},
        {"method": "PATCH", "path": f"/users/{user['id']}", "query": "", "status": 405},
    ]
    assert account.session.get(account.server.url + "/_sandbox/requests").json() == expected
    assert account.server.requests() == expected
    assert account.session.post(account.server.url + "/_sandbox/reset").status_code == 204
    assert account.server.requests() == []


def test_the_newest_are_given_oldest_first_and_cannot_be_changed_from_outside() -> None:
    recording = Recording()
    for number in range(3):
        recording.add("GET", f"/{number}", "a=%20", 200, ["Drop"] if number == 2 else ())
    newest = recording.requests(last=2)
    assert [(it["path"], it["query"], it.get("faults")) for it in newest] == [
        ("/1", "a= ", None),
        ("/2", "a= ", ["Drop"]),
    ]
    newest[0]["path"] = "/changed"
    assert recording.requests()[1]["path"] == "/1"
