"""Automation association: the teams of an automation runner, and the services and teams of an automation action, one by one."""

from __future__ import annotations

from collections.abc import Callable

from pdsync.sandbox.api.collection import Handler, Route
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.record import Body, Record

_ASSOCIATED = {
    ("automation_runner", "/automation_actions/runners"): ("team",),
    ("automation_action", "/automation_actions/actions"): ("service", "team"),
}


def automation_association_routes() -> list[Route]:
    """For each object and each kind of what it is associated with: the list, and one association (PagerDuty API description)."""
    routes = []
    for (kind, path), others in _ASSOCIATED.items():
        for other in others:
            many = f"{path}/<id>/{other}s"
            one = f"{many}/<{other}_id>"
            routes += [
                Route("GET", many, _bound(_list, kind, other)),
                Route("POST", many, _bound(_add, kind, other)),
                Route("GET", one, _bound(_get, kind, other)),
                Route("DELETE", one, _bound(_remove, kind, other)),
            ]
    return routes


def _bound(handle: Callable[[Call, Record, str, str], Answer], kind: str, other: str) -> Handler:
    def handler(call: Call, id: str, service_id: str = "", team_id: str = "") -> Answer:
        return handle(call, call.record(kind, id), other, service_id or team_id)

    return handler


def show_associated(row: Body) -> Body:
    """What an object is associated with, as every answer shows it: neither a name nor an address (PagerDuty API description)."""
    return {"id": row["id"], "type": row["type"]}


def _list(call: Call, record: Record, other: str, id: str) -> Answer:
    """The whole list: the API description has no pages here."""
    return Answer(200, {f"{other}s": [show_associated(it) for it in record.body[f"{other}s"]]})


def _add(call: Call, record: Record, other: str, id: str) -> Answer:
    plural, body = f"{other}s", {f"{other}s": [call.wrapped(other)]}
    draft: Body = {}
    form = Form(body, draft, creating=True)
    form.references(plural, other, call.store)
    form.finish()
    (added,) = draft[plural]
    target = call.record(other, added["id"])
    if _find(record, other, target.id) is None:
        kept = [*record.body[plural], pointer(target)]
        call.store.put(record.kind, record.id, {**record.body, plural: kept})
    elif call.profile.reads("repeated_association", "refused"):
        raise invalid(f"The {other} is already associated")
    return Answer(201, {other: show_associated(pointer(target))})


def _get(call: Call, record: Record, other: str, id: str) -> Answer:
    found = _find(record, other, id)
    if found is None:
        raise not_found()
    return Answer(200, {other: show_associated(found)})


def _remove(call: Call, record: Record, other: str, id: str) -> Answer:
    if _find(record, other, id) is None:
        raise not_found()
    plural = f"{other}s"
    kept = [it for it in record.body[plural] if it["id"] != id]
    call.store.put(record.kind, record.id, {**record.body, plural: kept})
    return Answer(204)


def _find(record: Record, other: str, id: str) -> Body | None:
    return next((it for it in record.body[f"{other}s"] if it["id"] == id), None)
