"""Service dependency: which service, technical or business, another one rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

_MAX = 2_000  # of one service (PagerDuty API description)
_ENDS = ("supporting_service", "dependent_service")
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
    """Ends all dependencies of a service that is about to be deleted (what PagerDuty does is to be verified)."""
    for dependency in store.referrers("service_dependency", service.id):
        store.delete(dependency.id)


def direct_services(store: Store, id: str, *, dependent: bool) -> list[str]:
    """Ids of the services that depend on this one, or of those that support it."""
    far, near = reversed(_ENDS) if dependent else _ENDS
    rows = store.referrers("service_dependency", id)
    return [it.body[far]["id"] for it in rows if it.body[near]["id"] == id]


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
    may_circle = call.profile.reads("dependency_circle", "taken")
    made = []
    for supporting, dependent in _given(call):
        known = _find(call.store, supporting, dependent)
        if known is None:
            above = {supporting.id} if may_circle else {*all_services(call.store, supporting.id, dependent=False)}
            if dependent.id in above | {supporting.id}:
                raise invalid("A service cannot depend on itself, directly or through others")
            for service in (supporting, dependent):
                if len(call.store.referrers("service_dependency", service.id)) >= _MAX:
                    raise invalid(f"A service can have a maximum of {_MAX} dependencies")
            body = dict(zip(_ENDS, (_pointer(supporting), _pointer(dependent)), strict=True))
            known = call.store.put("service_dependency", call.store.new_id(), body)
        elif call.profile.reads("repeated_dependency", "refused"):
            raise invalid("The dependency exists already")
        made.append(_show(known))
    return Answer(200, {"relationships": made})


def _disassociate(call: Call) -> Answer:
    """Those that are not there are left out of the answer (a guess)."""
    ended = []
    for supporting, dependent in _given(call):
        known = _find(call.store, supporting, dependent)
        if known is not None:
            call.store.delete(known.id)
            ended.append(_show(known))
    return Answer(200, {"relationships": ended})


def _list(kind: str) -> Callable[..., Answer]:
    def handle(call: Call, id: str) -> Answer:
        rows = call.store.referrers("service_dependency", call.record(kind, id).id)
        return Answer(200, {"relationships": [_show(it) for it in rows]})

    return handle


def _given(call: Call) -> list[tuple[Record, Record]]:
    rows = call.json().get("relationships")
    if not isinstance(rows, list) or not rows or not all(isinstance(it, dict) for it in rows):
        raise invalid("Relationships must be an array of objects that is not empty")
    return [(_service(call, it.get(_ENDS[0])), _service(call, it.get(_ENDS[1]))) for it in rows]


def _service(call: Call, value: Any) -> Record:
    if not isinstance(value, dict) or value.get("type") not in _KINDS or not isinstance(value.get("id"), str):
        raise invalid("A service must have an id, and the type service or business_service")
    record = call.store.get(_KINDS[value["type"]], value["id"])
    if record is None:
        raise not_found()  # also for services just made, on the real service (terraform-provider-pagerduty 3.27.2)
    return record


def _find(store: Store, supporting: Record, dependent: Record) -> Record | None:
    for it in store.referrers("service_dependency", supporting.id):
        if it.body[_ENDS[0]]["id"] == supporting.id and it.body[_ENDS[1]]["id"] == dependent.id:
            return it
    return None


def _pointer(service: Record) -> Body:
    return {"id": service.id, "type": f"{service.kind}_reference"}


def _show(record: Record) -> Body:
    ends = {name: dict(record.body[name]) for name in _ENDS}
    for end in ends.values():
        if end["type"] == "service_reference":
            end["type"] = "technical_service_reference"
    return {**ends, "id": record.id, "type": "service_dependency"}
