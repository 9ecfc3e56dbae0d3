"""Shift times: how questions about when the shifts of events are, and whose, are asked. Each renders days of the far future."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pdsync.probe.answer import Answer, Finding
from pdsync.probe.material import colleague, person
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_MONDAY, _TUESDAY = "2099-06-01", "2099-06-02"
_BERLIN = "Europe/Berlin"
_CLOCK_CHANGE = "2099-03-29"  # when the clocks go forward there


def _ask_shift_starts_at_clock_change(bench: Workbench) -> Finding:
    """Noon in Berlin is 11:00 UTC before the change. After it, noon is 10:00 UTC."""
    schedule = _schedule(bench, event(bench, "2099-03-28T12:00:00", "2099-03-28T13:00:00", zone=_BERLIN))
    answer = _final(bench, schedule, _CLOCK_CHANGE)
    readings = {f"{_CLOCK_CHANGE}T10:00:00Z": "wall_clock", f"{_CLOCK_CHANGE}T11:00:00Z": "elapsed"}
    return answer.among(readings, _first(answer, "start_time"))


def _ask_shift_length_at_clock_change(bench: Workbench) -> Finding:
    """A shift from midnight to noon has 11 hours on the day of the change."""
    schedule = _schedule(bench, event(bench, "2099-03-27T00:00:00", "2099-03-27T12:00:00", zone=_BERLIN))
    answer = _final(bench, schedule, _CLOCK_CHANGE)
    readings = {f"{_CLOCK_CHANGE}T10:00:00Z": "wall_clock", f"{_CLOCK_CHANGE}T11:00:00Z": "elapsed"}
    return answer.among(readings, _first(answer, "end_time"))


def _ask_first_shift_off_the_rule(bench: Workbench) -> Finding:
    on_tuesdays = event(bench, f"{_MONDAY}T09:00:00", f"{_MONDAY}T17:00:00", recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TU"])
    answer = _final(bench, _schedule(bench, on_tuesdays), _MONDAY)
    return answer.among({0: "left_out", 1: "counted"}, len(_shifts(answer)))


def _ask_first_turn(bench: Workbench) -> Finding:
    """The event becomes effective after the first of its shifts, which are daily."""
    first, second = person(bench), colleague(bench)
    begins = bench.client.server_clock.now() + timedelta(days=2)
    day, following = (f"{begins + timedelta(days=it):%Y-%m-%d}" for it in (0, 1))
    turns = event(bench, f"{day}T09:00:00", f"{day}T17:00:00", first, second, effective_since=f"{day}T18:00:00Z")
    answer = _final(bench, _schedule(bench, turns), following)
    return answer.among({first["id"]: "effective_since", second["id"]: "first_shift"}, _first_user(answer))


def _ask_turn_of_excluded_shift(bench: Workbench) -> Finding:
    first, second = person(bench), colleague(bench)
    recurrence = ["RRULE:FREQ=DAILY", "EXDATE:20990601T090000Z"]
    turns = event(bench, f"{_MONDAY}T09:00:00", f"{_MONDAY}T17:00:00", first, second, recurrence=recurrence)
    answer = _final(bench, _schedule(bench, turns), _TUESDAY)
    return answer.among({first["id"]: "waits", second["id"]: "passes"}, _first_user(answer))


def _ask_shift_at_effective_end(bench: Workbench) -> Finding:
    begins = bench.client.server_clock.now() + timedelta(days=2)
    day = f"{begins:%Y-%m-%d}"
    moments = {"effective_since": f"{day}T08:00:00Z", "effective_until": f"{day}T12:00:00Z"}
    answer = _final(bench, _schedule(bench, event(bench, f"{day}T09:00:00", f"{day}T17:00:00", **moments)), day)
    return answer.among({f"{day}T12:00:00Z": "cut", f"{day}T17:00:00Z": "whole"}, _first(answer, "end_time"))


def _ask_simultaneous_rotations(bench: Workbench) -> Finding:
    first, second = person(bench), colleague(bench)
    times = (f"{_MONDAY}T09:00:00", f"{_MONDAY}T17:00:00")
    answer = _final(bench, _schedule(bench, event(bench, *times, first), event(bench, *times, second)), _MONDAY)
    users = {it["member"].get("user_id") for it in _shifts(answer)}
    readings = {frozenset((first["id"], second["id"])): "together", frozenset((second["id"],)): "last"}
    return answer.among(readings, frozenset(users))


def _ask_empty_member_in_final_schedule(bench: Workbench) -> Finding:
    empty = event(bench, f"{_MONDAY}T09:00:00", f"{_MONDAY}T17:00:00", None)
    answer = _final(bench, _schedule(bench, empty), _MONDAY)
    return answer.among({0: "left_out", 1: "listed"}, len(_shifts(answer)))


def _ask_override_outside_shift(bench: Workbench) -> Finding:
    """The event has only the one who takes over."""
    times = {"start_time": f"{_MONDAY}T10:00:00Z", "end_time": f"{_MONDAY}T11:00:00Z"}
    answer = _override(bench, person(bench), colleague(bench), person(bench), times)
    return answer.by_status({201: "no_effect", 400: "refused"})


def _ask_past_override_start(bench: Workbench) -> Finding:
    now = bench.client.server_clock.now()
    start, end = (f"{now + timedelta(hours=it):%Y-%m-%dT%H:%M:%SZ}" for it in (-1, 24))
    made = _override(bench, person(bench), person(bench), colleague(bench), {"start_time": start, "end_time": end})
    if not made.ok:
        return made.by_status({400: "refused"})
    shown = made.body[0]["start_time"]
    return made.means("kept" if shown == start else "now") if shown < end else made.unclear()


def _override(
    bench: Workbench, on_call: Object, relieved: Object, takes_over: Object, times: Mapping[str, str]
) -> Answer:
    day = _MONDAY if times["start_time"].startswith(_MONDAY) else times["start_time"][:10]
    schedule = _schedule(bench, event(bench, f"{day}T00:00:00", f"{day}T23:00:00", on_call))
    [rotation] = bench.read(schedule)["rotations"]
    override = {
        "type": "override_shift",
        "rotation_id": rotation["id"],
        **times,
        "overridden_member": _member(relieved),
        "overriding_member": _member(takes_over),
    }
    return bench.post(f"{schedule}/overrides", [override])


def event(
    bench: Workbench, start: str, end: str, *users: Object | None, zone: str = "Etc/UTC", **fields: Any
) -> Object:
    """The body of an event with daily shifts of the shared user, or of others; None is the empty member. It is effective from now on."""
    strategy = {
        "type": "rotating_member_assignment_strategy",
        "shifts_per_member": 1,
        "members": [_member(it) for it in users or (person(bench),)],
    }
    utc = "Z" if zone == "Etc/UTC" else ""
    return {
        "name": "Shifts",
        "start_time": {"date_time": start + utc, "time_zone": zone},
        "end_time": {"date_time": end + utc, "time_zone": zone},
        "effective_since": "2026-01-05T09:00:00Z",
        "recurrence": ["RRULE:FREQ=DAILY"],
        "assignment_strategy": strategy,
        **fields,
    }


def _member(user: Object | None) -> Object:
    return {"type": "empty_member"} if user is None else {"type": "user_member", "user_id": user["id"]}


def _schedule(bench: Workbench, *events: Object) -> str:
    """The path of a new schedule with a rotation for each of the events."""
    path = f"v3/schedules/{bench.make('v3/schedules', time_zone='Etc/UTC')['id']}"
    for body in events:
        rotation = bench.need(bench.post(f"{path}/rotations"), f"{path}/rotations")
        place = f"{path}/rotations/{rotation['id']}/events"
        bench.need(bench.post(place, body), place)
    return path


def _final(bench: Workbench, schedule: str, day: str) -> Answer:
    """The shifts of a day in UTC, also what of them is on other days."""
    period = {"since": f"{day}T00:00:00Z", "until": f"{day}T23:59:59Z", "overflow": "true"}
    return bench.get(schedule, include=["final_schedule"], **period)


def _shifts(answer: Answer) -> Sequence[Object]:
    found: Sequence[Object] = answer.body["final_schedule"]["computed_shift_assignments"]
    return found


def _first(answer: Answer, name: str) -> object:
    shifts = _shifts(answer)
    return shifts[0].get(name) if shifts else None


def _first_user(answer: Answer) -> object:
    shifts = _shifts(answer)
    return shifts[0]["member"].get("user_id") if shifts else None


_RENDERED = "GET /v3/schedules/{id} with the final schedule"
PROBES = (
    Probe(
        "shift_starts_at_clock_change",
        f"{_RENDERED} of the day on which the clocks change",
        _ask_shift_starts_at_clock_change,
    ),
    Probe(
        "shift_length_at_clock_change",
        f"{_RENDERED} of a shift during which the clocks change",
        _ask_shift_length_at_clock_change,
    ),
    Probe(
        "first_shift_off_the_rule",
        f"{_RENDERED} of a Monday that is the first shift of a rule for Tuesdays",
        _ask_first_shift_off_the_rule,
    ),
    Probe("first_turn", f"{_RENDERED} of an event that is effective from its second shift on", _ask_first_turn),
    Probe(
        "turn_of_excluded_shift",
        f"{_RENDERED} of the day after a shift that an EXDATE takes out",
        _ask_turn_of_excluded_shift,
    ),
    Probe(
        "shift_at_effective_end",
        f"{_RENDERED} of an event that ends in the middle of a shift",
        _ask_shift_at_effective_end,
    ),
    Probe("simultaneous_rotations", f"{_RENDERED} of two rotations at the same time", _ask_simultaneous_rotations),
    Probe(
        "empty_member_in_final_schedule",
        f"{_RENDERED} of an event with only the empty member",
        _ask_empty_member_in_final_schedule,
    ),
    Probe(
        "override_outside_shift",
        "POST /v3/schedules/{id}/overrides for a member who is in none of the schedule's events",
        _ask_override_outside_shift,
    ),
    Probe(
        "past_override_start",
        "POST /v3/schedules/{id}/overrides with a start_time an hour ago",
        _ask_past_override_start,
    ),
)
NOT_ASKED: Mapping[str, str] = {}
