"""Contact methods of a user."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.contact_method import contact_method_routes
from tests.sandbox.account import Account


def _method(**fields: Any) -> dict[str, Any]:
    return {"type": "phone_contact_method", "label": "Work", "address": "5551234", **fields}


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (_method(), {"country_code": 1, "enabled": True, "blacklisted": False, "address": "5551234"}),
        (_method(type="sms_contact_method", country_code=49), {"country_code": 49}),
        (_method(country_code="1"), {"country_code": 1}),
        (_method(country_code="0049"), {"country_code": 49}),
        (_method(type="whatsapp_contact_method", country_code=None), {"country_code": 1}),
        (_method(enabled=False, blacklisted=True), {"enabled": True, "blacklisted": False}),
        (_method(type="email_contact_method", address="x@y.zz"), {"send_short_email": False, "address": "x@y.zz"}),
        (_method(type="email_contact_method", address="x@y.zz", send_short_email=True), {"send_short_email": True}),
    ],
)
def test_contact_methods(account: Account, sent: dict[str, Any], answered: dict[str, Any]) -> None:
    path = f"/users/{account.user()['id']}/contact_methods"
    made = account.post(path, "contact_method", sent)
    assert {key: made[key] for key in answered} == answered
    assert (made["type"], made["summary"], made["label"]) == (sent["type"], "Work", "Work")
    assert account.get(f"{path}/{made['id']}")["contact_method"] == made
    assert account.get(path)["contact_methods"][1:] == [made]
    changed = account.put(f"{path}/{made['id']}", "contact_method", {"label": "Home"})
    assert changed == {**made, "label": "Home", "summary": "Home"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"type": "push_notification_contact_method"}, "cannot be created through the API"),
        ({"type": "fax"}, "Type must be one of"),
        ({"label": ""}, "Label can't be blank"),
        ({"address": "+1 555"}, "Address must have at most 40 digits"),
        ({"address": "1" * 41, "country_code": 7}, "Address must have at most 40 digits"),
        ({"address": "15551234"}, "Address must not begin with 1"),
        ({"address": "0301234", "country_code": 49}, "Address must not begin with 0"),
        ({"country_code": 2000}, "Country code must be less than or equal to 1999"),
        *(
            ({"country_code": it}, "Country code must be an integer")
            for it in ("", "x", "+1", "1.0", "00001", "\u0661")
        ),
        ({"country_code": "0"}, "Country code must be greater than or equal to 1"),
        ({"country_code": True}, "Country code must be an integer"),
        ({"type": "email_contact_method", "address": "no one"}, "Address is invalid"),
        ({"type": "email_contact_method", "address": "a@b.cc", "send_short_email": "no"}, "must be true or false"),
    ],
)
def test_contact_methods_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    path = f"/users/{account.user()['id']}/contact_methods"
    assert error in account.refused("POST", path, {"contact_method": _method(**fields)})["errors"][0]


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(contact_method_routes())
