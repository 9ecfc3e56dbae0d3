"""Override shift: a member takes over what another one has in a rotation or a custom shift of a shift-based schedule."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.shift_member import parse_member, show_member
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.field_form import FieldForm
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import FieldProblem, invalid
from pdsync.sandbox.http.shift_period import cut_to_period, listed_period, show_moments
from pdsync.sandbox.paging.event_state import ROTATION, was_deleted
from pdsync.sandbox.paging.shift_rendering import CUSTOM_SHIFT, OVERRIDE, member_id, render_parts
from pdsync.sandbox.store.identifier import new_ulid
from pdsync.sandbox.store.instant import loaded, stored
from pdsync.sandbox.store.record import Body, Record

_MANY, _ONE = "/v3/schedules/<id>/overrides", "/v3/schedules/<id>/overrides/<override_id>"
_PLACES = {"rotation_id": ROTATION, "custom_shift_id": CUSTOM_SHIFT}
_UTC = "Etc/UTC"


def override_shift_routes() -> list[Route]:
    return [
        Route("GET", _MANY, _list),
        Route("POST", _MANY, _post),
        Route("GET", _ONE, _get),
        Route("PUT", _ONE, _put),
        Route("DELETE", _ONE, _delete),
    ]


def show_override_shift(call: Call, record: Record, zone: str = _UTC) -> Body:
    body, path = record.body, f"schedules/{record.parent}"
    place = body["place"]
    return {
        "id": record.id,
        "type": OVERRIDE,
        "rotation_id" if place["type"] == f"{ROTATION}_reference" else "custom_shift_id": place["id"],
        **show_moments(body, zone),
        **{name: show_member(body[name]) for name in ("overridden_member", "overriding_member")},
        "self": f"{call.links.base_url}/v3/{path}/overrides/{record.id}",
        "html_url": f"{WEB_URL}/{path}",
    }


def end_overrides(call: Call, place: Record) -> None:
    """What is left of overrides when their rotation or custom shift goes: what was."""
    for override in call.store.referrers(OVERRIDE, place.id):
        if loaded(override.body["start_time"]) >= call.now:
            call.store.delete(override.id)
        elif loaded(override.body["end_time"]) > call.now:
            call.store.put(OVERRIDE, override.id, {**override.body, "end_time": stored(call.now)})


def drop_overrides(call: Call, place: Record) -> None:
    for override in call.store.referrers(OVERRIDE, place.id):
        call.store.delete(override.id)


def _list(call: Call, id: str) -> Answer:
    schedule = call.record("schedule_v3", id)
    period, zone = listed_period(call, schedule)
    rows = cut_to_period(call, call.store.children(OVERRIDE, schedule.id), period)
    return Answer(200, paginate(call, "overrides", rows, lambda it: show_override_shift(call, it, zone)))


def _get(call: Call, id: str, override_id: str) -> Answer:
    override = call.child(OVERRIDE, call.record("schedule_v3", id), override_id)
    return Answer(200, {"override": show_override_shift(call, override)})


def _post(call: Call, id: str) -> Answer:
    """All of them or none: the answer has no status of each, as that of a layer-based schedule does (PagerDuty API
    description)."""
    schedule, given = call.record("schedule_v3", id), call.json().get("overrides")
    if not isinstance(given, list) or not given or not all(isinstance(it, dict) for it in given):
        raise invalid("Overrides must be an array of objects that is not empty")
    drafts = [_new(call, schedule, it, f"overrides[{number}]") for number, it in enumerate(given)]
    made = [call.store.put(OVERRIDE, new_ulid(call.now), it, schedule.id) for it in drafts]
    return Answer(201, {"overrides": [show_override_shift(call, it) for it in made]})


def _new(call: Call, schedule: Record, body: Body, path: str) -> Body:
    draft: Body = {}
    form = FieldForm(body, draft, path, creating=True)
    form.choice("type", (OVERRIDE,), required=True)
    draft.pop("type", None)
    _check_place(call, schedule, form)
    _check_moments(form)
    for name in ("overridden_member", "overriding_member"):
        _check_member(call, form, name)
    reading, now = call.profile.reading("past_override_start"), stored(call.now)
    if "start_time" in draft and draft["start_time"] < now and reading != "kept":
        if reading == "refused":
            form.problem("start_time", "Start time must not be in the past")
        draft["start_time"] = now
    if draft.get("end_time", now) < now:
        form.problem("end_time", "End time must be in the future")
    form.finish()
    if call.profile.reads("override_outside_shift", "refused") and not _relieves(call, schedule, draft):
        raise FieldProblem({f"{path}.overridden_member": ["Overridden member has no shift at that time"]})
    return draft


def _put(call: Call, id: str, override_id: str) -> Answer:
    """The start of an override that has begun cannot change, and nothing of a past one (guesses, by custom shifts)."""
    override = call.child(OVERRIDE, call.record("schedule_v3", id), override_id)
    body, draft, now = call.wrapped("override"), dict(override.body), stored(call.now)
    if override.body["end_time"] <= now:
        raise invalid("An override that has ended cannot be changed")
    form = FieldForm(body, draft, "override", creating=False)
    _check_moments(form)
    _check_member(call, form, "overriding_member")
    if override.body["start_time"] < now and draft["start_time"] != override.body["start_time"]:
        form.problem("start_time", "Start time of an override that has begun cannot be changed")
    if draft["end_time"] < now:
        form.problem("end_time", "End time must be in the future")
    form.finish()
    return Answer(200, {"override": show_override_shift(call, call.store.put(OVERRIDE, override.id, draft))})


def _delete(call: Call, id: str, override_id: str) -> Answer:
    """An override that has begun ends now, and a past one stays (guesses, by custom shifts)."""
    override = call.child(OVERRIDE, call.record("schedule_v3", id), override_id)
    if loaded(override.body["end_time"]) <= call.now:
        raise invalid("An override that has ended cannot be deleted")
    if loaded(override.body["start_time"]) < call.now:
        call.store.put(OVERRIDE, override.id, {**override.body, "end_time": stored(call.now)})
    else:
        call.store.delete(override.id)
    return Answer(204)


def _check_place(call: Call, schedule: Record, form: FieldForm) -> None:
    given = [name for name in _PLACES if form.body.get(name) is not None]
    if len(given) != 1:
        form.problem(None, "An override must have either a rotation_id or a custom_shift_id")
        return
    [name] = given
    id = form.body[name]
    place = call.store.get(_PLACES[name], id) if isinstance(id, str) else None
    if place is None or place.parent != schedule.id or was_deleted(place):
        form.problem(name, "Not Found")
        return
    form.draft["place"] = {"id": place.id, "type": f"{place.kind}_reference"}


def _check_moments(form: FieldForm) -> None:
    for name in ("start_time", "end_time"):
        form.moment(name, _UTC, required=True)
    draft = form.draft
    if "start_time" in draft and "end_time" in draft and draft["end_time"] <= draft["start_time"]:
        form.problem("end_time", "End time must be after start time")


def _check_member(call: Call, form: FieldForm, name: str) -> None:
    given = form.object(name, required=True)
    if given is not None:
        form.draft[name] = parse_member(call, form, name, given)


def _relieves(call: Call, schedule: Record, draft: Body) -> bool:
    parts = render_parts(call.store, schedule, *(loaded(draft[it]) for it in ("start_time", "end_time")))
    relieved = member_id(draft["overridden_member"])
    return any(it.place.id == draft["place"]["id"] and relieved in (it.scheduled, it.user) for it in parts)
