"""The list of requests that a sandbox keeps."""

from __future__ import annotations

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
