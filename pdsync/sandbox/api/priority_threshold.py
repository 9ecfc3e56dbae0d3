"""Priority threshold: how high the priority of an incident must be to impact business services."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.priority import find_priority, priority_order
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, label
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

KIND = "priority_threshold"
_PATH = "/business_services/priority_thresholds"


def priority_threshold_routes() -> list[Route]:
    return [Route("GET", _PATH, _get), Route("PUT", _PATH, _put), Route("DELETE", _PATH, _delete)]


def reaches_threshold(store: Store, incident: Record) -> bool:
    """Without a threshold every priority does; an incident without one never (PagerDuty API description)."""
    priority, threshold = incident.body["priority"], store.find(KIND)
    if not priority:
        return False
    return threshold is None or priority_order(priority["id"]) >= _order(threshold)


def show_threshold(threshold: Record | None) -> Body | None:
    if threshold is None:
        return None
    return {"id": threshold.body["priority"]["id"], "order": _order(threshold)}


def _order(threshold: Record) -> int:
    return priority_order(threshold.body["priority"]["id"])


def _get(call: Call) -> Answer:
    return Answer(200, {"global_threshold": show_threshold(call.store.find(KIND))})


def _put(call: Call) -> Answer:
    """``order`` is required; what is answered is that of the priority (a guess)."""
    form = Form(call.json(), {}, creating=True)
    given = form.object("global_threshold", required=True)
    form.finish()
    id, order = find_priority(given), (given or {}).get("order")
    if id is None:
        raise invalid("Priority Not Found")
    if not isinstance(order, (int, float)) or isinstance(order, bool):
        raise invalid(f"{label('order')} must be a number")
    record = call.store.put(KIND, KIND, {"priority": {"id": id, "type": "priority_reference"}})
    return Answer(200, {"global_threshold": show_threshold(record)})


def _delete(call: Call) -> Answer:
    if call.store.find(KIND) is not None:
        call.store.delete(KIND)
    return Answer(204)
