"""Related incident: what else is going on, on services that are connected or with a title of the same kind."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.api.service_dependency import all_services, direct_services
from pdsync.sandbox.api.similar_incident import detailed
from pdsync.sandbox.api.title_template import template
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.paging.escalation import open_incidents
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

_MOST = 20  # PagerDuty API description
# Which rows support which: ids of dependent and of supporting services.
_Ends = tuple[list[str], list[str]]


def related_incident_routes() -> list[Route]:
    return [Route("GET", "/incidents/<id>/related_incidents", _list)]


def _list(call: Call, id: str) -> Answer:
    """The newest open incidents of other services (that they must be open is a guess)."""
    incident = call.record("incident", id)
    own = incident.body["service"]["id"]
    connected = _connected(call.store, own)
    found: list[tuple[Record, list[Body]]] = []
    for other in visible(call, open_incidents(call)):
        if other.body["service"]["id"] != own:
            reasons = _relationships(call, incident, other, connected)
            found += [(other, reasons)] if reasons else []
    found.sort(key=lambda it: (it[0].body["created_at"], it[0].number), reverse=True)
    rows = [{"incident": detailed(call, it), "relationships": reasons} for it, reasons in found[:_MOST]]
    return Answer(200, {"related_incidents": rows})


def _relationships(call: Call, incident: Record, other: Record, connected: dict[str, _Ends]) -> list[Body]:
    """An equal template of the title is what the sandbox has for PagerDuty's machine learning."""
    reasons: list[Body] = []
    if template(incident) == template(other):
        feedback = {"positive_feedback_count": 0, "negative_feedback_count": 0}
        metadata: dict[str, Any] = {"grouping_classification": "similar_contents", "user_feedback": feedback}
        reasons.append({"type": "machine_learning_inferred", "metadata": metadata})
    ends = connected.get(other.body["service"]["id"])
    if ends is not None:
        names = ("dependent_services", "supporting_services")
        metadata = {name: [_show(call, it) for it in ids] for name, ids in zip(names, ends, strict=True)}
        reasons.append({"type": "service_dependency", "metadata": metadata})
    return reasons


def _connected(store: Store, own: str) -> dict[str, _Ends]:
    """By service: one below or above this one, or next to it under the same service."""
    found: dict[str, _Ends] = {}
    for above in direct_services(store, own, dependent=True):
        for beside in direct_services(store, above, dependent=False):
            found[beside] = ([above], [own, beside])
    found |= {below: ([own], [below]) for below in all_services(store, own, dependent=False)}
    found |= {above: ([above], [own]) for above in all_services(store, own, dependent=True)}
    return found


def _show(call: Call, id: str) -> Body:
    reference = call.links.resolve({"id": id, "type": "service_reference"})
    kind = reference["type"].replace("business_service", "business").removesuffix("_reference")
    name = "business_service_reference" if kind == "business" else "technical_service_reference"
    return {"id": id, "type": name, "self": reference["self"]}
