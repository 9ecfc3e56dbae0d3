"""BusinessService: what the business sees, such as the checkout of a shop, and not what runs it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pdsync.model.codec.plain import Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import Facts
from pdsync.model.field import Field
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject

_API = "PagerDuty API description, BusinessService"
_EMPTY_BY_ITSELF = ("point_of_contact", "team")


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """A POST leaves out what is empty: the API description knows no null there, and a new object is empty by itself."""
    if live is None:
        return {name: value for name, value in body.items() if value is not None or name not in _EMPTY_BY_ITSELF}
    return body


BUSINESS_SERVICE = Kind(
    name="BusinessService",
    slug="business_service",
    source=Listing("business_services", has_query=False),
    description="A capability of the business, such as a checkout. It models what services do together.",
    name_may_be_unique=True,
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        description_field("Business service"),
        Field(
            "point_of_contact",
            Nullable(Text(max_length=255, empty_is_null=True)),
            "Who answers for it, as free text: a person, a chat channel.",
            _API,
            default=None,
        ),
        Field(
            "team",
            Nullable(Reference("team")),
            "The team that owns it; null for none.",
            f"{_API}; null clears it (read as: the form of every other reference)",
            default=None,
        ),
    ),
    facts=Facts(teams="team"),
    finish=_finish,
)
