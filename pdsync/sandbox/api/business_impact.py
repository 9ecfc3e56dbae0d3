"""Business impact: which business services an open incident impacts.

An incident impacts the business services that depend on its service, directly or through others, if it has a priority
that reaches the threshold of the account; and those that a person marked by hand, with all that they support. A business
service that a person spared is not impacted by it, and passes nothing on (PagerDuty API description, Business Services
and ``PUT /incidents/{id}/business_services/{business_service_id}/impacts``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.priority import priority_order
from pdsync.sandbox.api.priority_threshold import reaches_threshold
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.api.service_dependency import direct_services
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.pagination import paginate_cursor
from pdsync.sandbox.paging.escalation import open_incidents
from pdsync.sandbox.store.instant import checked, stored
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

KIND = "incident_impact"
RELATIONS = ("impacted", "not_impacted")
_MOST = 200  # PagerDuty API description, GET /business_services/impacts


def business_impact_routes() -> list[Route]:
    own = "/incidents/<id>/business_services"
    return [
        Route("GET", f"{own}/impacts", _list_of_incident),
        Route("PUT", f"{own}/<business_service_id>/impacts", _put),
        Route("GET", "/business_services/impacts", _list),
        Route("GET", "/business_services/impactors", _list_impactors),
        Route("GET", "/business_services/<id>/supporting_services/impacts", _list_supporting),
    ]


@dataclass(slots=True)
class _Impact:
    """What open incidents do to a business service; ``at`` is the latest moment at which one of them reached it."""

    service: Record
    incidents: list[Record] = field(default_factory=list)
    at: str = ""

    def priority(self) -> str | None:
        """The highest of its incidents."""
        ids = [it.body["priority"]["id"] for it in self.incidents if it.body["priority"]]
        return max(ids, key=priority_order, default=None)

    def weight(self) -> tuple[bool, int, str]:
        priority = self.priority()
        return bool(self.incidents), priority_order(priority) if priority else 0, self.at


def impacted_services(call: Call, incident: Record) -> dict[str, str]:
    """Ids of the business services that an incident impacts, and since when."""
    if incident.body["status"] == "resolved":
        return {}
    store, ahead, spared = call.store, list[tuple[str, str]](), set[str]()
    for mark in store.children(KIND, incident.id):
        id = mark.body["business_service"]["id"]
        if mark.body["relation"] == "impacted":
            ahead.append((mark.body["at"], id))
        else:
            spared.add(id)
    if reaches_threshold(store, incident):
        ahead.append((incident.body["created_at"], incident.body["service"]["id"]))
    found: dict[str, str] = {}
    for at, start in sorted(ahead, reverse=True):
        _spread(store, start, at, spared, found)
    return {id: at for id, at in found.items() if store.get("business_service", id) is not None}


def drop_impacts(store: Store, business_service: Record) -> None:
    for mark in store.referrers(KIND, business_service.id):
        store.delete(mark.id)


def relation_of(call: Call, mark: Record) -> str:
    """Raises KeyError, ValueError and the like for a mark that nothing can be computed from."""
    call.record("incident", mark.parent or "")
    call.record("business_service", mark.body["business_service"]["id"])
    checked(mark.body["at"])
    relation = str(mark.body["relation"])
    if relation not in RELATIONS:
        raise ValueError(f"a relation must be one of: {', '.join(RELATIONS)}")
    return relation


def _spread(store: Store, start: str, at: str, spared: set[str], found: dict[str, str]) -> None:
    ahead = [start]
    while ahead:
        id = ahead.pop()
        if id not in found:
            found[id] = at
            ahead += [it for it in direct_services(store, id, dependent=True) if it not in spared]


def _list_of_incident(call: Call, id: str) -> Answer:
    impacted = impacted_services(call, call.record("incident", id))
    rows = sorted((call.record("business_service", it) for it in impacted), key=lambda it: it.number)

    def serve(limit: int, after: int | None) -> list[Record]:
        return [it for it in rows if after is None or it.number > after][:limit]

    def show(service: Record) -> Body:
        return {**_head(service), "status": "impacted"}

    return Answer(200, paginate_cursor(call, "services", serve, show))


def _put(call: Call, id: str, business_service_id: str) -> Answer:
    incident, service = call.record("incident", id), call.record("business_service", business_service_id)
    draft: Body = {"business_service": pointer(service), "at": stored(call.now)}
    form = Form(call.json(), draft, creating=True)
    form.choice("relation", RELATIONS, required=True)
    form.finish()
    call.store.put(KIND, f"{incident.id}:{service.id}:impact", draft, incident.id)
    return Answer(200, {"relation": draft["relation"]})


def _list(call: Call) -> Answer:
    return _page(call, _chosen(call))


def _list_supporting(call: Call, id: str) -> Answer:
    service, wanted = call.record("business_service", id), set(call.many("ids"))
    found = [call.store.get("business_service", it) for it in direct_services(call.store, service.id, dependent=False)]
    return _page(call, [it for it in found if it is not None and (not wanted or it.id in wanted)])


def _list_impactors(call: Call) -> Answer:
    """By priority, then the newest first (the latter is a guess)."""
    found = {incident.id: incident for it in _impacts(call, _chosen(call)) for incident in it.incidents}
    rows = sorted(visible(call, found.values()), key=_incident_weight, reverse=True)
    impactors = [{"id": it.id, "type": "incident"} for it in rows[:_MOST]]
    return Answer(200, {"limit": _MOST, "more": len(rows) > _MOST, "impactors": impactors})


def _incident_weight(incident: Record) -> tuple[int, str, int]:
    priority = incident.body["priority"]
    return priority_order(priority["id"]) if priority else 0, incident.body["created_at"], incident.number


def _chosen(call: Call) -> list[Record]:
    """The business services with the given ids, or the top ones: those that support no other business service."""
    wanted, store = set(call.many("ids")), call.store
    if wanted:
        return [it for it in store.sorted_by_name("business_service") if it.id in wanted]
    return [it for it in store.sorted_by_name("business_service") if not _supports_another(store, it.id)]


def _supports_another(store: Store, id: str) -> bool:
    dependents = direct_services(store, id, dependent=True)
    return any(store.get("business_service", it) is not None for it in dependents)


def _impacts(call: Call, services: Iterable[Record]) -> list[_Impact]:
    """The most impacted first, then the ones that were impacted last, then by name."""
    found = {it.id: _Impact(it) for it in sorted(services, key=lambda it: str(it.body["name"]).casefold())}
    for incident in open_incidents(call):
        for id, at in impacted_services(call, incident).items():
            if id in found:
                found[id].incidents.append(incident)
                found[id].at = max(found[id].at, at)
    return sorted(found.values(), key=_Impact.weight, reverse=True)


def _page(call: Call, services: Iterable[Record]) -> Answer:
    """At most 200, and all where ids were asked for."""
    asked, rows = set(call.many("additional_fields")), _impacts(call, services)
    shown = rows if call.many("ids") else rows[:_MOST]
    with_priority = "services.highest_impacting_priority" in asked
    body: Body = {
        "limit": _MOST,
        "more": len(rows) > len(shown),
        "services": [_show(it, with_priority=with_priority) for it in shown],
    }
    if "total_impacted_count" in asked:
        body["additional_fields"] = {"total_impacted_count": sum(bool(it.incidents) for it in rows)}
    return Answer(200, body)


def _show(impact: _Impact, *, with_priority: bool) -> Body:
    shown = {**_head(impact.service), "status": "impacted" if impact.incidents else "not_impacted"}
    if with_priority:
        id = impact.priority()
        shown["additional_fields"] = {"highest_impacting_priority": id and {"id": id, "order": priority_order(id)}}
    return shown


def _head(service: Record) -> Body:
    return {"id": service.id, "name": service.body["name"], "type": "business_service"}
