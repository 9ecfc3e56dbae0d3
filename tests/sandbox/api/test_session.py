from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.sandbox.api.session import KIND, session_routes
from tests.sandbox.account import Account
from tests.sandbox.stored import store


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def test_sessions_are_listed_read_and_ended(account: Account) -> None:
    user, other = account.user(), account.user()
    fields = {"created_at": "2026-01-01T08:00:00Z", "summary": "A browser"}
    store(
        account,
        KIND,
        {"id": "PS1", "parent": user["id"], "type": "browser", **fields},
        {"id": "PS2", "parent": user["id"], "type": "oauth", **fields},
        {"id": "PS3", "parent": other["id"], "type": "browser", **fields},
    )
    path = f"/users/{user['id']}/sessions"
    first = {"id": "PS1", "user_id": user["id"], "type": "browser", **fields}
    assert account.get(path)["user_sessions"] == [first, {**first, "id": "PS2", "type": "oauth"}]
    assert account.get(f"{path}/browser/PS1") == {"user_session": first}
    for wrong in ("oauth/PS1", "browser/PS3", "browser/PUNKNOWN"):
        account.refused("GET", f"{path}/{wrong}", status=404)
        account.refused("DELETE", f"{path}/{wrong}", status=404)
    account.delete(f"{path}/browser/PS1")
    assert [it["id"] for it in account.get(path)["user_sessions"]] == ["PS2"]
    account.delete(path)
    assert account.get(path)["user_sessions"] == []
    assert len(account.get(f"/users/{other['id']}/sessions")["user_sessions"]) == 1
    account.delete(f"/users/{other['id']}")
    assert KIND not in account.get("/_sandbox/state")


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(session_routes())
