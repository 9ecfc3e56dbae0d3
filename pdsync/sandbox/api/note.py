"""Note: what responders write down on an incident; also the status updates that stakeholders get."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.requester import requester
from pdsync.sandbox.paging.incident_log import Cause, add_log_entry
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

_CHANNEL = "The PagerDuty website or APIs"  # text: PagerDuty API description, example of a note
_MAX_CONTENT = 25_000


def note_routes() -> list[Route]:
    return [
        Route("GET", "/incidents/<id>/notes", _list),
        Route("POST", "/incidents/<id>/notes", _post),
        Route("PUT", "/incidents/<id>/notes/<note_id>", _put),
        Route("DELETE", "/incidents/<id>/notes/<note_id>", _delete),
        Route("POST", "/incidents/<id>/status_updates", _post_status_update),
    ]


def _list(call: Call, id: str) -> Answer:
    """Newest first, as in the example of PagerDuty's API description, and not in pages."""
    notes = call.store.children("note", call.record("incident", id).id)
    return Answer(200, {"notes": [call.show(it) for it in reversed(notes)]})


def _post(call: Call, id: str) -> Answer:
    user, incident = requester(call), call.record("incident", id)
    draft: Body = {"user": pointer(user), "created_at": stored(call.now), "updated_at": stored(call.now)}
    note = call.store.put("note", call.store.new_id(), _checked(call, draft, creating=True), incident.id)
    # A note is found in the log by its text (user guide of the requests-based PagerDuty client, iter_incident_notes).
    content = note.body["content"]
    cause = Cause(pointer(user), {"type": "note", "summary": content})
    add_log_entry(call, incident, "annotate", content, cause)
    return _answer(200, call, note)


def _put(call: Call, id: str, note_id: str) -> Answer:
    note = call.child("note", call.record("incident", id), note_id)
    draft = _checked(call, {**note.body, "updated_at": stored(call.now)}, creating=False)
    return _answer(200, call, call.store.put("note", note.id, draft))


def _delete(call: Call, id: str, note_id: str) -> Answer:
    call.store.delete(call.child("note", call.record("incident", id), note_id).id)
    return Answer(204)


def _checked(call: Call, draft: Body, *, creating: bool) -> Body:
    form = Form(call.wrapped("note"), draft, creating=creating)
    form.text("content", Text(_MAX_CONTENT, min_length=1), required=True)
    form.finish()
    return draft


def _post_status_update(call: Call, id: str) -> Answer:
    """The request has no wrapper, the answer has one (PagerDuty API description)."""
    user, incident = requester(call), call.record("incident", id)
    draft: Body = {"sender": pointer(user), "created_at": stored(call.now)}
    form = Form(call.json(), draft, creating=True)
    form.text("message", Text(_MAX_CONTENT, min_length=1), required=True)
    form.text("subject", Text(1024), null=None)
    form.text("html_message", Text(100_000), null=None)
    if (draft.get("subject") is None) != (draft.get("html_message") is None):
        form.error("Subject and html message must be given together")
    form.finish()
    draft = {name: value for name, value in draft.items() if value is not None}
    update = call.store.put("status_update", call.store.new_id(), draft, incident.id)
    shown = {"id": update.id, **draft, "sender": call.links.resolve(draft["sender"])}
    return Answer(200, {"status_update": shown})


def show_note(call: Call, note: Record, includes: frozenset[str]) -> Body:
    """A note of a service is that of a bot with its name (PagerDuty API description, IncidentNote)."""
    author = call.links.resolve(note.body["user"])
    if note.body["user"]["type"] == "service_reference":
        author["type"] = "bot_user_reference"
    return {"id": note.id, **note.body, "user": author, "channel": {"summary": _CHANNEL}}


def _answer(status: int, call: Call, note: Record) -> Answer:
    return Answer(status, {"note": call.show(note)})
