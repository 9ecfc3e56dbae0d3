from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.sandbox.api.enablement import enablement_routes
from tests.sandbox.account import Account


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module", params=["event_orchestration", "service"])
def owner(account: Account, request: pytest.FixtureRequest) -> str:
    if request.param == "service":
        return f"/services/{account.service()['id']}"
    made = account.post("/event_orchestrations", "orchestration", {"name": account.name("Events")})
    return f"/event_orchestrations/{made['id']}"


def test_it_is_on_until_it_is_put_off(account: Account, owner: str) -> None:
    path = f"{owner}/enablements"
    assert account.get(path) == {"enablements": [{"feature": "aiops", "enabled": True, "updated_at": None}]}
    answer = account.call("PUT", f"{path}/aiops", {"enablement": {"enabled": False}})
    assert answer.status_code == 200
    assert answer.json() == account.get(path)
    [shown] = answer.json()["enablements"]
    assert (shown["enabled"], shown["updated_at"] is None) == (False, False)
    account.refused("PUT", f"{path}/aiops", {"enablement": {}})
    account.refused("PUT", f"{path}/unknown", {"enablement": {"enabled": True}})


def test_an_account_without_it_is_warned_and_not_refused(account: Account, owner: str) -> None:
    account.server.control.set_account({"account": 1, "without": {"aiops": 402}})
    try:
        answer = account.call("PUT", f"{owner}/enablements/aiops", {"enablement": {"enabled": True}})
        assert answer.status_code == 200
        [warning] = answer.json()["enablements"][0]["warnings"]
        assert "AIOps" in warning["message"]
        assert account.get(f"{owner}/enablements") == answer.json()
    finally:
        account.server.control.set_account({"account": 1})


def test_it_goes_with_its_owner(account: Account, owner: str) -> None:
    account.call("PUT", f"{owner}/enablements/aiops", {"enablement": {"enabled": False}})
    account.delete(owner)
    account.refused("GET", f"{owner}/enablements", status=404)
    assert account.server.control.breaks() == []


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(enablement_routes())
