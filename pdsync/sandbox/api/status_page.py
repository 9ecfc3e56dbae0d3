"""Status page: what the public, or a company, sees of the state of its services. PagerDuty's API cannot create one either."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

KIND = "status_page"
_TYPES = ("public", "private")


def status_page_routes() -> list[Route]:
    return [Route("GET", "/status_pages", _list)]


def show_status_page(record: Record) -> Body:
    names = ("name", "published_at", "status_page_type", "url")
    return {"id": record.id, "type": KIND, **{name: record.body[name] for name in names}}


def _list(call: Call) -> Answer:
    kind = call.arg("status_page_type")
    if kind is not None and kind not in _TYPES:
        raise invalid(f"Status page type must be one of: {', '.join(_TYPES)}")
    rows = [it for it in call.store.sorted_by_name(KIND) if kind in (None, it.body["status_page_type"])]
    return Answer(200, paginate(call, "status_pages", rows, show_status_page))
