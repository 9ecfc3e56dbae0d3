"""``pagerduty_user`` and what belongs to a person.

A notification rule names its contact method by id. The method is in the state where Terraform manages it; the one that PagerDuty made
with the person is not, so a rule that uses it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ItemType, ObjectType, Parent
from pdsync.terraform.value import block, without_empty

USER = ObjectType(
    "user",
    {name: Attribute(name) for name in ("name", "email", "role", "job_title", "time_zone", "description")},
)


def _user(values: Mapping[str, Any]) -> Parent:
    return "user", str(values.get("user_id"))


def _method(values: Mapping[str, Any]) -> dict[str, Any]:
    # A country code of 0 is Terraform's way to say that there is none, as of an email address.
    code = {"country_code": values["country_code"]} if values.get("country_code") else {}
    kept = without_empty(values, "id", "type", "address", "label", "send_short_email")
    return {**kept, **code}


CONTACT_METHOD = ItemType(
    "contact_methods",
    _user,
    _method,
    frozenset({"user_id", "type", "address", "country_code", "label", "send_short_email"}),
)


def _pointer(values: Mapping[str, Any]) -> dict[str, Any]:
    return without_empty(block(values.get("contact_method")), "id", "type")


def _rule(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": values.get("id"),
        "urgency": values.get("urgency"),
        "start_delay_in_minutes": values.get("start_delay_in_minutes"),
        "contact_method": _pointer(values),
    }


NOTIFICATION_RULE = ItemType(
    "notification_rules", _user, _rule, frozenset({"user_id", "urgency", "start_delay_in_minutes", "contact_method"})
)


def _handoff_rule(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": values.get("id"),
        "handoff_type": values.get("handoff_type") or "both",
        "notify_advance_in_minutes": values.get("notify_advance_in_minutes"),
        "contact_method": _pointer(values),
    }


HANDOFF_RULE = ItemType(
    "oncall_handoff_notification_rules",
    _user,
    _handoff_rule,
    frozenset({"user_id", "handoff_type", "notify_advance_in_minutes", "contact_method"}),
)
