"""Rules by which someone hears of status updates."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.status_update_rule import status_update_rule_routes
from tests.sandbox.account import Account, ref

KIND = "status_update_notification_rule"


def test_the_life_of_a_rule_whose_wrapper_differs_between_requests_and_answers(account: Account) -> None:
    user = account.user()
    path, [email] = f"/users/{user['id']}", user["contact_methods"]
    method = f"{path}/contact_methods/{email['id']}"
    phone = account.post(
        f"{path}/contact_methods", "contact_method", {"type": "phone_contact_method", "label": "x", "address": "55512"}
    )
    assert account.get(f"{path}/{KIND}s") == {f"{KIND}s": []}
    made = account.post(f"{path}/{KIND}s", KIND, {"contact_method": ref(email)})
    assert made == {
        "id": made["id"],
        "type": KIND,
        "summary": f"contact method {email['id']} used as {KIND}",
        "self": f"{account.server.url}{path}/{KIND}s/{made['id']}",
        "contact_method": {**email, "type": "email_contact_method"},
        "created_at": "2026-03-02T12:00:07Z",
    }
    one = f"{path}/{KIND}s/{made['id']}"
    assert account.get(one)["notification_rule"] == made == account.get(f"{path}/{KIND}s")[f"{KIND}s"][0]
    whole = account.get(f"{one}?include[]=contact_methods")["notification_rule"]["contact_method"]
    assert whole == account.get(method)["contact_method"]
    account.refused("POST", f"{path}/{KIND}s", {KIND: {"contact_method": ref(email)}})
    changed = account.call("PUT", one, {KIND: {"contact_method": ref(phone)}}).json()["notification_rule"]
    assert changed["contact_method"]["id"] == phone["id"]
    account.server.control.restore(account.server.control.state())
    assert account.get(one)["notification_rule"] == changed
    account.delete(one)
    assert account.call("GET", one).status_code == 404


@pytest.mark.parametrize("method", [None, {"id": "PNOBODY", "type": "email_contact_method_reference"}, "x"])
def test_a_rule_without_a_contact_method_of_its_user_is_refused(account: Account, method: Any) -> None:
    user, other = account.user(), account.user()
    many = f"/users/{user['id']}/{KIND}s"
    account.refused("POST", many, {KIND: {"contact_method": method}})
    account.refused("POST", many, {KIND: {"contact_method": ref(other["contact_methods"][0])}})
    assert account.get(many) == {f"{KIND}s": []}


def test_a_rule_goes_with_its_contact_method_and_with_its_user(account: Account) -> None:
    user = account.user()
    path = f"/users/{user['id']}"
    phone = {"type": "phone_contact_method", "label": "Home", "address": "5551234567"}
    method = account.post(f"{path}/contact_methods", "contact_method", phone)
    for of in (method, user["contact_methods"][0]):
        account.post(f"{path}/{KIND}s", KIND, {"contact_method": ref(of)})
    account.delete(f"{path}/contact_methods/{method['id']}")
    assert len(account.get(f"{path}/{KIND}s")[f"{KIND}s"]) == 1
    account.delete(path)
    assert account.server.control.breaks() == []
    assert KIND not in account.server.control.state()


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(status_update_rule_routes())
