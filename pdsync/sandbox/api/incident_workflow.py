"""Incident workflow: steps that PagerDuty takes for an incident. It can only be listed here; it comes from a state."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import matching, paginate
from pdsync.sandbox.store.record import Body, Record

KIND = "incident_workflow"


def incident_workflow_routes() -> list[Route]:
    return [Route("GET", "/incident_workflows", _list)]


def show_incident_workflow(call: Call, record: Record, includes: frozenset[str]) -> Body:
    """Steps and team only when they are asked for (PagerDuty API description, include[])."""
    body = record.body
    shown = {
        **call.links.head(record),
        "name": body["name"],
        "description": body.get("description"),
        "created_at": body["created_at"],
        "is_enabled": body.get("is_enabled", True),
    }
    if "steps" in includes:
        shown["steps"] = body.get("steps", [])
    if "team" in includes and body.get("team"):
        shown["team"] = {"id": body["team"]["id"], "type": "team_reference"}
    return shown


def _list(call: Call) -> Answer:
    rows, includes = matching(call, call.store.sorted_by_name(KIND), "name"), call.includes()
    return Answer(
        200, paginate(call, "incident_workflows", rows, lambda it: show_incident_workflow(call, it, includes))
    )
