"""Incident field: a custom field of an incident type, which the types below it have too."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.custom_field import FieldRules, changed_field, new_field, show_field
from pdsync.sandbox.api.field_option import FieldOptions
from pdsync.sandbox.api.incident_type import BASE_ID, find_type, lineage
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.record import Body, Record

KIND = "incident_field"
_RULES = FieldRules(KIND, 100)
_OLD_RULES = FieldRules(KIND, 100, needs_options=False)
"""Terraform makes a field with fixed values here before it has any."""
MOST_OF_BASE, MOST_OF_OTHERS, MOST = 100, 15, 130  # PagerDuty's page Custom Fields on Incidents, Enterprise
_TYPED = "/incidents/types/<type_id_or_name>/custom_fields"
_OLD = "/incidents/custom_fields"
"""The older path, of the fields of the base type alone."""


def incident_field_routes() -> list[Route]:
    return [
        Route("GET", _TYPED, _list),
        Route("POST", _TYPED, _post),
        Route("GET", f"{_TYPED}/<field_id>", _get),
        Route("PUT", f"{_TYPED}/<field_id>", _put),
        Route("DELETE", f"{_TYPED}/<field_id>", _delete),
        Route("GET", _OLD, _list_old),
        Route("POST", _OLD, _post_old),
        Route("GET", f"{_OLD}/<field_id>", _get),
        Route("PUT", f"{_OLD}/<field_id>", _put),
        Route("DELETE", f"{_OLD}/<field_id>", _delete),
        *_OPTIONS.routes(f"{_TYPED}/<field_id>"),
        *_OPTIONS.routes(f"{_OLD}/<field_id>", with_get=False),
    ]


def show_incident_field(call: Call, record: Record, *, with_options: bool) -> Body:
    """``incident_type`` says whose it is."""
    owner = record.body["incident_type"]
    address = f"{call.links.base_url}/incidents/types/{owner}/custom_fields/{record.id}"
    return {**show_field(record, address, with_options=with_options), "incident_type": owner}


def _fields(call: Call, type_id: str) -> Sequence[Record]:
    """Those of a type with those that it inherits."""
    types = lineage(call, type_id)
    return [it for it in call.store.ordered(KIND) if it.body["incident_type"] in types]


def _find(call: Call, field_id: str, type_id_or_name: str = BASE_ID) -> Record:
    type_id, record = find_type(call, type_id_or_name), call.record(KIND, field_id)
    if record.body["incident_type"] not in lineage(call, type_id):
        raise not_found(KIND)
    return record


def _find_own(call: Call, field_id: str, type_id_or_name: str = BASE_ID) -> Record:
    """For writing: an inherited field belongs to another type (a guess)."""
    record = _find(call, field_id, type_id_or_name)
    if record.body["incident_type"] != find_type(call, type_id_or_name):
        raise invalid("Field belongs to another incident type")
    return record


def _asks_options(call: Call) -> bool:
    return "field_options" in call.includes()


def _list(call: Call, type_id_or_name: str) -> Answer:
    rows = _fields(call, find_type(call, type_id_or_name))
    return Answer(200, {"fields": [show_incident_field(call, it, with_options=_asks_options(call)) for it in rows]})


def _list_old(call: Call) -> Answer:
    answer = _list(call, BASE_ID)
    assert isinstance(answer.body, dict)
    return Answer(200, {**answer.body, "more": False})


def _get(call: Call, field_id: str, type_id_or_name: str = BASE_ID) -> Answer:
    record = _find(call, field_id, type_id_or_name)
    return Answer(200, {"field": show_incident_field(call, record, with_options=_asks_options(call))})


def _post(call: Call, type_id_or_name: str) -> Answer:
    return _made(call, find_type(call, type_id_or_name), _RULES)


def _post_old(call: Call) -> Answer:
    return _made(call, BASE_ID, _OLD_RULES)


def _made(call: Call, type_id: str, rules: FieldRules) -> Answer:
    others = call.store.all(KIND)
    own = sum(it.body["incident_type"] == type_id for it in others)
    if own >= (MOST_OF_BASE if type_id == BASE_ID else MOST_OF_OTHERS) or len(others) >= MOST:
        raise invalid("Incident type has the most fields that it may have")
    body = new_field(call, rules, call.wrapped("field"), others)
    record = call.store.put(KIND, call.store.new_id(), {**body, "incident_type": type_id})
    return Answer(201, {"field": show_incident_field(call, record, with_options=True)})


def _put(call: Call, field_id: str, type_id_or_name: str = BASE_ID) -> Answer:
    record = _find_own(call, field_id, type_id_or_name)
    body = changed_field(call, _RULES, record, call.wrapped("field"), call.store.all(KIND))
    record = call.store.put(KIND, record.id, body)
    return Answer(200, {"field": show_incident_field(call, record, with_options=True)})


def _delete(call: Call, field_id: str, type_id_or_name: str = BASE_ID) -> Answer:
    call.store.delete(_find_own(call, field_id, type_id_or_name).id)
    return Answer(204)


def _follow(call: Call, field: Record, body: Body) -> None:
    """Incidents of the sandbox carry no values."""


_OPTIONS = FieldOptions(_RULES, _find, _follow)
