"""What the account's plan allows."""

from __future__ import annotations

from pdsync.sandbox.api.ability import ability_routes
from tests.sandbox.account import Account


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(ability_routes())


def test_an_ability_is_there_or_must_be_bought(account: Account) -> None:
    for name in account.get("/abilities")["abilities"]:
        assert account.call("GET", f"/abilities/{name}").status_code == 204
    assert account.refused("GET", "/abilities/sso", status=402)["code"] == 2014
