from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account
from tests.sandbox.profile.setting import add_to_profile

SSO = {"domains": ["example.com"], "addresses": {"Ann@example.com": "ann.lee@example.com"}}


def put_email(account: Account, user: Any, email: str) -> Any:
    body = {"user": {"type": "user", "name": user["name"], "email": email}}
    return account.call("PUT", f"/users/{user['id']}", body)


def test_the_identity_provider_replaces_an_address_by_the_next_request(account: Account) -> None:
    add_to_profile(account, sso=SSO)
    ann = account.user(email="ann@example.com")
    assert ann["email"] == "ann@example.com"
    assert account.get(f"/users/{ann['id']}")["user"]["email"] == "ann.lee@example.com"
    assert account.get("/users?query=ann@")["users"] == []


def test_an_address_that_another_user_has_is_not_given_twice(account: Account) -> None:
    ann, other = account.user(email="ann@example.com"), account.user(email="ann.lee@example.com")
    add_to_profile(account, sso=SSO)
    emails = {it["id"]: it["email"] for it in account.get("/users")["users"]}
    assert (emails[ann["id"]], emails[other["id"]]) == ("ann@example.com", "ann.lee@example.com")


def test_only_managed_addresses_are_kept_from_requests(account: Account) -> None:
    managed, guest = account.user(email="bo@example.com"), account.user(email="guest@example.org")
    add_to_profile(account, sso=SSO)
    assert "Email is managed" in put_email(account, managed, "bo@example.org").text
    assert put_email(account, managed, "BO@example.com").status_code == 200
    assert put_email(account, guest, "guest@example.net").json()["user"]["email"] == "guest@example.net"
    account.server.control.edit("PUT", f"/users/{managed['id']}", {"user": {"email": "bo.new@example.com"}})
    assert account.get(f"/users/{managed['id']}")["user"]["email"] == "bo.new@example.com"


def test_an_identity_provider_brings_the_ability(account: Account) -> None:
    account.refused("GET", "/abilities/sso", status=402)
    add_to_profile(account, sso={"managed": True})
    assert account.call("GET", "/abilities/sso").status_code == 204
    add_to_profile(account, sso={"managed": False})
    account.refused("GET", "/abilities/sso", status=402)
