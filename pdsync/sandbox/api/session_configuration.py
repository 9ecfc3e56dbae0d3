"""Session configuration: how long people stay signed in, in a browser and in the mobile app (PagerDuty API description,
/session_configurations)."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.session import KIND as SESSION
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.record import Body, Record

KIND = "session_configuration"
_PATH = "/session_configurations"
_TYPES = ("mobile", "web")
_ENDED = {"web": ("browser",), "mobile": ("oauth",)}
"""The sessions of the state that a type is about (the sandbox's own reading)."""
# Bounds: PagerDuty API description. Its schema of answers ends idle times at a day, that of requests at 180 days.
_ABSOLUTE, _IDLE = (600, 18_144_000), (60, 15_552_000)


def session_configuration_routes() -> list[Route]:
    return [Route("GET", _PATH, _get), Route("PUT", _PATH, _put), Route("DELETE", _PATH, _delete)]


def show_session_configuration(record: Record) -> Body:
    body = record.body
    return {
        "type": body["type"],
        "absolute_session_ttl": body["absolute_session_ttl"],
        "idle_session_ttl": body["idle_session_ttl"],
    }


def _get(call: Call) -> Answer:
    """404 where there is none (PagerDuty API description)."""
    found = _found(call, _types(call) if call.arg("type") is not None else _TYPES)
    if not found:
        raise not_found()
    return Answer(200, {"session_configurations": [show_session_configuration(it) for it in found]})


def _put(call: Call) -> Answer:
    """It counts at once, and ends the sessions of these types (PagerDuty API description)."""
    types, draft = _types(call), Body()
    form = Form(call.wrapped(KIND), draft, creating=True)
    form.integer("absolute_session_ttl", *_ABSOLUTE, required=True)
    form.integer("idle_session_ttl", *_IDLE, required=True)
    form.finish()
    for type in types:
        call.store.put(KIND, _id(type), {"type": type, **draft})
    _end_sessions(call, types)
    return Answer(200, {"session_configurations": [show_session_configuration(it) for it in _found(call, types)]})


def _delete(call: Call) -> Answer:
    types = _types(call)
    found = _found(call, types)
    if not found:
        raise not_found()
    for record in found:
        call.store.delete(record.id)
    if call.profile.reads("deleted_session_configuration", "sessions_end"):
        _end_sessions(call, types)
    return Answer(204)


def _end_sessions(call: Call, types: tuple[str, ...]) -> None:
    ended = {it for type in types for it in _ENDED[type]}
    for session in call.store.all(SESSION):
        if session.body["type"] in ended:
            call.store.delete(session.id)


def _types(call: Call) -> tuple[str, ...]:
    """One, or both with a comma."""
    given = (call.arg("type") or "").split(",")
    if not given[0] or not set(given) <= set(_TYPES):
        raise invalid(f"Type must be one of: {', '.join(_TYPES)}")
    return tuple(dict.fromkeys(given))


def _found(call: Call, types: tuple[str, ...]) -> list[Record]:
    found = [call.store.get(KIND, _id(type)) for type in types]
    return [it for it in found if it is not None]


def _id(type: str) -> str:
    return f"session_configuration:{type}"
