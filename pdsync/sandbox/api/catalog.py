"""Catalog: what an account has without anybody making it: vendors, priorities, abilities."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.priority import PRIORITIES, show_priority
from pdsync.sandbox.api.vendor import VENDORS
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import not_found, payment_required
from pdsync.sandbox.store.record import Body

_ABILITIES = (
    "advanced_permissions",
    "coordinated_responding",
    "event_rules",
    "manual_alert_grouping",
    "permissions_service",
    "preview_intelligent_alert_grouping",
    "read_only_users",
    "round_robin_scheduling",
    "service_support_hours",
    "team_responders",
    "teams",
    "time_based_alert_grouping",
    "urgencies",
)
_NOT_BOUGHT = ("sso", "response_operations", "offboarding")


def catalog_routes() -> list[Route]:
    return [
        Route("GET", "/vendors", _vendors),
        Route("GET", "/vendors/<id>", _vendor),
        Route("GET", "/priorities", _priorities),
        Route("GET", "/abilities", _abilities),
        Route("GET", "/abilities/<id>", _ability),
    ]


def _vendors(call: Call) -> Answer:
    query = (call.arg("query") or "").casefold()
    found = sorted((it for it in VENDORS.values() if query in it.name.casefold()), key=lambda it: it.name.casefold())
    return Answer(200, paginate(call, "vendors", found, lambda vendor: show_vendor(call, vendor.id)))


def _vendor(call: Call, id: str) -> Answer:
    if id not in VENDORS:
        raise not_found()
    return Answer(200, {"vendor": show_vendor(call, id)})


def show_vendor(call: Call, id: str) -> Body:
    vendor = VENDORS[id]
    image = f"{WEB_URL}/vendors/{id}"
    return {
        **call.links.vendor_head(id),
        "name": vendor.name,
        "website_url": vendor.website_url,
        "logo_url": f"{image}/logo.png",
        "thumbnail_url": f"{image}/thumbnail.png",
        "description": f"Events from {vendor.name}.",
        "integration_guide_url": f"{WEB_URL}/docs/guides/{id}",
        "generic_service_type": vendor.generic_service_type,
    }


def _priorities(call: Call) -> Answer:
    """In order of severity (PagerDuty API description)."""
    return Answer(200, paginate(call, "priorities", list(PRIORITIES), lambda id: show_priority(call.links, id)))


def _abilities(call: Call) -> Answer:
    return Answer(200, {"abilities": list(_ABILITIES)})


def _ability(call: Call, id: str) -> Answer:
    """204, 402 or 404 (PagerDuty API description)."""
    if id in _ABILITIES:
        return Answer(204)
    raise payment_required(id) if id in _NOT_BOUGHT else not_found()
