"""Notification rules of a user."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.notification_rule import notification_rule_routes
from tests.sandbox.account import Account, ref


def _method(**fields: Any) -> dict[str, Any]:
    return {"type": "phone_contact_method", "label": "Work", "address": "5551234", **fields}


def test_duplicates_among_children_are_refused(account: Account) -> None:
    user = account.user()
    path = f"/users/{user['id']}"
    [default] = account.get(f"{path}/contact_methods")["contact_methods"]
    again = {"type": default["type"], "label": "Other", "address": default["address"].upper()}
    assert account.refused("POST", f"{path}/contact_methods", {"contact_method": again})["errors"] == [
        "User Contact method must be unique"
    ]
    rule = {"start_delay_in_minutes": 0, "urgency": "high", "contact_method": ref(default)}
    assert account.refused("POST", f"{path}/notification_rules", {"notification_rule": rule})["errors"] == [
        "Channel Start delay must be unique for a given contact method"
    ]
    later = account.post(f"{path}/notification_rules", "notification_rule", {**rule, "start_delay_in_minutes": 5})
    account.refused("PUT", f"{path}/notification_rules/{later['id']}", {"notification_rule": rule})
    account.post(f"/users/{account.user()['id']}/contact_methods", "contact_method", _method())
    account.post(f"{path}/contact_methods", "contact_method", _method())  # unique per user only


@pytest.mark.parametrize(
    "kind", ["notification_rule", "oncall_handoff_notification_rule", "status_update_notification_rule"]
)
@pytest.mark.parametrize("sent", ["phone_contact_method", "phone_contact_method_reference"])
def test_the_type_of_a_rules_method_is_taken_in_both_forms_and_answered_in_the_plain_one(
    account: Account, kind: str, sent: str
) -> None:
    path = f"/users/{account.user()['id']}"
    phone = account.post(f"{path}/contact_methods", "contact_method", _method())
    fields = {"start_delay_in_minutes": 5, "urgency": "low"} if kind == "notification_rule" else {}
    chosen = {**fields, "contact_method": {"id": phone["id"], "type": sent}}
    made = account.post(f"{path}/{kind}s", kind, chosen)
    assert made["contact_method"] == {key: phone[key] for key in ("id", "type", "summary", "self", "html_url")}
    [changed] = account.call("PUT", f"{path}/{kind}s/{made['id']}", {kind: chosen}).json().values()
    assert changed == made
    assert made in account.get(f"{path}/{kind}s?urgency=all")[f"{kind}s"]


def test_notification_rules(account: Account) -> None:
    user = account.user()
    path = f"/users/{user['id']}/notification_rules"
    phone = account.post(f"/users/{user['id']}/contact_methods", "contact_method", _method())
    body = {
        "type": "assignment_notification_rule",
        "start_delay_in_minutes": 5,
        "urgency": "low",
        "contact_method": ref(phone),
    }
    rule = account.post(path, "notification_rule", body)
    assert rule["contact_method"]["summary"] == "Work"
    assert rule["summary"] == f"5 minutes: channel {phone['id']}"
    counts = {
        urgency: len(account.get(path + urgency)["notification_rules"])
        for urgency in ("", "?urgency=low", "?urgency=all")
    }
    assert counts == {"": 1, "?urgency=low": 2, "?urgency=all": 3}
    full = account.get(f"{path}/{rule['id']}?include[]=contact_methods")["notification_rule"]
    assert full["contact_method"] == phone
    assert account.put(f"{path}/{rule['id']}", "notification_rule", {"urgency": "high"})["urgency"] == "high"
    # a contact method takes its rules with it
    account.delete(f"/users/{user['id']}/contact_methods/{phone['id']}")
    assert account.call("GET", f"{path}/{rule['id']}").status_code == 404
    assert len(account.get(path + "?urgency=all")["notification_rules"]) == 2


def test_notification_rules_that_are_refused(account: Account) -> None:
    user, other = account.user(), account.user()
    path = f"/users/{user['id']}/notification_rules"
    foreign = other["contact_methods"][0]
    body = {"start_delay_in_minutes": -1, "urgency": "medium", "contact_method": {"id": foreign["id"]}}
    assert account.refused("POST", path, {"notification_rule": body})["errors"] == [
        "Start delay in minutes must be greater than or equal to 0",
        "Urgency must be one of: high, low",
        "Contact method Not Found",
    ]
    assert account.refused("GET", f"{path}?urgency=nonsense")["errors"]


def test_children_belong_to_their_user(account: Account) -> None:
    user, other = account.user(), account.user()
    for kind in ("contact_methods", "notification_rules"):
        id = other[kind][0]["id"]
        for method in ("GET", "DELETE"):
            account.refused(method, f"/users/{user['id']}/{kind}/{id}", status=404)
        account.refused("PUT", f"/users/{user['id']}/{kind}/{id}", {kind[:-1]: {}}, status=404)


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(notification_rule_routes())
