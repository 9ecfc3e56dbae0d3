"""Enablement: whether an event orchestration, or a service, uses an add-on of the account's plan. AIOps is the only
one (PagerDuty API description)."""

from __future__ import annotations

from collections.abc import Callable

from pdsync.sandbox.api.collection import Handler, Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

KIND = "enablement"
_FEATURE = "aiops"
_OWNERS = {"event_orchestration": "event_orchestrations", "service": "services"}
# Both texts: PagerDuty API description.
_NOT_BOUGHT = {
    "event_orchestration": "You can't use AIOps functionality with this Orchestration because your account hasn't purchased AIOps",
    "service": "Your account is not entitled to use AIOps features for this Service.",
}


def enablement_routes() -> list[Route]:
    routes = []
    for kind, path in _OWNERS.items():
        many = f"/{path}/<id>/enablements"
        routes += [Route("GET", many, _list(kind)), Route("PUT", f"{many}/<feature_name>", _put(kind))]
    return routes


def uses_aiops(call: Call, owner: Record) -> bool:
    record = call.store.get(KIND, _id(owner))
    return _FEATURE not in call.profile.missing and (record is None or bool(record.body["enabled"]))


def show_enablement(call: Call, owner: Record) -> Body:
    """It is on where nothing was said (PagerDuty API description). An account without the add-on is warned."""
    record = call.store.get(KIND, _id(owner))
    said = record.body if record is not None else {"enabled": True, "updated_at": None}
    warned = {"warnings": [{"message": _NOT_BOUGHT[owner.kind]}]} if _FEATURE in call.profile.missing else {}
    return {"feature": _FEATURE, **said, **warned}


def _list(kind: str) -> Handler:
    return lambda call, id: Answer(200, {"enablements": [show_enablement(call, call.record(kind, id))]})


def _put(kind: str) -> Callable[[Call, str, str], Answer]:
    def put(call: Call, id: str, feature_name: str) -> Answer:
        owner, draft = call.record(kind, id), Body(updated_at=stored(call.now))
        if feature_name != _FEATURE:
            raise invalid(f"Feature must be one of: {_FEATURE}")
        form = Form(call.wrapped(KIND), draft, creating=True)
        form.boolean("enabled", required=True)
        form.finish()
        call.store.put(KIND, _id(owner), draft, owner.id)
        shown = show_enablement(call, owner)
        is_list = call.profile.reads("answer_of_enablement", "as_list")
        return Answer(200, {"enablements": [shown]} if is_list else {KIND: shown})

    return put


def _id(owner: Record) -> str:
    return f"{owner.id}:{_FEATURE}"
