"""Incident type: what kind of incident one is. An account has the base type from the start; the sandbox has no other."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.store.record import Body

_BASE: Body = {
    "id": "PINCIDENTBASE1",
    "type": "incident_type",
    "name": "incident_default",
    "display_name": "Base Incident",
    "description": None,
    "enabled": True,
    "parent": None,
    "created_at": "2023-05-31T13:40:47Z",
    "updated_at": "2023-07-31T13:40:47Z",
}


def incident_type_routes() -> list[Route]:
    return [Route("GET", "/incidents/types", _list)]


def _list(call: Call) -> Answer:
    """Without pages. Enabled ones where nothing is asked for (PagerDuty API description)."""
    return Answer(200, {"incident_types": [] if call.arg("filter") == "disabled" else [_BASE]})
