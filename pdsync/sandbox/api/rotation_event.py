"""Rotation event: when the shifts of a rotation are, and whose they are."""

from __future__ import annotations

from datetime import UTC, datetime

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.membership import enroll
from pdsync.sandbox.api.shift_member import parse_member, show_member
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.field_form import FieldForm
from pdsync.sandbox.http.form import REFUSE, Text
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import FieldProblem, invalid, not_found
from pdsync.sandbox.paging.event_shifts import EVERY, ROTATING, event_time
from pdsync.sandbox.paging.event_state import EVENT, ROTATION, end_event, is_future, is_past, sorted_events, was_deleted
from pdsync.sandbox.paging.on_call_schedule import SHIFT_BASED, users_of
from pdsync.sandbox.paging.recurrence import RecurrenceProblem, parse_recurrence
from pdsync.sandbox.store.identifier import new_ulid
from pdsync.sandbox.store.instant import loaded, parse_instant, stored, zone_info
from pdsync.sandbox.store.record import Body, Record

_MANY = "/v3/schedules/<id>/rotations/<rotation_id>/events"
_ONE = f"{_MANY}/<event_id>"
_MOST_EVENTS = 5  # current and future ones of a rotation (PagerDuty API description)
_MOST_MEMBERS = 20
_MONTHS_AHEAD = 12
_UTC = "Etc/UTC"  # what the server makes of UTC (terraform-provider-pagerduty #1127)


def rotation_event_routes() -> list[Route]:
    return [
        Route("GET", _MANY, _list),
        Route("POST", _MANY, _post),
        Route("GET", _ONE, _get),
        Route("PUT", _ONE, _put),
        Route("DELETE", _ONE, _delete),
    ]


def show_event(call: Call, record: Record) -> Body:
    body, rotation = record.body, call.record(ROTATION, record.parent or "")
    strategy = body["assignment_strategy"]
    path = f"schedules/{rotation.parent}/rotations/{rotation.id}"
    return {
        "id": record.id,
        "type": EVENT,
        "name": body["name"],
        **{name: _show_time(call, body[name]) for name in ("start_time", "end_time")},
        "effective_since": body["effective_since"],
        "effective_until": body["effective_until"],
        "recurrence": body["recurrence"],
        "assignment_strategy": {**strategy, "members": [show_member(it) for it in strategy["members"]]},
        "self": f"{call.links.base_url}/v3/{path}/events/{record.id}",
        "html_url": f"{WEB_URL}/{path}",
    }


def _show_time(call: Call, stored_time: Body) -> Body:
    if call.profile.reads("first_shift_with_offset", "wall_clock"):
        shown = f"{stored_time['local']}Z"
    else:
        shown = stored(event_time(stored_time))
    return {"date_time": shown, "time_zone": stored_time["time_zone"]}


def _list(call: Call, id: str, rotation_id: str) -> Answer:
    rows = sorted_events(call.store, find_rotation(call, id, rotation_id))
    return Answer(200, paginate(call, "events", rows, lambda it: show_event(call, it)))


def _get(call: Call, id: str, rotation_id: str, event_id: str) -> Answer:
    event = call.child(EVENT, find_rotation(call, id, rotation_id), event_id)
    return Answer(200, {"event": show_event(call, event)})


def _post(call: Call, id: str, rotation_id: str) -> Answer:
    rotation = find_rotation(call, id, rotation_id)
    draft = _checked(call, call.wrapped("event"), {"effective_until": None}, None, creating=True)
    others = [it for it in call.store.children(EVENT, rotation.id) if not is_past(it, call.now)]
    if len(others) >= _MOST_EVENTS:
        raise invalid(f"A rotation has at most {_MOST_EVENTS} events that are current or in the future")
    return Answer(201, {"event": show_event(call, _kept(call, rotation, new_ulid(call.now), draft))})


def _put(call: Call, id: str, rotation_id: str, event_id: str) -> Answer:
    """Only ``effective_until`` of an effective event can change, and nothing of a past one (PagerDuty API description)."""
    rotation = find_rotation(call, id, rotation_id)
    event, body = call.child(EVENT, rotation, event_id), call.wrapped("event")
    if is_past(event, call.now):
        raise invalid("An event that has ended cannot be changed")
    is_part = call.profile.reads("partial_event_put", "part")
    draft = _checked(
        call, body, dict(event.body) if is_part else {"effective_until": None}, event, creating=not is_part
    )
    if not is_future(event, call.now):
        fixed = [it for it in draft if it != "effective_until" and draft[it] != event.body[it]]
        if call.profile.reads("fixed_of_active_event", "ignored"):
            draft = {**event.body, "effective_until": draft["effective_until"]}
        elif fixed:
            text = "Only effective until of an event that has begun can be changed"
            raise FieldProblem({f"event.{it}": [text] for it in fixed})
        until = draft["effective_until"]
        if until is not None and loaded(until) < call.now:
            raise FieldProblem({"event.effective_until": ["Effective until must not be in the past"]})
    return Answer(200, {"event": show_event(call, _kept(call, rotation, event.id, draft))})


def _delete(call: Call, id: str, rotation_id: str, event_id: str) -> Answer:
    event = call.child(EVENT, find_rotation(call, id, rotation_id), event_id)
    if is_past(event, call.now):
        raise invalid("An event that has ended cannot be deleted")
    reading = "deleted" if is_future(event, call.now) else call.profile.reading("delete_of_active_event")
    if reading == "refused":
        raise invalid("An event that has begun cannot be deleted")
    if reading == "deleted":
        call.store.delete(event.id)
    else:
        end_event(call, event)
    return Answer(204)


def find_rotation(call: Call, id: str, rotation_id: str) -> Record:
    """Raises the 404, also of a rotation that was deleted."""
    rotation = call.child(ROTATION, call.record("schedule_v3", id), rotation_id)
    if was_deleted(rotation):
        raise not_found(ROTATION)
    return rotation


def _kept(call: Call, rotation: Record, id: str, draft: Body) -> Record:
    """Raises the 400 for an event that is effective while another one of its rotation is."""
    touch = call.profile.reads("events_that_touch", "refused")
    for other in call.store.children(EVENT, rotation.id):
        if other.id != id and _overlap(draft, other.body, touch=touch):
            is_first = draft["effective_since"] < other.body["effective_since"]
            field = "event.effective_until" if is_first else "event.effective_since"
            raise FieldProblem({field: [f"Events of a rotation cannot overlap: '{other.body['name']}'"]})
    event = call.store.put(EVENT, id, draft, rotation.id)
    _enroll(call, call.record(SHIFT_BASED, rotation.parent or ""))
    return event


def _enroll(call: Call, schedule: Record) -> None:
    """Members join teams as those of a layer-based schedule do (a guess)."""
    users = users_of(call.store, schedule, call.now)
    policies = call.store.referrers("escalation_policy", schedule.id)
    for team in (*schedule.body.get("teams", []), *(team for it in policies for team in it.body["teams"])):
        enroll(call, team["id"], users)


def _overlap(one: Body, other: Body, *, touch: bool) -> bool:
    """Moments are stored so that their texts are in the order of time."""

    def begins_before_end(first: Body, second: Body) -> bool:
        since, until = first["effective_since"], second["effective_until"]
        return until is None or bool(since < until or (touch and since == until))

    return begins_before_end(one, other) and begins_before_end(other, one)


def _checked(call: Call, body: Body, draft: Body, event: Record | None, *, creating: bool) -> Body:
    form = FieldForm(body, draft, "event", creating=creating)
    form.text("name", Text(255, min_length=1), required=True)
    for name in ("start_time", "end_time"):
        _check_time(call, form, name)
    _check_first_shift(form)
    _check_period(call, form, event.body["effective_since"] if event is not None else None)
    _check_recurrence(form)
    _check_strategy(call, form)
    form.finish()
    return draft


def _check_time(call: Call, form: FieldForm, name: str) -> None:
    given = form.object(name, required=True)
    if given is None:
        return
    draft: Body = {}
    inner = form.inside(name, given, draft)
    inner.zone("time_zone", required=True)
    text, zone = inner.value("date_time", required=True, null=REFUSE), draft.get("time_zone")
    if text is REFUSE or zone is None:
        return
    zone = _UTC if zone == "UTC" else zone
    by_clock = call.profile.reads("first_shift_with_offset", "wall_clock")
    moment = parse_instant(_without_offset(text) if by_clock else text, zone) if isinstance(text, str) else None
    if moment is None:
        inner.problem("date_time", "Date time must be a date and time such as 2026-01-31T08:00:00Z")
        return
    local = moment.astimezone(zone_info(zone))
    if by_clock:  # a time that the clocks skip stays what it was
        local = parse_instant(_without_offset(text), _UTC) or local
    form.draft[name] = {
        "local": local.replace(tzinfo=None).isoformat(),
        "time_zone": zone,
        "fold": 0 if by_clock else local.fold,
    }


def _without_offset(text: str) -> str:
    """A date and time as text. Other texts stay as wrong as they are."""
    day, _, rest = text.partition("T")
    return f"{day}T{rest.rstrip('Zz').partition('+')[0].partition('-')[0]}"


def _check_first_shift(form: FieldForm) -> None:
    start, end = form.draft.get("start_time"), form.draft.get("end_time")
    if start is None or end is None or form.has_problem("start_time", "end_time"):
        return
    if start["time_zone"] != end["time_zone"]:
        form.problem("end_time.time_zone", "Time zone must be that of the start time")
    elif event_time(end).astimezone(UTC) <= event_time(start).astimezone(UTC) or end["local"] <= start["local"]:
        form.problem("end_time", "End time must be after start time")


def _check_period(call: Call, form: FieldForm, before: str | None) -> None:
    """``before`` is when a stored event becomes effective."""
    draft = form.draft
    form.moment("effective_since", _UTC, required=True)
    form.moment("effective_until", _UTC, null=None)
    since, until = draft.get("effective_since"), draft.get("effective_until")
    if since is None or form.has_problem("effective_since", "effective_until"):
        return
    if since != before:
        # Values in the past become now (PagerDuty API description); an event that has begun refuses both.
        is_new = before is None or loaded(before) > call.now
        since = draft["effective_since"] = max(since, stored(call.now)) if is_new else since
        latest = stored(_months_later(call.now, _MONTHS_AHEAD))
        if since > latest and call.profile.reads("late_effective_since", "refused"):
            # Text: PagerDuty API description, BadRequest.
            form.problem("effective_since", f"Date cannot be more than {_MONTHS_AHEAD} months in the future")
    if until is not None and until <= since:
        form.problem("effective_until", "Effective until must be after effective since")


def _months_later(moment: datetime, months: int) -> datetime:
    """On the same day of the month, or the last one before it."""
    number = moment.month - 1 + months
    year, month = moment.year + number // 12, number % 12 + 1
    for day in range(moment.day, moment.day - 4, -1):
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def _check_recurrence(form: FieldForm) -> None:
    given, start = form.value("recurrence", required=True, null=REFUSE), form.draft.get("start_time")
    if given is REFUSE:
        return
    if not isinstance(given, list) or not given or not all(isinstance(it, str) for it in given):
        form.problem("recurrence", "Recurrence must be an array of strings that is not empty")
        return
    form.draft["recurrence"] = given
    try:
        parse_recurrence(given, start["time_zone"] if start else _UTC)
    except RecurrenceProblem as problem:
        form.problem("recurrence", str(problem))


def _check_strategy(call: Call, form: FieldForm) -> None:
    given = form.object("assignment_strategy", required=True)
    if given is None:
        return
    draft: Body = {}
    inner = form.inside("assignment_strategy", given, draft)
    inner.choice("type", (ROTATING, EVERY), required=True)
    if draft.get("type") == ROTATING:
        inner.integer("shifts_per_member", 1, required=True)
    members = inner.objects("members", required=True)
    if members is not None:
        if not 1 <= len(members) <= _MOST_MEMBERS:
            inner.problem("members", f"Members must have 1 to {_MOST_MEMBERS} entries")
        draft["members"] = [parse_member(call, inner, "members", it) for it in members]
    form.draft["assignment_strategy"] = draft
