"""Incident type: a type of incident. An account has the base type from the start."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

KIND = "incident_type"
BASE_ID = "PINCIDENTBASE1"
_BASE: Body = {
    "id": BASE_ID,
    "type": KIND,
    "name": "incident_default",
    "display_name": "Base Incident",
    "description": None,
    "enabled": True,
    "parent": None,
    "created_at": "2023-05-31T13:40:47Z",
    "updated_at": "2023-07-31T13:40:47Z",
}
MOST_TYPES, MOST_LEVELS = 100, 3  # PagerDuty's page Incident Types, Enterprise
_RESERVED = ("pd", "pagerduty", "default")


def incident_type_routes() -> list[Route]:
    """There is no DELETE (PagerDuty API description)."""
    many, one = "/incidents/types", "/incidents/types/<type_id_or_name>"
    return [
        Route("GET", many, _list),
        Route("POST", many, _post),
        Route("GET", one, _get),
        Route("PUT", one, _put),
    ]


def show_incident_type(record: Record) -> Body:
    body = record.body
    shown = {name: value for name, value in body.items() if name != "parent_type"}
    return {"id": record.id, "type": KIND, **shown, "parent": {"id": body["parent_type"], "type": f"{KIND}_reference"}}


def find_type(call: Call, id_or_name: str) -> str:
    """The id of a type. Raises the 404."""
    found = _find(call, id_or_name)
    if found is None:
        raise not_found(KIND)
    return found


def lineage(call: Call, id: str) -> list[str]:
    """The ids of a type and of those above it, up to the base type."""
    found = [id]
    while found[-1] != BASE_ID:
        found.append(call.record(KIND, found[-1]).body["parent_type"])
    return found


def _find(call: Call, id_or_name: object) -> str | None:
    if id_or_name in (BASE_ID, _BASE["name"]):
        return BASE_ID
    rows = call.store.all(KIND)
    return next((it.id for it in rows if id_or_name in (it.id, it.body["name"])), None)


def _list(call: Call) -> Answer:
    """Without pages. Enabled ones where nothing is asked for, and always the base type (PagerDuty API description). Terraform reads
    ``more``."""
    wanted = call.arg("filter") or "enabled"
    if wanted not in ("enabled", "disabled", "all"):
        raise invalid("Filter must be one of: enabled, disabled, all")
    rows = [it for it in call.store.ordered(KIND) if wanted in ("all", _state(it))]
    return Answer(200, {"incident_types": [_BASE, *map(show_incident_type, rows)], "more": False})


def _state(record: Record) -> str:
    return "enabled" if record.body["enabled"] else "disabled"


def _get(call: Call, type_id_or_name: str) -> Answer:
    return _answer(200, call, find_type(call, type_id_or_name))


def _answer(status: int, call: Call, id: str) -> Answer:
    return Answer(status, {KIND: _BASE if id == BASE_ID else show_incident_type(call.record(KIND, id))})


def _post(call: Call) -> Answer:
    body, now = call.wrapped(KIND), stored(call.now)
    draft: Body = {"description": None, "enabled": True, "created_at": now, "updated_at": now}
    form = Form(body, draft, creating=True)
    form.text("name", Text(50, min_length=1, check=_name_problem), required=True)
    if _find(call, draft.get("name")) is not None:
        form.error("Name has already been taken")
    form.text("parent_type", Text(100, min_length=1), required=True)
    parent = _find(call, draft.pop("parent_type", None))
    if parent is None:
        form.error("Parent type Not Found")
    elif len(lineage(call, parent)) >= MOST_LEVELS:
        form.error(f"Parent type must not be on level {MOST_LEVELS}")
    if call.store.count(KIND) >= MOST_TYPES:
        form.error(f"Account has the most incident types that it may have ({MOST_TYPES})")
    _check_shared(call, form)
    form.finish()
    record = call.store.put(KIND, call.store.new_id(), {**draft, "parent_type": parent})
    return _answer(201, call, record.id)


def _put(call: Call, type_id_or_name: str) -> Answer:
    id, body = find_type(call, type_id_or_name), call.wrapped(KIND)
    if id == BASE_ID:
        raise invalid("Base incident type cannot be changed")  # a guess
    record = call.record(KIND, id)
    form = Form(body, {**record.body, "updated_at": stored(call.now)}, creating=False)
    if "name" in body and body["name"] != record.body["name"]:
        form.error("Name cannot be changed")
    if "parent_type" in body and _find(call, body["parent_type"]) != record.body["parent_type"]:
        form.error("Parent type cannot be changed")
    _check_shared(call, form)
    form.finish()
    call.store.put(KIND, id, form.draft)
    return _answer(200, call, id)


def _check_shared(call: Call, form: Form) -> None:
    form.text("display_name", Text(50, min_length=1, check=_display_name_problem), required=True)
    form.text("description", Text(1000, clean=description_cleaner(call, "custom_field_line_breaks")), null=None)
    form.boolean("enabled", null=True)


def _name_problem(name: str) -> str | None:
    return "must not end in _default" if name.endswith("_default") else None


def _display_name_problem(name: str) -> str | None:
    return f"must not begin with {', '.join(_RESERVED)}" if name.casefold().startswith(_RESERVED) else None
