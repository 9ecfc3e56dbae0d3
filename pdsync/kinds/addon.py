"""Addon: a page of another site that PagerDuty shows inside its own, in its menu or next to an incident.

Which services show one is set in the web application: PagerDuty's API description has no request for it, so a change leaves them as they are
(terraform-provider-pagerduty #293).
"""

from __future__ import annotations

from typing import Any

from pdsync.model.codec.plain import Choice, Text
from pdsync.model.codec.web_address import WebAddress
from pdsync.model.common_field import name_field
from pdsync.model.field import Field
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.ownership import ByNaming

_API = "PagerDuty API description, Addon"
_TYPE = "type"
_TYPES = {
    "full_page_addon": "A page of its own, in the menu",
    "incident_show_addon": "A part of the page of each incident",
}


def _prepare(answer: dict[str, Any]) -> dict[str, Any]:
    """Lists, and answers to a POST, have the type with the ending of a reference."""
    return {**answer, _TYPE: str(answer.get(_TYPE) or "").removesuffix("_reference")}


ADDON = Kind(
    name="Addon",
    slug="addon",
    plural="add-ons",
    file="addons",
    source=Listing("addons", has_query=False, on_demand=True, may_be_refused=True),
    description="A page of another site that PagerDuty shows inside its own. Services that show it are set in the web application, "
    "and stay.",
    identity=("name", _TYPE),
    ownership=ByNaming("add-ons carry no ownership line", shown_name="name"),
    fields=(
        name_field(Text(max_length=100, min_length=1), f"{_API}: at most 100 characters"),
        Field(
            _TYPE,
            Choice(tuple(_TYPES), tuple(_TYPES.values())),
            "Where the page is shown. It cannot be changed.",
            f"{_API}; terraform-provider-pagerduty makes another add-on for another type",
            required=True,
            carry=True,
            fixed=True,
        ),
        Field(
            "src",
            WebAddress(max_length=2048, min_length=1),
            "The address of the page. It must begin with https://.",
            f"{_API}: HTTPS is required",
            required=True,
            carry=True,
        ),
    ),
    prepare=_prepare,
)
