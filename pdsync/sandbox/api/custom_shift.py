"""Custom shift: a shift of a shift-based schedule that belongs to no rotation."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.override_shift import drop_overrides, end_overrides
from pdsync.sandbox.api.shift_member import parse_member, show_member
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.field_form import FieldForm
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import FieldProblem, invalid
from pdsync.sandbox.http.shift_period import cut_to_period, listed_period, show_moments
from pdsync.sandbox.paging.shift_rendering import CUSTOM_SHIFT
from pdsync.sandbox.store.identifier import new_ulid
from pdsync.sandbox.store.instant import loaded, stored
from pdsync.sandbox.store.record import Body, Record

_MANY, _ONE = "/v3/schedules/<id>/custom_shifts", "/v3/schedules/<id>/custom_shifts/<custom_shift_id>"
_ASSIGNMENT = "shift_assignment"
_UTC = "Etc/UTC"


def custom_shift_routes() -> list[Route]:
    return [
        Route("GET", _MANY, _list),
        Route("POST", _MANY, _post),
        Route("GET", _ONE, _get),
        Route("PUT", _ONE, _put),
        Route("DELETE", _ONE, _delete),
    ]


def show_custom_shift(call: Call, record: Record, zone: str = _UTC) -> Body:
    body, path = record.body, f"schedules/{record.parent}"
    assignment = body["assignment"]
    return {
        "id": record.id,
        "type": CUSTOM_SHIFT,
        **show_moments(body, zone),
        "assignments": [
            {"id": assignment["id"], "type": _ASSIGNMENT, "member": show_member(assignment["member"])},
        ],
        "self": f"{call.links.base_url}/v3/{path}/custom_shifts/{record.id}",
        "html_url": f"{WEB_URL}/{path}",
    }


def _list(call: Call, id: str) -> Answer:
    schedule = call.record("schedule_v3", id)
    period, zone = listed_period(call, schedule)
    rows = cut_to_period(call, call.store.children(CUSTOM_SHIFT, schedule.id), period)
    return Answer(200, paginate(call, "custom_shifts", rows, lambda it: show_custom_shift(call, it, zone)))


def _get(call: Call, id: str, custom_shift_id: str) -> Answer:
    shift = call.child(CUSTOM_SHIFT, call.record("schedule_v3", id), custom_shift_id)
    return Answer(200, {"custom_shift": show_custom_shift(call, shift)})


def _post(call: Call, id: str) -> Answer:
    """All of them or none (a guess)."""
    schedule, given = call.record("schedule_v3", id), call.json().get("custom_shifts")
    if not isinstance(given, list) or not given or not all(isinstance(it, dict) for it in given):
        raise invalid("Custom shifts must be an array of objects that is not empty")
    drafts = [_new(call, it, f"custom_shifts[{number}]") for number, it in enumerate(given)]
    made = [call.store.put(CUSTOM_SHIFT, new_ulid(call.now), it, schedule.id) for it in drafts]
    return Answer(201, {"custom_shifts": [show_custom_shift(call, it) for it in made]})


def _new(call: Call, body: Body, path: str) -> Body:
    draft: Body = {}
    form = FieldForm(body, draft, path, creating=True)
    form.choice("type", (CUSTOM_SHIFT,), required=True)
    draft.pop("type", None)
    _check(call, form)
    form.finish()
    return draft


def _put(call: Call, id: str, custom_shift_id: str) -> Answer:
    """Only the end of a shift that has begun can change (PagerDuty API description), and nothing of a past one."""
    shift = call.child(CUSTOM_SHIFT, call.record("schedule_v3", id), custom_shift_id)
    body, draft, now = call.wrapped("custom_shift"), dict(shift.body), stored(call.now)
    if shift.body["end_time"] <= now:
        raise invalid("A custom shift that has ended cannot be changed")
    form = FieldForm(body, draft, "custom_shift", creating=False)
    _check(call, form)
    form.finish()
    if shift.body["start_time"] <= now:
        fixed = [name for name in ("start_time", "assignment") if draft[name] != shift.body[name]]
        if fixed:
            text = "Only the end time of a custom shift that has begun can be changed"
            raise FieldProblem({f"custom_shift.{it}": [text] for it in fixed})
    return Answer(200, {"custom_shift": show_custom_shift(call, call.store.put(CUSTOM_SHIFT, shift.id, draft))})


def _delete(call: Call, id: str, custom_shift_id: str) -> Answer:
    """A shift that has begun ends now, and deleting a past one is refused (PagerDuty API description)."""
    shift = call.child(CUSTOM_SHIFT, call.record("schedule_v3", id), custom_shift_id)
    if loaded(shift.body["end_time"]) <= call.now:
        raise invalid("A custom shift that has ended cannot be deleted")
    if loaded(shift.body["start_time"]) < call.now:
        end_overrides(call, shift)
        call.store.put(CUSTOM_SHIFT, shift.id, {**shift.body, "end_time": stored(call.now)})
    else:
        drop_overrides(call, shift)
        call.store.delete(shift.id)
    return Answer(204)


def _check(call: Call, form: FieldForm) -> None:
    draft = form.draft
    for name in ("start_time", "end_time"):
        form.moment(name, _UTC, required=True)
    if "start_time" in draft and "end_time" in draft and not form.has_problem("start_time", "end_time"):
        if draft["end_time"] <= draft["start_time"]:
            form.problem("end_time", "End time must be after start time")
        elif draft["end_time"] < stored(call.now):
            form.problem("end_time", "End time must be in the future")
    given = form.objects("assignments", required=True)
    if given is None:
        return
    if len(given) != 1:
        form.problem("assignments", "Assignments must have exactly one entry")
        return
    [one] = given
    inner = form.inside("assignments", one, {})
    inner.choice("type", (_ASSIGNMENT,), required=True)
    member = inner.object("member", required=True)
    if member is not None:
        found, old = parse_member(call, inner, "member", member), draft.get("assignment")
        if old is None or old["member"] != found:
            draft["assignment"] = {"id": new_ulid(call.now), "member": found}
