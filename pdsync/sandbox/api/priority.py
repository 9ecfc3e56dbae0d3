"""Priority: how bad an incident is. An account has five, which the API cannot change."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.links import Links
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.store.record import Body

# Ids and texts of the five: PagerDuty API description, example of GET /priorities. In order of severity.
_PRIORITIES = (
    ("PSLWBL8", "P1", "Critical issue that needs public notification"),
    ("P53ZZH5", "P2", "Critical system issue for many customers"),
    ("PGE9YCZ", "P3", "Stability issue that needs its owners at once"),
    ("PVJPWYW", "P4", "Minor issue that needs action"),
    ("P81SUUT", "P5", "Cosmetic issue or bug"),
)
PRIORITIES = {id: (name, description) for id, name, description in _PRIORITIES}
_HIGHEST = 2**26  # of P1 in recorded webhooks; that each further one has half of it is a guess


def priority_order(id: str) -> int:
    """How much a priority weighs; the highest has the largest number."""
    return _HIGHEST >> list(PRIORITIES).index(id)


def priority_routes() -> list[Route]:
    return [Route("GET", "/priorities", _list)]


def find_priority(value: object) -> str | None:
    """The id for a priority object, or for a string that is a priority's name (PagerDuty API description)."""
    if isinstance(value, str):
        return next((id for id, (name, _) in PRIORITIES.items() if name == value), None)
    id = value.get("id") if isinstance(value, dict) else None
    return id if isinstance(id, str) and id in PRIORITIES else None


def show_priority(links: Links, id: str) -> Body:
    name, description = PRIORITIES[id]
    return {
        "id": id,
        "type": "priority",
        "summary": name,
        "self": f"{links.base_url}/priorities/{id}",
        "html_url": None,
        "name": name,
        "description": description,
        "order": priority_order(id),
    }


def _list(call: Call) -> Answer:
    """In order of severity (PagerDuty API description)."""
    return Answer(200, paginate(call, "priorities", list(PRIORITIES), lambda id: show_priority(call.links, id)))
