"""Cache variable: what the rules of an orchestration remember of the events before. A global orchestration has some, and so has
the orchestration of a service.

Clients ask for the list at a path with a slash at the end, or without (facts: the Terraform provider does the first, PagerDuty's
API description has the second).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from pdsync.sandbox.api.authorship import changed_now, made_now, show_authors
from pdsync.sandbox.api.collection import Handler, Route
from pdsync.sandbox.api.orchestration_rule import read_expression
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.identifier import new_uuid
from pdsync.sandbox.store.instant import loaded, stored
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

KIND = "cache_variable"
_DATA = "data"
_OWNERS = {"event_orchestration": "/event_orchestrations/<id>", "service": "/event_orchestrations/services/<id>"}
_TYPES = ("recent_value", "trigger_event_count", "external_data")
_DATA_TYPES: dict[str, type | tuple[type, ...]] = {"string": str, "number": (int, float), "boolean": bool}
_COUNTS = re.compile(r"\b(resetting_)?trigger_count\b")
_LONGEST = 65_536  # the sandbox's own

_Action = Callable[[Call, Record, Record], Answer]


def cache_variable_routes() -> list[Route]:
    routes = []
    for kind, path in _OWNERS.items():
        many = f"{path}/cache_variables"
        one = f"{many}/<variable_id>"
        routes += [
            Route("GET", many, _of_owner(kind, _list), may_end_in_slash=True),
            Route("POST", many, _of_owner(kind, _post), may_end_in_slash=True),
            Route("GET", one, _of_variable(kind, _get)),
            Route("PUT", one, _of_variable(kind, _put)),
            Route("DELETE", one, _of_variable(kind, _delete)),
            Route("GET", f"{one}/data", _of_variable(kind, _get_data)),
            Route("PUT", f"{one}/data", _of_variable(kind, _put_data)),
            Route("DELETE", f"{one}/data", _of_variable(kind, _delete_data)),
        ]
    return routes


def names_of_variables(store: Store, owner: Record) -> set[str]:
    return {it.body["name"] for it in store.children(KIND, owner.id)}


def show_cache_variable(call: Call, owner: Record, record: Record) -> Body:
    body = {name: value for name, value in record.body.items() if name != _DATA}
    if body["configuration"]["type"] == "external_data":
        path = _OWNERS[owner.kind].replace("<id>", owner.id)
        body["data_endpoint"] = f"{call.links.base_url}{path}/cache_variables/{record.id}/data"
    else:
        body["conditions"] = body.get("conditions", [])
    return {"id": record.id, **body, **show_authors(call, body)}


def _of_owner(kind: str, action: Callable[[Call, Record], Answer]) -> Handler:
    return lambda call, id: action(call, call.record(kind, id))


def _of_variable(kind: str, action: _Action) -> Handler:
    def handler(call: Call, id: str, variable_id: str) -> Answer:
        owner = call.record(kind, id)
        return action(call, owner, call.child(KIND, owner, variable_id))

    return handler


def _list(call: Call, owner: Record) -> Answer:
    """All at once (PagerDuty API description)."""
    shown = [show_cache_variable(call, owner, it) for it in call.store.children(KIND, owner.id)]
    return Answer(200, {"cache_variables": shown, "total": len(shown)})


def _post(call: Call, owner: Record) -> Answer:
    """200, not 201 (PagerDuty API description)."""
    draft: Body = {"disabled": False, **made_now(call)}
    _check(call, owner, draft, None)
    return _shown(call, owner, call.store.put(KIND, new_uuid(), draft, owner.id))


def _get(call: Call, owner: Record, record: Record) -> Answer:
    return _shown(call, owner, record)


def _put(call: Call, owner: Record, record: Record) -> Answer:
    draft = {**record.body, **changed_now(call)}
    _check(call, owner, draft, record)
    if draft["configuration"] != record.body["configuration"]:
        draft.pop(_DATA, None)
    return _shown(call, owner, call.store.put(KIND, record.id, draft, owner.id))


def _delete(call: Call, owner: Record, record: Record) -> Answer:
    call.store.delete(record.id)
    return Answer(204)


def _shown(call: Call, owner: Record, record: Record) -> Answer:
    return Answer(200, {"cache_variable": show_cache_variable(call, owner, record)})


def _check(call: Call, owner: Record, draft: Body, record: Record | None) -> None:
    form = Form(call.wrapped(KIND), draft, creating=record is None)
    form.text("name", Text(255, min_length=1), required=True)
    others = [it for it in call.store.children(KIND, owner.id) if it != record]
    is_taken = any(it.body["name"] == draft.get("name") for it in others)
    if is_taken and call.profile.reads("cache_variable_names", "unique"):
        form.error("Name has already been taken")
    form.boolean("disabled", null=False)
    given = form.object("configuration", required=True)
    if given is not None:
        draft["configuration"] = {}
        _check_configuration(form.nested(given, draft["configuration"], "configuration: "))
    _check_conditions(form)
    form.finish()


def _check_configuration(form: Form) -> None:
    form.choice("type", _TYPES, required=True)
    kind = form.draft.get("type")
    if kind == "recent_value":
        form.text("source", Text(_LONGEST, min_length=1), required=True)
        form.text("regex", Text(_LONGEST, min_length=1, clean=str), required=True)
    else:
        form.integer("ttl_seconds", 1, required=True)
    if kind == "external_data":
        form.choice("data_type", tuple(_DATA_TYPES), required=True)


def _check_conditions(form: Form) -> None:
    """Counts of events are not for conditions of variables, and external data has no conditions (PagerDuty API description)."""
    draft, found = form.draft, []
    for condition in form.objects("conditions", null=[]) or []:
        found.append(read_expression(form, condition))
        if _COUNTS.search(found[-1].get("expression", "")):
            form.error("conditions: expression cannot count triggers")
    if form.has("conditions"):
        draft["conditions"] = found
    if draft.get("configuration", {}).get("type") == "external_data" and draft.pop("conditions", []):
        form.error("Conditions cannot be there for external data")


def _get_data(call: Call, owner: Record, record: Record) -> Answer:
    """None were put, or the time that they live is over: 404 (a guess)."""
    data = record.body.get(_DATA)
    if data is None:
        raise not_found()
    ends = loaded(data["updated_at"]) + timedelta(seconds=record.body["configuration"]["ttl_seconds"])
    if ends <= call.now:
        raise not_found()
    return Answer(200, dict(data))


def _put_data(call: Call, owner: Record, record: Record) -> Answer:
    configuration = record.body["configuration"]
    if configuration["type"] != "external_data":
        raise invalid("The cache variable is not of the type external_data")
    name, value = "cache_variable_data", call.json().get("cache_variable_data")
    kind = configuration["data_type"]
    if not isinstance(value, _DATA_TYPES[kind]) or (kind == "number" and isinstance(value, bool)):
        raise invalid(f"{name} must be a {kind}")
    data = {name: value, "updated_at": stored(call.now)}
    call.store.put(KIND, record.id, {**record.body, _DATA: data}, owner.id)
    return Answer(200, data)


def _delete_data(call: Call, owner: Record, record: Record) -> Answer:
    kept = {name: value for name, value in record.body.items() if name != _DATA}
    call.store.put(KIND, record.id, kept, owner.id)
    return Answer(204)
