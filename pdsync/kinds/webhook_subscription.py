"""WebhookSubscription: a web address to which PagerDuty reports what happens (webhooks V3).

PagerDuty makes a signing secret with each one and shows it once. It allows no change of the address and the headers: another subscription
takes the place of the old one, with another secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.model.codec.plain import Boolean, Nullable
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.secret import SecretMap
from pdsync.model.codec.structure import SetOf
from pdsync.model.codec.webhook import EventName, HookAddress, WebhookFilter
from pdsync.model.common_field import description_field
from pdsync.model.fact import CapacityFact, Facts, HandedOutFact, ReplacedFact
from pdsync.model.field import Field
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing, LookUp
from pdsync.model.live import LiveObject

_API = "PagerDuty API description, WebhookSubscription"
_DELIVERY = "delivery_method"
_URL, _HEADERS, _CLIENT = "url", "custom_headers", "oauth_client"
_TYPE = "http_delivery_method"
OAUTH_CLIENT = "oauth_client"
"""The kind of references to OAuth clients, which belong to the account."""


def _prepare(answer: dict[str, Any]) -> dict[str, Any]:
    """The members of the delivery method as fields."""
    delivery = answer.get(_DELIVERY)
    if isinstance(delivery, Mapping):
        answer.update({name: delivery.get(name) for name in (_URL, _HEADERS)})
    return answer


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """PagerDuty's own form. A PUT has no delivery method (PagerDuty API description)."""
    delivery = {name: body.pop(name) for name in (_URL, _HEADERS) if name in body}
    if live is None:
        body[_DELIVERY] = {"type": _TYPE, **delivery}
    if _CLIENT in body:
        client = body.pop(_CLIENT)
        if client is not None or live is not None:
            body["oauth_client_id"] = client["id"] if client is not None else None
    return body


def _find_trouble(live: LiveObject) -> str:
    """PagerDuty stops deliveries for a while by itself. No manifest can change that."""
    delivery = live.raw.get(_DELIVERY)
    if not isinstance(delivery, Mapping) or delivery.get("temporarily_disabled") is not True:
        return ""
    return (
        "PagerDuty has stopped its deliveries for now, because the receiver kept failing. Repair the receiver, then start them again "
        f"(POST /webhook_subscriptions/{live.id}/enable)"
    )


WEBHOOK_SUBSCRIPTION = Kind(
    name="WebhookSubscription",
    slug="webhook_subscription",
    file="webhooks",
    source=Listing("webhook_subscriptions", has_query=False, may_be_refused=True, on_demand=True),
    description="A web address to which PagerDuty reports what happens (webhooks V3).",
    # Several may report the same to one address, and have no names: the ownership line and the id alone tell which one is meant.
    identity=(),
    label="",
    lookups=(LookUp(OAUTH_CLIENT, "webhook_subscriptions/oauth_clients"),),
    fields=(
        description_field("WebhookSubscription, which names no limit (read as that of a service)"),
        Field(
            "filter",
            WebhookFilter((Reference("service"), Reference("team"))),
            "What it reports about: account, {service: KEY} or {team: KEY}. PagerDuty allows 10 webhooks for each.",
            f"{_API}; at most 10 each: PagerDuty's page Webhooks",
            required=True,
        ),
        Field(
            "events",
            SetOf(EventName(), min_items=1, noun="event"),
            "The events that it reports. An event that pdsync does not know is a warning.",
            f"{_API}; the server sorts them (terraform-provider-pagerduty #934)",
            required=True,
        ),
        Field(
            _URL,
            HookAddress(max_length=2048, min_length=1),
            "The web address. A change replaces the webhook, which then has another signing secret.",
            f"{_API}; a PUT cannot change the delivery method",
            required=True,
            fixed=True,
        ),
        Field(
            _HEADERS,
            SecretMap(listed=True),
            "Additional headers by name. Write ${env:NAME} for a secret. A change replaces the webhook.",
            f"{_API}; a PUT cannot change the delivery method; answers have no values (terraform-provider-pagerduty #923)",
            default={},
            fixed=True,
        ),
        Field("active", Boolean(), "Whether it reports anything.", _API, default=True),
        Field(
            _CLIENT,
            Nullable(Reference(OAUTH_CLIENT, plain="name")),
            "The OAuth client with which PagerDuty signs in at the receiver, by name. null: none.",
            f"{_API}, oauth_client_id; PagerDuty API description, /webhook_subscriptions/oauth_clients",
            default=None,
        ),
    ),
    prepare=_prepare,
    finish=_finish,
    facts=Facts(
        hands_out=HandedOutFact((_DELIVERY, "secret"), "signing secret"),
        replaced=ReplacedFact(("its signing secret: the receiver must be given the new one",)),
        capacity=CapacityFact("filter", 10, "PagerDuty's page Webhooks"),
        trouble=_find_trouble,
    ),
)
