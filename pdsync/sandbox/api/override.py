"""Override: a user takes over a schedule for a while; also which users are on a schedule at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.schedule_layer import zone_of_moments
from pdsync.sandbox.api.schedule_version import pointing_to
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.period import asked_period, moment
from pdsync.sandbox.http.problem import Problem, invalid
from pdsync.sandbox.paging.on_call_schedule import users_on_call
from pdsync.sandbox.paging.rendering import render
from pdsync.sandbox.paging.rotation import current_users
from pdsync.sandbox.store.instant import loaded, shown, stored
from pdsync.sandbox.store.record import Body, Record

_LONGEST = {"any": None, "year": timedelta(days=366), "ninety_days": timedelta(days=90)}
"""By the reading, the longest period that a list may be asked for."""


def override_routes() -> list[Route]:
    routes = [
        Route("GET", "/schedules/<id>/overrides", _list),
        Route("POST", "/schedules/<id>/overrides", _post),
        Route("DELETE", "/schedules/<id>/overrides/<override_id>", _delete),
        Route("GET", "/schedules/<id>/users", _users),
    ]
    return pointing_to("schedule_v3", routes)


def _list(call: Call, id: str) -> Answer:
    """Both ends of the period are required, and those that stick out are cut off (PagerDuty API description)."""
    schedule = call.record("schedule", id)
    since, until = moment(call, "since"), moment(call, "until")
    if since is None or until is None:
        raise invalid("Since and until are required")
    longest = _LONGEST[call.profile.reading("override_period")]
    if longest is not None and until - since > longest:
        raise invalid(f"The period must not be longer than {longest.days} days")
    overflow = call.arg("overflow") == "true"
    editable = call.args.get("editable") is not None
    found = [
        it
        for it in sorted(call.store.children("override", schedule.id), key=lambda it: str(it.body["start"]))
        if _overlaps(it.body, since, until) and not (editable and loaded(it.body["end"]) <= call.now)
    ]
    if editable:
        return Answer(200, {"overrides": [{"id": it.id} for it in found]})
    cut = [
        it.body
        if overflow
        else {**it.body, "start": stored(max(since, loaded(it.body["start"]))), "end": stored(min(until, _end(it)))}
        for it in found
    ]
    return Answer(
        200, {"overrides": [show_override(call, schedule, it.id, body) for it, body in zip(found, cut, strict=True)]}
    )


def _post(call: Call, id: str) -> Answer:
    """Each gets a status of its own and the answer is a bare list; one in the old form is wrapped (PagerDuty API
    description; text of a refusal: user guide of the requests-based PagerDuty client)."""
    schedule, body = call.record("schedule", id), call.json()
    single = body.get("override")
    if "overrides" not in body and isinstance(single, dict):
        made = _make(call, schedule, single)
        if made["status"] != 201:
            raise invalid(*made["errors"])
        return Answer(201, {"override": made["override"]})
    given = body.get("overrides")
    if not isinstance(given, list) or not given or not all(isinstance(it, dict) for it in given):
        raise invalid("Overrides must be an array of objects that is not empty")
    return Answer(201, [_make(call, schedule, it) for it in given])


def _make(call: Call, schedule: Record, body: Body) -> Body:
    draft: Body = {}
    form = Form(body, draft, creating=True)
    zone = zone_of_moments(call, schedule.body["time_zone"])
    for name in ("start", "end"):
        form.moment(name, zone, required=True)
    form.reference("user", "user", call.store, required=True)
    if "start" in draft and "end" in draft and draft["end"] <= draft["start"]:
        form.error("Override must end after its start")
    try:
        form.finish()
    except Problem as problem:
        return {"status": 400, "errors": problem.errors, "override": dict(body)}
    record = call.store.put("override", call.store.new_id(), draft, schedule.id)
    return {"status": 201, "override": show_override(call, schedule, record.id, draft)}


def _delete(call: Call, id: str, override_id: str) -> Answer:
    """An override that has begun ends now, with 200; a past one stays (PagerDuty API description, its text is a guess)."""
    schedule = call.record("schedule", id)
    record = call.child("override", schedule, override_id)
    if _end(record) <= call.now:
        raise invalid("Overrides in the past cannot be removed")
    if loaded(record.body["start"]) < call.now:
        body = {**record.body, "end": stored(call.now)}
        call.store.put("override", record.id, body)
        return Answer(200, {"override": show_override(call, schedule, record.id, body)})
    call.store.delete(record.id)
    return Answer(204)


def _users(call: Call, id: str) -> Answer:
    """Who is on call in the period."""
    schedule = call.record("schedule", id)
    period = asked_period(call)
    if period is not None:
        ids = [span.user for span in render(call.store, schedule, *period).final]
    elif call.profile.reads("schedule_users_without_period", "on_call_now"):
        ids = users_on_call(call.store, schedule, call.now)
    else:
        ids = current_users(schedule.body, call.now)
        ids += [it.body["user"]["id"] for it in call.store.children("override", schedule.id) if _end(it) > call.now]
    users = [user for user_id in dict.fromkeys(ids) if (user := call.store.get("user", user_id)) is not None]
    return Answer(200, {"users": [call.show(user) for user in users]})


def show_override(call: Call, schedule: Record, id: str, body: Mapping[str, Any]) -> Body:
    zone = schedule.body["time_zone"]
    return {
        "id": id,
        "start": shown(body["start"], zone),
        "end": shown(body["end"], zone),
        "user": call.links.resolve(body["user"]),
    }


def _overlaps(body: Body, since: datetime, until: datetime) -> bool:
    return loaded(body["start"]) < until and loaded(body["end"]) > since


def _end(record: Record) -> datetime:
    return loaded(record.body["end"])
