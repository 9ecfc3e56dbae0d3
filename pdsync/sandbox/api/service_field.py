"""Service field: a custom field that all services have, and the values of one service."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.custom_field import FieldRules, changed_field, new_field, show_field
from pdsync.sandbox.api.field_option import FieldOptions
from pdsync.sandbox.api.field_value import clean_value, value_problem
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

KIND, VALUE = "service_custom_field", "service_field_value"
_RULES = FieldRules(KIND, 200, takes_default=False, needs_options=False)
_MANY, _ONE = "/services/custom_fields", "/services/custom_fields/<field_id>"
_VALUES = "/services/<id>/custom_fields/values"


def service_field_routes() -> list[Route]:
    return [
        Route("GET", _MANY, _list),
        Route("POST", _MANY, _post),
        Route("GET", _ONE, _get),
        Route("PUT", _ONE, _put),
        Route("DELETE", _ONE, _delete),
        *_OPTIONS.routes(_ONE),
        Route("GET", _VALUES, _get_values),
        Route("PUT", _VALUES, _put_values),
    ]


def show_service_field(call: Call, record: Record, *, with_options: bool) -> Body:
    address = f"{call.links.base_url}/services/custom_fields/{record.id}"
    return {**show_field(record, address, with_options=with_options), "summary": record.body["display_name"]}


def _asks_options(call: Call) -> bool:
    return "field_options" in call.includes()


def _list(call: Call) -> Answer:
    """Without pages. Terraform reads ``more``, and fails where options are shown that it did not ask for."""
    rows = call.store.ordered(KIND)
    shown = [show_service_field(call, it, with_options=_asks_options(call)) for it in rows]
    return Answer(200, {"fields": shown, "more": False})


def _get(call: Call, field_id: str) -> Answer:
    return _answer(200, call, call.record(KIND, field_id), with_options=_asks_options(call))


def _answer(status: int, call: Call, record: Record, *, with_options: bool = True) -> Answer:
    return Answer(status, {"field": show_service_field(call, record, with_options=with_options)})


def _post(call: Call) -> Answer:
    body = new_field(call, _RULES, call.wrapped("field"), call.store.all(KIND))
    return _answer(201, call, call.store.put(KIND, call.store.new_id(), body))


def _put(call: Call, field_id: str) -> Answer:
    record = call.record(KIND, field_id)
    body = changed_field(call, _RULES, record, call.wrapped("field"), call.store.all(KIND))
    _follow(call, record, body)
    return _answer(200, call, call.store.put(KIND, record.id, body))


def _delete(call: Call, field_id: str) -> Answer:
    record = call.record(KIND, field_id)
    for value in call.store.referrers(VALUE, record.id):
        call.store.delete(value.id)
    call.store.delete(record.id)
    return Answer(204)


def _follow(call: Call, field: Record, body: Body) -> None:
    """Values of services have the new text of a renamed option; those of an option that is gone are lost."""
    new = {it["id"]: it["value"] for it in body["options"]}
    texts = {it["value"]: new.get(it["id"]) for it in field.body["options"]}
    if call.profile.reads("renamed_field_option", "values_stay"):
        texts = {old: (old if text is not None else None) for old, text in texts.items()}
    if all(old == text for old, text in texts.items()):
        return
    for record in call.store.referrers(VALUE, field.id):
        held = record.body["value"]
        many = [texts.get(it) for it in held] if isinstance(held, list) else [texts.get(held)]
        left = [it for it in many if it is not None]
        if not left:
            call.store.delete(record.id)
        else:
            call.store.put(VALUE, record.id, {**record.body, "value": left if isinstance(held, list) else left[0]})


def show_value(call: Call, field: Record, value: object) -> Body:
    members = ("name", "display_name", "data_type", "field_type", "description")
    return {
        "id": field.id,
        "type": "field_value",
        **{name: field.body[name] for name in members},
        "value": value,
    }


def _held(call: Call, service: Record) -> dict[str, Record]:
    return {it.body["field"]["id"]: it for it in call.store.children(VALUE, service.id)}


def _values(call: Call, status: int, service: Record) -> Answer:
    """The values of all fields, null where a service has none."""
    held = _held(call, service)
    rows = [
        show_value(call, it, held[it.id].body["value"] if it.id in held else None) for it in call.store.ordered(KIND)
    ]
    return Answer(status, {"custom_fields": rows})


def _get_values(call: Call, id: str) -> Answer:
    return _values(call, 200, call.record("service", id))


def _put_values(call: Call, id: str) -> Answer:
    """All or nothing (PagerDuty API description). Terraform sends more members, which are empty."""
    service, given = call.record("service", id), call.json().get("custom_fields")
    if not isinstance(given, list) or not all(isinstance(it, dict) for it in given):
        raise invalid("Custom fields must be an array of objects")
    errors: list[str] = []
    changes: dict[str, Any] = {}
    for item in given:
        field = _named(call, item)
        if field is None:
            errors.append(f"Custom field {item.get('name') or item.get('id')} Not Found")
        elif "value" not in item:
            errors.append(f"Custom field {field.body['name']}: Value can't be blank")
        else:
            problem = value_problem(field.body, item["value"]) if item["value"] is not None else None
            if problem is not None:
                errors.append(f"Custom field {field.body['name']}: Value {problem}")
            changes[field.id] = clean_value(field.body, item["value"])
    if errors:
        raise invalid(*errors)
    _store_values(call, service, changes)
    return _values(call, 200, service)


def _named(call: Call, item: Body) -> Record | None:
    """A field that is so young that reads do not see it yet is not known here either."""
    id, name = item.get("id") or None, item.get("name") or None
    late = call.unseen()
    for it in call.store.all(KIND):
        if (it.id == id or (id is None and it.body["name"] == name)) and it.id not in late:
            return it
    return None


def _store_values(call: Call, service: Record, changes: dict[str, Any]) -> None:
    held = _held(call, service)
    for field_id, value in changes.items():
        record = held.get(field_id)
        if value is None:
            if record is not None:
                call.store.delete(record.id)
            continue
        body = {"field": pointer(call.record(KIND, field_id)), "value": value}
        call.store.put(VALUE, record.id if record is not None else call.store.new_id(), body, service.id)


_OPTIONS = FieldOptions(_RULES, lambda call, field_id: call.record(KIND, field_id), _follow)
