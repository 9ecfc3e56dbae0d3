"""``pagerduty_business_service``."""

from __future__ import annotations

from pdsync.terraform.mapping import Attribute, ObjectType
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
