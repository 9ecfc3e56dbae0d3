"""Shift-based schedules: how questions about rotations, their events and their shifts are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.ask.shift_times import event
from pdsync.probe.material import layer_body, person, reference, schedule_body, team
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_IN_ZONE = {"time_zone": "Etc/UTC"}
_MORNING = "2026-01-05T09:00:00"


def _ask_empty_rotations(bench: Workbench) -> Finding:
    answer = bench.post("v3/schedules", {**_IN_ZONE, "rotations": [], "escalation_policies": []})
    return answer.by_status({201: "taken", 400: "refused"})


def _ask_teams_of_shift_schedule(bench: Workbench) -> Finding:
    made = bench.make("v3/schedules", **_IN_ZONE)
    change = {**_IN_ZONE, "name": made["name"], "teams": [reference(team(bench), "team")]}
    answer = bench.put(f"v3/schedules/{made['id']}", change)
    if not answer.ok:
        return answer.by_status({400: "refused"})
    is_written = bench.look_for(lambda: bool(bench.read(f"v3/schedules/{made['id']}")["teams"]))
    return answer.means("written" if is_written else "passed_over")


def _ask_layer_based_by_v3(bench: Workbench) -> Finding:
    made = bench.make("schedules", **schedule_body(layer_body(person(bench))))
    return bench.get(f"v3/schedules/{made['id']}").by_status({400: "refused", 404: "not_found"})


def _ask_late_effective_since(bench: Workbench) -> Finding:
    answer = bench.post(f"{_rotation(bench)}/events", _event(bench, effective_since=_ahead(bench, 400)))
    return answer.by_status({201: "taken", 400: "refused"})


def _ask_events_that_touch(bench: Workbench) -> Finding:
    path, hand_off = f"{_rotation(bench)}/events", _ahead(bench, 2)
    bench.need(bench.post(path, _event(bench, effective_since=_ahead(bench, 1), effective_until=hand_off)), path)
    answer = bench.post(path, _event(bench, effective_since=hand_off))
    return answer.by_status({201: "taken", 400: "refused"})


def _ask_first_shift_with_offset(bench: Workbench) -> Finding:
    """Tokyo is nine hours ahead."""
    start, end = ({"date_time": f"2026-01-05T{hour}:00:00+09:00", "time_zone": "Asia/Tokyo"} for hour in (18, 20))
    event = _event(bench, effective_since=_ahead(bench, 1), start_time=start, end_time=end)
    path = f"{_rotation(bench)}/events"
    answer = bench.post(path, event)
    shown = bench.need(answer, path)["start_time"]["date_time"]
    return answer.among({"2026-01-05T09:00:00Z": "instant", "2026-01-05T18:00:00Z": "wall_clock"}, shown)


def _ask_fixed_of_active_event(bench: Workbench) -> Finding:
    """The change has everything else that the event has."""
    path = f"{_rotation(bench)}/events"
    event = bench.need(bench.post(path, _event(bench)), path)
    change = _event(bench, effective_since=event["effective_since"], name="Other shifts")
    answer = bench.put(f"{path}/{event['id']}", change)
    if not answer.ok:
        return answer.by_status({400: "refused"})
    return answer.among({event["name"]: "ignored"}, answer.body["name"])


def _ask_partial_event_put(bench: Workbench) -> Finding:
    path = f"{_rotation(bench)}/events"
    event = bench.need(bench.post(path, _event(bench, effective_since=_ahead(bench, 1))), path)
    answer = bench.put(f"{path}/{event['id']}", {"name": "Other shifts"})
    return answer.by_status({200: "part", 400: "refused"})


def _ask_delete_of_active_event(bench: Workbench) -> Finding:
    path = f"{_rotation(bench)}/events"
    event = bench.need(bench.post(path, _event(bench)), path)
    answer = bench.delete(f"{path}/{event['id']}")
    if not answer.ok:
        return answer.by_status({400: "refused"})
    left = [it["id"] for it in bench.read(path)]
    return answer.means("cut" if event["id"] in left else "deleted")


def _ask_deleted_rotation(bench: Workbench) -> Finding:
    path = _rotation(bench)
    bench.need(bench.post(f"{path}/events", _event(bench)), f"{path}/events")
    answer = bench.delete(path)
    if not answer.ok:
        return answer.unclear()
    schedule, _, rotation = path.partition("/rotations/")
    left = [it["id"] for it in bench.read(schedule)["rotations"]]
    return answer.means("listed" if rotation in left else "gone")


def _rotation(bench: Workbench) -> str:
    """The path of a new rotation of a new schedule."""
    path = f"v3/schedules/{bench.make('v3/schedules', **_IN_ZONE)['id']}/rotations"
    return f"{path}/{bench.need(bench.post(path), path)['id']}"


def _event(bench: Workbench, **fields: Any) -> Object:
    return event(bench, _MORNING, "2026-01-05T17:00:00", **fields)


def _ahead(bench: Workbench, days: int) -> str:
    moment = bench.client.server_clock.now() + timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


PROBES = (
    Probe(
        "empty_rotations",
        "POST /v3/schedules with empty lists of rotations and policies",
        _ask_empty_rotations,
    ),
    Probe("teams_of_shift_schedule", "PUT /v3/schedules/{id} with a team", _ask_teams_of_shift_schedule),
    Probe(
        "layer_based_by_v3",
        "GET /v3/schedules/{id} with the id of a layer-based schedule",
        _ask_layer_based_by_v3,
    ),
    Probe(
        "late_effective_since",
        "POST /v3/schedules/{id}/rotations/{rotation_id}/events with an effective_since in 400 days",
        _ask_late_effective_since,
    ),
    Probe(
        "events_that_touch",
        "POST /v3/schedules/{id}/rotations/{rotation_id}/events with effective_since at the effective_until of another",
        _ask_events_that_touch,
    ),
    Probe(
        "first_shift_with_offset",
        "POST /v3/schedules/{id}/rotations/{rotation_id}/events with a start_time that has an offset",
        _ask_first_shift_with_offset,
    ),
    Probe(
        "fixed_of_active_event",
        "PUT /v3/schedules/{id}/rotations/{rotation_id}/events/{event_id} of an effective event with another name",
        _ask_fixed_of_active_event,
    ),
    Probe(
        "partial_event_put",
        "PUT /v3/schedules/{id}/rotations/{rotation_id}/events/{event_id} with only a name",
        _ask_partial_event_put,
    ),
    Probe(
        "delete_of_active_event",
        "DELETE /v3/schedules/{id}/rotations/{rotation_id}/events/{event_id} of an effective event",
        _ask_delete_of_active_event,
    ),
    Probe(
        "deleted_rotation",
        "GET /v3/schedules/{id} when a rotation with an effective event is deleted",
        _ask_deleted_rotation,
    ),
)
NOT_ASKED: Mapping[str, str] = {}
