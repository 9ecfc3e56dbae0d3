"""How long people stay signed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.session import KIND as SESSION
from tests.sandbox.account import Account
from tests.sandbox.stored import store

PATH = "/session_configurations"
BODY = {"session_configuration": {"absolute_session_ttl": 43_200, "idle_session_ttl": 3_600}}


@pytest.fixture
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def put(account: Account, type: str, **more: Any) -> Any:
    body = {"session_configuration": {**BODY["session_configuration"], **more}}
    answer = account.call("PUT", f"{PATH}?type={type}", body)
    assert answer.status_code == 200, answer.text
    return answer.json()["session_configurations"]


def sign_in(account: Account) -> str:
    user = account.user()
    fields = {"parent": user["id"], "created_at": "2026-01-01T08:00:00Z", "summary": "A browser"}
    store(account, SESSION, {"id": "PS1", "type": "browser", **fields}, {"id": "PS2", "type": "oauth", **fields})
    return f"/users/{user['id']}/sessions"


def types(account: Account, path: str) -> list[str]:
    return [it["type"] for it in account.get(path)["user_sessions"]]


def test_there_is_none_until_it_is_put(account: Account) -> None:
    account.refused("GET", PATH, status=404)
    account.refused("DELETE", f"{PATH}?type=web", status=404)
    web = {"type": "web", "absolute_session_ttl": 43_200, "idle_session_ttl": 3_600}
    assert put(account, "web") == [web]
    assert account.get(PATH)["session_configurations"] == [web]
    account.refused("GET", f"{PATH}?type=mobile", status=404)
    assert [it["type"] for it in put(account, "web,mobile", idle_session_ttl=60)] == ["web", "mobile"]
    account.delete(f"{PATH}?type=mobile,web")
    account.refused("GET", PATH, status=404)


def test_a_put_ends_the_sessions_of_its_type(account: Account) -> None:
    path = sign_in(account)
    put(account, "web")
    assert types(account, path) == ["oauth"]
    put(account, "mobile")
    assert types(account, path) == []


@pytest.mark.parametrize(("reading", "left"), [("sessions_end", ["oauth"]), ("sessions_stay", ["browser", "oauth"])])
def test_whether_a_delete_ends_them_is_a_reading(reading: str, left: list[str]) -> None:
    with Account() as account:
        profile = {"account": 1, "readings": {"deleted_session_configuration": reading}}
        assert account.call("PUT", "/_sandbox/account", profile).status_code in (200, 204)
        put(account, "web")
        path = sign_in(account)
        account.delete(f"{PATH}?type=web")
        assert types(account, path) == left


@pytest.mark.parametrize(
    "wrong",
    [
        {"absolute_session_ttl": 599},
        {"idle_session_ttl": 59},
        {"idle_session_ttl": "60"},
        {"absolute_session_ttl": None},
    ],
)
def test_what_is_out_of_bounds_is_refused(account: Account, wrong: dict[str, Any]) -> None:
    body = {"session_configuration": {**BODY["session_configuration"], **wrong}}
    assert account.call("PUT", f"{PATH}?type=web", body).status_code == 400
    assert account.call("PUT", f"{PATH}?type=desktop", BODY).status_code == 400
    assert account.call("PUT", PATH, BODY).status_code == 400
    account.refused("GET", PATH, status=404)
