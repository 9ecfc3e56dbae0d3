"""Orchestration path: the rules of an event orchestration (router, global, unrouted) or of a service, as one document.

It is there as soon as its owner is, is read and written as a whole, and goes with its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pdsync.sandbox.api.authorship import changed_now, made_now, show_authors
from pdsync.sandbox.api.collection import Handler, Route
from pdsync.sandbox.api.orchestration_rule import check_sets
from pdsync.sandbox.api.orchestration_warning import find_warnings
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import Problem
from pdsync.sandbox.store.record import Body, Record

KIND = "orchestration_path"
ACTIVE = "orchestration_active"
_GLOBAL_TYPES = ("router", "global", "unrouted")
_SERVICE = "/event_orchestrations/services/<service_id>"


def orchestration_path_routes() -> list[Route]:
    routes = []
    for type in _GLOBAL_TYPES:
        path = f"/event_orchestrations/<id>/{type}"
        routes += [Route("GET", path, _handler(_get, type)), Route("PUT", path, _handler(_put, type))]
    return [
        *routes,
        Route("GET", _SERVICE, _get_of_service),
        Route("PUT", _SERVICE, _put_of_service),
        Route("GET", f"{_SERVICE}/active", _get_active),
        Route("PUT", f"{_SERVICE}/active", _put_active),
    ]


def make_paths(call: Call, orchestration: Record) -> None:
    for type in _GLOBAL_TYPES:
        body = {**_empty(type), **made_now(call)}
        call.store.put(KIND, _id(orchestration, type), body, orchestration.id)


def routed_services(call: Call, orchestration: Record) -> set[str]:
    """The services that the router's rules name."""
    router = _document(call, orchestration, "router")
    rules = [rule for one in router["sets"] for rule in one["rules"]]
    return {it["actions"]["route_to"] for it in (*rules, router["catch_all"]) if "route_to" in it["actions"]} - {
        "unrouted"
    }


def show_path(call: Call, owner: Record, type: str) -> Body:
    return _show(call, owner, type, "null_in_reads")


def _show(call: Call, owner: Record, type: str, *nulls: str) -> Body:
    """Rules without conditions have null for them where the account has one of these readings."""
    body = _shown(call, _document(call, owner, type))
    if call.profile.reading("rule_without_conditions") in ("nulled", *nulls):
        body["sets"] = [{**one, "rules": [_with_null(rule) for rule in one["rules"]]} for one in body["sets"]]
    base, part = call.links.base_url, "services" if owner.kind == "service" else "event_orchestrations"
    place = f"services/{owner.id}" if owner.kind == "service" else f"{owner.id}/{type}"
    return {
        **body,
        "type": type,
        "parent": {"id": owner.id, "type": f"{owner.kind}_reference", "self": f"{base}/{part}/{owner.id}"},
        "self": f"{base}/event_orchestrations/{place}",
        **show_authors(call, body),
    }


def _shown(call: Call, document: Body) -> Body:
    """Without the rules that lead to a deleted service, where the account drops them."""
    if call.profile.reads("rule_to_deleted_service", "kept"):
        return document

    def leads(rule: Body) -> bool:
        target = rule["actions"].get("route_to")
        return target is None or call.store.get("service", target) is not None

    sets = [{**one, "rules": [it for it in one["rules"] if leads(it)]} for one in document["sets"]]
    return {**document, "sets": sets}


def _with_null(rule: Body) -> Body:
    return rule if rule["conditions"] else {**rule, "conditions": None}


def _with_ids(given: Body, old: Body) -> Body:
    """The rules that have no id get that of the rule at the same place before."""
    before = {one["id"]: [it["id"] for it in one["rules"]] for one in old["sets"]}
    sets = given.get("sets")
    if not isinstance(sets, list):
        return given
    return {**given, "sets": [_set_with_ids(one, before) for one in sets]}


def _set_with_ids(given: Any, before: Mapping[str, Sequence[str]]) -> Any:
    rules = given.get("rules") if isinstance(given, dict) else None
    if not isinstance(rules, list) or not all(isinstance(it, dict) for it in rules):
        return given
    ids = before.get(given["id"], ()) if isinstance(given.get("id"), str) else ()
    named = [{"id": id, **rule} for rule, id in zip(rules, ids, strict=False)]
    return {**given, "rules": named + rules[len(named) :]}


def _handler(action: Callable[[Call, Record, str], Answer], type: str) -> Handler:
    return lambda call, id: action(call, call.record("event_orchestration", id), type)


def _get(call: Call, owner: Record, type: str) -> Answer:
    shown = Body(orchestration_path=show_path(call, owner, type))
    if call.profile.reads("warnings_in_reads", "shown"):
        shown["warnings"] = find_warnings(call, owner, type, _document(call, owner, type))
    return Answer(200, shown)


def _put(call: Call, owner: Record, type: str) -> Answer:
    """The whole document: what is left out is gone."""
    old, draft = _document(call, owner, type), _empty(type)
    given = call.wrapped(KIND)
    if call.profile.reads("ids_of_rules", "kept"):
        given = _with_ids(given, old)
    form = Form(given, draft, creating=True)
    check_sets(call, form, type)
    form.finish()
    warnings = find_warnings(call, owner, type, draft)
    call.store.put(KIND, _id(owner, type), {**old, **draft, **changed_now(call)}, owner.id)
    return Answer(200, {"orchestration_path": _show(call, owner, type), "warnings": warnings})


def _get_of_service(call: Call, service_id: str) -> Answer:
    return _get(call, _service(call, service_id), "service")


def _put_of_service(call: Call, service_id: str) -> Answer:
    return _put(call, _service(call, service_id), "service")


def _get_active(call: Call, service_id: str) -> Answer:
    return Answer(200, {"active": is_active(call, _with_active(call, service_id))})


def _put_active(call: Call, service_id: str) -> Answer:
    service, draft = _with_active(call, service_id), Body()
    form = Form(call.json(), draft, creating=True)
    form.boolean("active", required=True)
    form.finish()
    call.store.put(ACTIVE, f"{service.id}:active", draft, service.id)
    return Answer(200, draft)


def _service(call: Call, id: str) -> Record:
    if call.store.get("service", id) is None and call.profile.reads("rules_of_deleted_service", "forbidden"):
        raise Problem(403, 2010, "Access Denied", ["You do not have permission to access this object."])
    return call.record("service", id)


def _with_active(call: Call, id: str) -> Record:
    service = _service(call, id)
    if call.profile.reads("active_of_service", "gone"):
        raise Problem(410, 2001, "Gone", ["Event rules of services are at the end of their life."])
    return service


def is_active(call: Call, service: Record) -> bool:
    """A service of today has no older event rules, so that its orchestration may be active from the start."""
    record = call.store.get(ACTIVE, f"{service.id}:active")
    return bool(record.body["active"]) if record is not None else call.profile.reads("rules_of_new_service", "active")


def stored_path(call: Call, owner: Record, type: str) -> Body | None:
    """The rules of an owner as they were written; None for a service that never had any."""
    record = call.store.get(KIND, _id(owner, type))
    return record.body if record is not None else None


def path_place(call: Call, record: Record) -> tuple[Record, str]:
    """The owner of a stored path, and its type. Raises the 404, or ValueError where its id says something else."""
    type = record.id.removeprefix(f"{record.parent}:")
    if type not in (*_GLOBAL_TYPES, "service") or not isinstance(record.body["sets"][0]["id"], str):
        raise ValueError("its id is not that of a path")
    kind = "service" if type == "service" else "event_orchestration"
    return call.record(kind, record.parent or ""), type


def check_path(call: Call, record: Record) -> Body:
    """Raises the 400 or ValueError for a stored path that no PUT would have left behind: events could not go by it."""
    _, type = path_place(call, record)
    draft = _empty(type)
    form = Form(record.body, draft, creating=True)
    check_sets(call, form, type)
    form.finish()
    if any(draft[name] != record.body[name] for name in ("sets", "catch_all")):
        raise ValueError("its rules are not as they are stored")
    return draft


def _id(owner: Record, type: str) -> str:
    return f"{owner.id}:{type}"


def _document(call: Call, owner: Record, type: str) -> Body:
    """What is stored; of a service that was never written to, an empty one."""
    body = stored_path(call, owner, type)
    return dict(body) if body is not None else {**_empty(type), "created_at": owner.body["created_at"]}


def _empty(type: str) -> Body:
    catch_all = {"route_to": "unrouted"} if type == "router" else {}
    return {"sets": [{"id": "start", "rules": []}], "catch_all": {"actions": catch_all}}
