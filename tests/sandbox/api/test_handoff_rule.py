"""Rules by which someone hears of the beginning and the end of a shift."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.handoff_rule import handoff_rule_routes
from tests.sandbox.account import Account, ref

KIND = "oncall_handoff_notification_rule"


def test_the_life_of_a_rule(account: Account) -> None:
    user = account.user()
    many, [method] = f"/users/{user['id']}/{KIND}s", user["contact_methods"]
    assert account.get(many) == {f"{KIND}s": []}
    made = account.post(many, KIND, {"contact_method": ref(method), "notify_advance_in_minutes": 180})
    assert (made["handoff_type"], made["notify_advance_in_minutes"]) == ("both", 180)
    assert made["contact_method"]["summary"] == method["summary"]
    assert account.get(f"{many}/{made['id']}")[KIND] == made == account.get(many)[f"{KIND}s"][0]
    changed = account.call("PUT", f"{many}/{made['id']}", {KIND: {**made, "handoff_type": "oncall"}}).json()[KIND]
    assert changed == {**made, "handoff_type": "oncall"}
    account.refused("POST", many, {KIND: {k: v for k, v in changed.items() if k != "id"}})
    state = account.server.control.state()
    account.server.control.restore(state)
    assert account.call("DELETE", f"{many}/{made['id']}").status_code == 204
    assert account.call("GET", f"{many}/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"contact_method": None},
        {"contact_method": {"id": "PNOBODY", "type": "email_contact_method_reference"}},
        {"handoff_type": "sometimes"},
        {"notify_advance_in_minutes": -1},
        {"notify_advance_in_minutes": "180"},
    ],
)
def test_what_is_no_rule_is_refused(account: Account, change: dict[str, Any]) -> None:
    user, other = account.user(), account.user()
    many = f"/users/{user['id']}/{KIND}s"
    account.refused("POST", many, {KIND: {"contact_method": ref(user["contact_methods"][0]), **change}})
    account.refused("POST", many, {KIND: {"contact_method": ref(other["contact_methods"][0])}})
    assert account.get(many) == {f"{KIND}s": []}


def test_a_rule_goes_with_its_contact_method_and_with_its_user(account: Account) -> None:
    user = account.user()
    path = f"/users/{user['id']}"
    phone = {"type": "phone_contact_method", "label": "Home", "address": "5551234567"}
    method = account.post(f"{path}/contact_methods", "contact_method", phone)
    for of in (method, user["contact_methods"][0]):
        account.post(f"{path}/{KIND}s", KIND, {"contact_method": ref(of)})
    assert account.call("DELETE", f"{path}/contact_methods/{method['id']}").status_code == 204
    assert len(account.get(f"{path}/{KIND}s")[f"{KIND}s"]) == 1
    assert account.call("DELETE", path).status_code == 204
    assert account.server.control.breaks() == []
    assert KIND not in account.server.control.state()


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(handoff_rule_routes())
