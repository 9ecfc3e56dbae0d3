"""Rotation: a place for events in a shift-based schedule. It has no fields of its own."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.override_shift import drop_overrides, end_overrides
from pdsync.sandbox.api.rotation_event import find_rotation, show_event
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.paging.event_state import EVENT, ROTATION, end_event, is_past, sorted_events, was_deleted
from pdsync.sandbox.store.identifier import new_ulid
from pdsync.sandbox.store.record import Body, Record

_MANY, _ONE = "/v3/schedules/<id>/rotations", "/v3/schedules/<id>/rotations/<rotation_id>"
_MOST_ROTATIONS = 10  # of a schedule (PagerDuty API description)


def rotation_routes() -> list[Route]:
    return [
        Route("GET", _MANY, _list),
        Route("POST", _MANY, _post),
        Route("GET", _ONE, _get),
        Route("DELETE", _ONE, _delete),
    ]


def rotations_of(call: Call, schedule: Record) -> list[Record]:
    """As answers have them."""
    shows_deleted = call.profile.reads("deleted_rotation", "listed")
    return [it for it in call.store.children(ROTATION, schedule.id) if shows_deleted or not was_deleted(it)]


def delete_rotation(call: Call, rotation: Record) -> None:
    """What is over stays, the running event ends now, and what is to come goes (PagerDuty API description)."""
    for event in call.store.children(EVENT, rotation.id):
        if not is_past(event, call.now):
            end_event(call, event)
    end_overrides(call, rotation)
    if call.store.children(EVENT, rotation.id):
        call.store.put(ROTATION, rotation.id, {"was_deleted": True})
    else:
        drop_rotation(call, rotation)


def drop_rotation(call: Call, rotation: Record) -> None:
    """With its past."""
    drop_overrides(call, rotation)
    for event in call.store.children(EVENT, rotation.id):
        call.store.delete(event.id)
    call.store.delete(rotation.id)


def show_rotation(call: Call, record: Record) -> Body:
    path = f"schedules/{record.parent}/rotations/{record.id}"
    return {
        "id": record.id,
        "type": ROTATION,
        "events": [show_event(call, it) for it in sorted_events(call.store, record)],
        "self": f"{call.links.base_url}/v3/{path}",
        "html_url": f"{WEB_URL}/{path}",
    }


def _list(call: Call, id: str) -> Answer:
    rows = rotations_of(call, call.record("schedule_v3", id))
    return Answer(200, paginate(call, "rotations", rows, lambda it: show_rotation(call, it)))


def _post(call: Call, id: str) -> Answer:
    """The body is empty, or an empty object (PagerDuty API description)."""
    schedule = call.record("schedule_v3", id)
    if call.raw_body.strip() and call.json():
        raise invalid("The body must be empty: a rotation has no fields of its own")
    active = [it for it in call.store.children(ROTATION, schedule.id) if not was_deleted(it)]
    if len(active) >= _MOST_ROTATIONS:
        raise invalid(f"A schedule has at most {_MOST_ROTATIONS} rotations")
    rotation = call.store.put(ROTATION, new_ulid(call.now), {}, schedule.id)
    return Answer(201, {"rotation": show_rotation(call, rotation)})


def _get(call: Call, id: str, rotation_id: str) -> Answer:
    schedule = call.record("schedule_v3", id)
    rotation = call.child(ROTATION, schedule, rotation_id)
    if rotation not in rotations_of(call, schedule):
        raise not_found(ROTATION)
    return Answer(200, {"rotation": show_rotation(call, rotation)})


def _delete(call: Call, id: str, rotation_id: str) -> Answer:
    delete_rotation(call, find_rotation(call, id, rotation_id))
    return Answer(204)
