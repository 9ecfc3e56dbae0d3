"""BusinessService: what the business sees, such as the checkout of a shop, and not what runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.child import ChildList, Pairs
from pdsync.model.codec.plain import Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import OneOf, optional
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


_SUPPORTING, _DEPENDENT = "supporting_service", "dependent_service"
_TECHNICAL, _BUSINESS = "service", "business_service"


def _supporting(item: dict[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    """PagerDuty answers ``technical_service_reference`` where it is sent ``service``."""
    end = item.get(_SUPPORTING)
    kind = _BUSINESS if isinstance(end, Mapping) and str(end.get("type")).startswith("business") else _TECHNICAL
    return {kind: end}


def _edge(parent: Mapping[str, str], item: Mapping[str, Any]) -> Mapping[str, Any]:
    """One dependency, with the names of types that PagerDuty takes."""
    ((kind, target),) = item.items()
    own = parent["type"].removesuffix("_reference")
    return {_SUPPORTING: {"id": target["id"], "type": kind}, _DEPENDENT: {"id": parent["id"], "type": own}}


def dependencies(collection: str) -> ChildList:
    """The services that an object depends on, which are listed by id in a collection of their own: ``technical_services``."""
    return ChildList(
        name="depends_on",
        item_noun="dependency",
        item=OneOf.of(
            service=optional(Reference(_TECHNICAL), "A service that it needs."),
            business_service=optional(Reference(_BUSINESS), "A business service that it needs."),
        ),
        key=(_TECHNICAL, _BUSINESS),
        description=(
            "What it depends on. Only the dependent side names a dependency. Items that are not listed "
            "stay. No service may depend on itself, directly or through others."
        ),
        source=(
            "PagerDuty API description, /service_dependencies: at most 2,000 a service; answers hold both directions; one request "
            "at a time (terraform-provider-pagerduty, pull request 724); 404 for a new service (#226, #352) and, where "
            "there are none, for a read (#832)"
        ),
        default_mode="additive",
        collection=f"service_dependencies/{collection}/{{parent}}",
        member="",
        wrapper=None,
        read_from="request",
        added_by="pairs",
        identified_by=_SUPPORTING,
        parent_member=_DEPENDENT,
        other_member=_SUPPORTING,
        empty_if_missing=True,
        acyclic=True,
        may_be_refused=True,
        prepare=_supporting,
        pairs=Pairs("service_dependencies/associate", "service_dependencies/disassociate", "relationships", _edge),
    )


def _subscriber(item: dict[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    return {str(item.get("subscriber_type")): {"id": item.get("subscriber_id")}}


def _subscription(parent: Mapping[str, str], item: Mapping[str, Any]) -> Mapping[str, Any]:
    ((kind, target),) = item.items()
    return {"subscriber_id": target["id"], "subscriber_type": kind}


def _refused(answer: object, pairs: Sequence[Mapping[str, Any]]) -> Mapping[int, str]:
    """The subscribers whose result is neither success nor duplicate: the request succeeds although they were refused."""
    rows = answer.get("subscriptions") if isinstance(answer, Mapping) else None
    results = {str(row.get("subscriber_id")): str(row.get("result")) for row in rows or () if isinstance(row, Mapping)}
    found = {at: results.get(str(pair["subscriber_id"]), "success") for at, pair in enumerate(pairs)}
    return {at: result for at, result in found.items() if result not in ("success", "duplicate")}


SUBSCRIBERS = ChildList(
    name="subscribers",
    item=OneOf.of(
        user=optional(USER_REFERENCE, "A person: the key or the email address of a user."),
        team=optional(Reference("team"), "A team: all of its members."),
    ),
    key=("user", "team"),
    description=(
        "Who gets its status updates. Items that are not listed stay. The API does not show people who "
        "subscribed in the web application; they stay too."
    ),
    source="PagerDuty API description, /business_services/{id}/subscribers: the list shows only what the API made",
    default_mode="additive",
    collection="business_services/{parent}/subscribers",
    member="",
    wrapper=None,
    read_from="request",
    added_by="pairs",
    identified_by="subscriber_id",
    empty_if_missing=True,
    may_be_refused=True,
    when_removed="{} no longer gets its status updates",
    prepare=_subscriber,
    pairs=Pairs(
        "business_services/{parent}/subscribers",
        "business_services/{parent}/unsubscribe",
        "subscribers",
        _subscription,
        is_serial=False,
        refused=_refused,
    ),
)
DEPENDENT_SIDE = (
    "Only the dependent side names it: write depends_on in the manifest of the service that needs this one."
)
"""What to write in place of a dependency that is named from the other side."""

BUSINESS_SERVICE = Kind(
    name="BusinessService",
    slug="business_service",
    file="business-services",
    # terraform-provider-pagerduty #895 reports a list as the answer for a deleted one.
    source=Listing("business_services", has_query=False, may_be_refused=True, gone_as_list=True),
    description="A capability of the business, such as a checkout. It shows which services provide it together.",
    name_may_be_unique=True,
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        description_field("Business service"),
        Field(
            "point_of_contact",
            Nullable(Text(max_length=255, empty_is_null=True)),
            "Who is responsible for it, as free text: a person, a chat channel.",
            _API,
            default=None,
        ),
        Field(
            "team",
            Nullable(Reference("team")),
            "The team that owns it; null for none.",
            f"{_API}; null clears it (assumed, as for every other reference)",
            default=None,
        ),
    ),
    children=(dependencies("business_services"), SUBSCRIBERS),
    retired={"supports": DEPENDENT_SIDE, "dependents": DEPENDENT_SIDE},
    # terraform-provider-pagerduty #310 reports that a PUT with an account-level key is refused.
    facts=Facts(teams="team", refuses_account_key=True),
    finish=_finish,
)
