"""``pagerduty_webhook_subscription``. Neither its signing secret nor what its headers hold is read from a state."""

from __future__ import annotations

from typing import Any

from pdsync.terraform.mapping import Attribute, ObjectType
from pdsync.terraform.value import block, without_empty

_REDACTED = "-- redacted --"
"""What PagerDuty answers in place of the value of a header."""


def _delivery(value: Any) -> Any:
    delivery = block(value)
    headers = [{"name": each.get("name"), "value": _REDACTED} for each in delivery.get("custom_header") or ()]
    return {**without_empty(delivery, "type", "url", "temporarily_disabled"), "custom_headers": headers}


def _filter(value: Any) -> Any:
    return without_empty(block(value), "type", "id")


WEBHOOK_SUBSCRIPTION = ObjectType(
    "webhook_subscription",
    {
        "description": Attribute("description"),
        "filter": Attribute("filter", _filter),
        "events": Attribute("events"),
        "active": Attribute("active"),
        "delivery_method": Attribute("url", _delivery, "delivery_method", ("custom_headers",)),
    },
)
