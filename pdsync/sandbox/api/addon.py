"""Add-on: a page of another site that PagerDuty shows inside its own. It can only be read here; it comes from a state."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

KIND = "addon"
_TYPES = ("full_page_addon", "incident_show_addon")


def addon_routes() -> list[Route]:
    return [Route("GET", "/addons", _list), Route("GET", "/addons/<id>", _get)]


def show_addon(call: Call, record: Record, includes: frozenset[str]) -> Body:
    body = record.body
    return {
        "id": record.id,
        "type": body["type"],
        "summary": body["name"],
        "self": f"{call.links.base_url}/addons/{record.id}",
        "html_url": None,
        "name": body["name"],
        "src": body["src"],
        "services": [call.embed(it, whole="services" in includes) for it in body.get("services", [])],
    }


def _list(call: Call) -> Answer:
    kind, services, includes = call.arg("filter"), set(call.many("service_ids")), call.includes()
    if kind is not None and kind not in _TYPES:
        raise invalid(f"Filter must be one of: {', '.join(_TYPES)}")
    rows = [
        it
        for it in call.store.sorted_by_name(KIND)
        if (kind is None or it.body["type"] == kind)
        and (not services or any(service["id"] in services for service in it.body.get("services", [])))
    ]

    def show(record: Record) -> Body:
        """In a list its type has the ending of a reference (PagerDuty API description)."""
        return {**show_addon(call, record, includes), "type": f"{record.body['type']}_reference"}

    return Answer(200, paginate(call, "addons", rows, show))


def _get(call: Call, id: str) -> Answer:
    return Answer(200, {"addon": show_addon(call, call.record(KIND, id), call.includes())})
