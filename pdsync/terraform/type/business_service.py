"""``pagerduty_business_service`` and its subscribers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ItemType, ObjectType, Parent
from pdsync.terraform.value import reference

BUSINESS_SERVICE = ObjectType(
    "business_service",
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "point_of_contact": Attribute("point_of_contact"),
        "team": Attribute("team", reference("team")),
    },
)


def _business_service(values: Mapping[str, Any]) -> Parent:
    return "business_service", str(values.get("business_service_id"))


def _subscriber(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in ("subscriber_id", "subscriber_type")}


SUBSCRIBER = ItemType(
    "subscribers",
    _business_service,
    _subscriber,
    frozenset({"business_service_id", "subscriber_id", "subscriber_type"}),
)
