"""User session: where a user is signed in, in a browser or through an older OAuth token.

PagerDuty has deprecated it, and shows no OAuth tokens that are newer than November 2021 (its API description). People do
not sign in to the sandbox, so that its sessions are those of a state.
"""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import not_found
from pdsync.sandbox.store.record import Body, Record

KIND = "user_session"


def session_routes() -> list[Route]:
    many, one = "/users/<id>/sessions", "/users/<id>/sessions/<type>/<session_id>"
    return [
        Route("GET", many, _list),
        Route("DELETE", many, _delete_all),
        Route("GET", one, _get),
        Route("DELETE", one, _delete),
    ]


def show_session(record: Record) -> Body:
    body = record.body
    return {
        "id": record.id,
        "user_id": record.parent,
        "type": body["type"],
        "summary": body["summary"],
        "created_at": body["created_at"],
    }


def _list(call: Call, id: str) -> Answer:
    """Without pages (PagerDuty API description)."""
    return Answer(200, {"user_sessions": [show_session(it) for it in _sessions(call, id)]})


def _get(call: Call, id: str, type: str, session_id: str) -> Answer:
    return Answer(200, {"user_session": show_session(_session(call, id, type, session_id))})


def _delete_all(call: Call, id: str) -> Answer:
    for session in _sessions(call, id):
        call.store.delete(session.id)
    return Answer(204)


def _delete(call: Call, id: str, type: str, session_id: str) -> Answer:
    call.store.delete(_session(call, id, type, session_id).id)
    return Answer(204)


def _sessions(call: Call, id: str) -> list[Record]:
    return call.store.children(KIND, call.record("user", id).id)


def _session(call: Call, id: str, type: str, session_id: str) -> Record:
    session = call.child(KIND, call.record("user", id), session_id)
    if session.body["type"] != type:
        raise not_found()
    return session
