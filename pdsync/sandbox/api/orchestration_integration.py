"""Orchestration integration: a key of an event orchestration, to which monitoring tools send their events.

It goes with its orchestration, or moves to another one with its key.
"""

from __future__ import annotations

import secrets

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.identifier import new_uuid
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

KIND = "orchestration_integration"
_MANY = "/event_orchestrations/<id>/integrations"
_ONE = f"{_MANY}/<integration_id>"


def orchestration_integration_routes() -> list[Route]:
    return [
        Route("GET", _MANY, _list),
        Route("POST", _MANY, _post),
        Route("POST", f"{_MANY}/migration", _migrate),
        Route("GET", _ONE, _get),
        Route("PUT", _ONE, _put),
        Route("DELETE", _ONE, _delete),
    ]


def add_integration(store: Store, orchestration_id: str, label: str) -> Record:
    key = "R" + secrets.token_hex(16)[:31].upper()  # in the form of the example in PagerDuty's API description
    return store.put(KIND, new_uuid(), {"label": label, "routing_key": key}, orchestration_id)


def find_orchestration(store: Store, routing_key: str) -> Record | None:
    """The event orchestration that takes the events of this key."""
    for it in store.all(KIND):
        if it.body["routing_key"] == routing_key and it.parent is not None:
            return store.get("event_orchestration", it.parent)
    return None


def show_integrations(store: Store, orchestration: Record) -> list[Body]:
    return [show_orchestration_integration(it) for it in store.children(KIND, orchestration.id)]


def show_orchestration_integration(record: Record) -> Body:
    parameters = {"routing_key": record.body["routing_key"], "type": "global"}
    return {"id": record.id, "label": record.body["label"], "parameters": parameters}


def _listed(call: Call, orchestration: Record) -> Answer:
    """All at once (PagerDuty API description)."""
    shown = show_integrations(call.store, orchestration)
    return Answer(200, {"integrations": shown, "total": len(shown)})


def _list(call: Call, id: str) -> Answer:
    return _listed(call, call.record("event_orchestration", id))


def _post(call: Call, id: str) -> Answer:
    orchestration = call.record("event_orchestration", id)
    draft = _checked(call, {})
    return _shown(201, add_integration(call.store, orchestration.id, draft["label"]))


def _get(call: Call, id: str, integration_id: str) -> Answer:
    return _shown(200, _found(call, id, integration_id))


def _put(call: Call, id: str, integration_id: str) -> Answer:
    record = _found(call, id, integration_id)
    return _shown(200, call.store.put(KIND, record.id, _checked(call, dict(record.body)), record.parent))


def _delete(call: Call, id: str, integration_id: str) -> Answer:
    call.store.delete(_found(call, id, integration_id).id)
    return Answer(204)


def _migrate(call: Call, id: str) -> Answer:
    """The key comes along. Gives what the orchestration has now (PagerDuty API description)."""
    target, body = call.record("event_orchestration", id), call.json()
    if body.get("source_type") != "orchestration":
        raise invalid("Source type must be one of: orchestration")
    source, wanted = body.get("source_id"), body.get("integration_id")
    record = call.store.get(KIND, wanted) if isinstance(wanted, str) else None
    if record is None or record.parent != source:
        raise invalid("Integration Not Found")
    call.store.move(record.id, target.id, record.body)
    return _listed(call, target)


def _found(call: Call, id: str, integration_id: str) -> Record:
    return call.child(KIND, call.record("event_orchestration", id), integration_id)


def _shown(status: int, record: Record) -> Answer:
    return Answer(status, {"integration": show_orchestration_integration(record)})


def _checked(call: Call, draft: Body) -> Body:
    """Two may have one label (no public source shows a refusal)."""
    form = Form(call.wrapped("integration"), draft, creating=True)
    form.text("label", Text(255, min_length=1), required=True)
    form.finish()
    return draft
