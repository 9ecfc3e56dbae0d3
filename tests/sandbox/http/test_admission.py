"""What is refused before a request is carried out."""

from __future__ import annotations

from pdsync.sandbox.http.admission import MAX_BODY_BYTES
from tests.sandbox.account import READ_ONLY_TOKEN, Account


def test_an_unauthorized_caller_learns_nothing_about_paths(account: Account) -> None:
    for path in ("/users/P123456", "/nonsense"):
        assert account.call("GET", path, token="short").status_code == 401


def test_a_read_only_key_reads(account: Account) -> None:
    user = account.user()
    assert account.call("GET", "/users", token=READ_ONLY_TOKEN).status_code == 200
    for method, path in (("POST", "/users"), ("PUT", f"/users/{user['id']}"), ("DELETE", f"/users/{user['id']}")):
        answer = account.call(method, path, {"user": {"name": "x"}}, token=READ_ONLY_TOKEN)
        assert (answer.status_code, answer.json()["error"]["message"]) == (403, "Access Denied")
    assert account.get(f"/users/{user['id']}")["user"] == user


def test_a_large_body_is_refused(account: Account) -> None:
    body = b'{"team": {"name": "' + b"x" * MAX_BODY_BYTES + b'"}}'
    assert account.call("POST", "/teams", data=body).status_code == 413
    assert account.call("POST", "/teams", data=iter([body])).status_code == 413  # chunked, without a length
    assert account.get("/teams")["teams"] == []
