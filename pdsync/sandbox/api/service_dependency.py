"""Service dependency: which service, technical or business, another one depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import Problem, internal, invalid, not_found
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

_MAX = 2_000  # of one service (PagerDuty API description)
DEPENDENCY_ENDS = ("supporting_service", "dependent_service")
# Type names differ going in and coming out (terraform-provider-pagerduty, service dependencies).
_KINDS = {
    f"{name}{suffix}": kind
    for name, kind in (
        ("service", "service"),
        ("technical_service", "service"),
        ("business_service", "business_service"),
    )
    for suffix in ("", "_reference")
}


def service_dependency_routes() -> list[Route]:
    path = "/service_dependencies"
    return [
        Route("POST", f"{path}/associate", _associate),
        Route("POST", f"{path}/disassociate", _disassociate),
        Route("GET", f"{path}/technical_services/<id>", _list("service")),
        Route("GET", f"{path}/business_services/<id>", _list("business_service")),
    ]


def drop_dependencies(store: Store, service: Record) -> None:
    """Ends the dependencies of a service that is about to be deleted. Where they stay, they end with the other service."""
    stay = store.profile.reads("dependencies_of_deleted_service", "listed")
    for dependency in store.referrers("service_dependency", service.id):
        others = {dependency.body[end]["id"] for end in DEPENDENCY_ENDS} - {service.id}
        if not (stay and any(store.find(it) for it in others)):
            store.delete(dependency.id)


def direct_services(store: Store, id: str, *, dependent: bool) -> list[str]:
    """Ids of the services that depend on this one, or of those that support it, without deleted ones."""
    far, near = reversed(DEPENDENCY_ENDS) if dependent else DEPENDENCY_ENDS
    rows = store.referrers("service_dependency", id)
    found = [it.body[far]["id"] for it in rows if it.body[near]["id"] == id]
    return [it for it in found if store.find(it) is not None]


def all_services(store: Store, id: str, *, dependent: bool) -> Iterator[str]:
    """The same, directly or through others."""
    seen, ahead = {id}, [id]
    while ahead:
        for found in direct_services(store, ahead.pop(), dependent=dependent):
            if found not in seen:
                seen.add(found)
                ahead.append(found)
                yield found


def _associate(call: Call) -> Answer:
    """What is made of one that is wrong is a question, and so is what happens to the others."""
    _check_overlap(call)
    how = call.profile.reading("bad_dependency_of_several")
    made: list[Record] = []
    refusal: Problem | None = None
    for row in _rows(call):
        try:
            made.append(_made(call, *_ends(call, row)))
        except Problem as problem:
            if how == "none_made":
                raise
            refusal = refusal or problem
    if refusal is not None and (how == "others_made" or not made):
        return Answer(refusal.status, refusal.body())
    return Answer(200, {"relationships": [show_dependency(it) for it in made]})


def _made(call: Call, supporting: Record, dependent: Record) -> Record:
    """The dependency, which may have been there already. Raises the 400 for one that cannot be."""
    known = _find(call.store, supporting, dependent)
    if known is not None:
        if call.profile.reads("repeated_dependency", "refused"):
            raise invalid("The dependency exists already")
        return known
    if _closes_circle(call, supporting, dependent):
        raise invalid("A service cannot depend on itself, directly or through others")
    for service in (supporting, dependent):
        if len(call.store.referrers("service_dependency", service.id)) >= _MAX:
            raise invalid(f"A service can have a maximum of {_MAX} dependencies")
    body = dict(zip(DEPENDENCY_ENDS, (_pointer(supporting), _pointer(dependent)), strict=True))
    return call.store.put("service_dependency", call.store.new_id(), body)


def _closes_circle(call: Call, supporting: Record, dependent: Record) -> bool:
    """Whether this dependency must not be, because its end would depend on itself."""
    if dependent is supporting:
        return call.profile.reads("dependency_on_itself", "refused")
    if call.profile.reads("dependency_circle", "taken"):
        return False
    return dependent.id in all_services(call.store, supporting.id, dependent=False)


def _disassociate(call: Call) -> Answer:
    """All of them, or none where one is refused."""
    _check_overlap(call)
    ended = []
    for supporting, dependent in [_ends(call, row) for row in _rows(call)]:
        known = _find(call.store, supporting, dependent)
        if known is not None:
            call.store.delete(known.id)
            ended.append(show_dependency(known))
        elif call.profile.reads("absent_dependency", "refused"):
            raise invalid("The dependency does not exist")
        elif call.profile.reads("absent_dependency", "not_found"):
            raise not_found()
    return Answer(200, {"relationships": ended})


def _check_overlap(call: Call) -> None:
    if call.is_overlapped and call.profile.reads("dependencies_at_once", "refused"):
        raise internal()


def _list(kind: str) -> Callable[..., Answer]:
    def handle(call: Call, id: str) -> Answer:
        rows = call.store.referrers("service_dependency", call.record(kind, id).id)
        return Answer(200, {"relationships": [show_dependency(it) for it in rows]})

    return handle


def _rows(call: Call) -> list[Body]:
    rows = call.json().get("relationships")
    if not isinstance(rows, list) or not rows or not all(isinstance(it, dict) for it in rows):
        raise invalid("Relationships must be an array of objects that is not empty")
    return rows


def _ends(call: Call, row: Body) -> tuple[Record, Record]:
    """The supporting service and the dependent one."""
    return _service(call, row.get(DEPENDENCY_ENDS[0])), _service(call, row.get(DEPENDENCY_ENDS[1]))


def _service(call: Call, value: Any) -> Record:
    if not isinstance(value, dict) or value.get("type") not in _KINDS or not isinstance(value.get("id"), str):
        raise invalid("A service must have an id, and the type service or business_service")
    return call.seen(_KINDS[value["type"]], value["id"])  # terraform-provider-pagerduty #226, #352: 404 for a young one


def _find(store: Store, supporting: Record, dependent: Record) -> Record | None:
    for it in store.referrers("service_dependency", supporting.id):
        if it.body[DEPENDENCY_ENDS[0]]["id"] == supporting.id and it.body[DEPENDENCY_ENDS[1]]["id"] == dependent.id:
            return it
    return None


def _pointer(service: Record) -> Body:
    return {"id": service.id, "type": f"{service.kind}_reference"}


def show_dependency(record: Record) -> Body:
    ends = {name: dict(record.body[name]) for name in DEPENDENCY_ENDS}
    for end in ends.values():
        if end["type"] == "service_reference":
            end["type"] = "technical_service_reference"
    return {**ends, "id": record.id, "type": "service_dependency"}
