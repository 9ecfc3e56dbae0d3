"""People: their numbers, and rules whose contact method a state does not hold."""

from __future__ import annotations

from typing import Any

from tests.terraform.given import comments_of, imported, manifests, spec_of
from tests.terraform.provider import TfResource

USER = TfResource(
    "pagerduty_user",
    "ann",
    {"id": "PUSER01", "name": "Ann", "email": "Ann@Example.com", "role": "owner", "color": "red", "job_title": ""},
)


def method(identity: str, **values: Any) -> TfResource:
    held = {"id": identity, "user_id": "PUSER01", "label": "Work", "send_short_email": False, **values}
    return TfResource("pagerduty_user_contact_method", "m", held, index=identity)


def rule(method_id: str) -> TfResource:
    pointer = {"id": method_id, "type": "sms_contact_method"}
    held = {"id": "PRULE01", "user_id": "PUSER01", "urgency": "high", "start_delay_in_minutes": 0}
    return TfResource("pagerduty_user_notification_rule", "r", {**held, "contact_method": pointer}, index=method_id)


def test_the_owner_keeps_the_role_and_the_colour_is_pagerdutys() -> None:
    assert spec_of(USER) == {"name": "Ann", "email": "ann@example.com"}


def test_a_number_has_its_country_and_an_address_has_none() -> None:
    email = method("PCONT01", type="email_contact_method", address="Work@example.com", country_code=0)
    number = method("PCONT02", type="sms_contact_method", address="5550101", country_code=49)
    spec = spec_of(USER, email, number, rule("PCONT02"))
    said = {"type": "sms_contact_method", "country_code": 49, "address": "5550101"}
    assert spec["contact_methods"] == [
        {"type": "email_contact_method", "address": "work@example.com", "label": "Work"},
        {**said, "label": "Work"},
    ]
    assert spec["notification_rules"] == [{"urgency": "high", "start_delay_in_minutes": 0, "contact_method": said}]


def test_a_rule_by_a_method_that_is_in_no_state_is_left_out() -> None:
    made = imported([USER, rule("PCONT09")])
    assert "notification_rules" not in manifests(made)["User/ann"]["spec"]
    assert any("notification rule for a contact method that is left out" in each for each in comments_of(made))
