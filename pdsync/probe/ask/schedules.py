"""Schedules: how questions about layers and overrides are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Answer, Finding
from pdsync.probe.material import colleague, layer_body, person, reference, schedule_body, team
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

# A day in the far future: nothing of it is in force while the probe runs.
_DAY = "2099-06-01"
_NOON, _ONE, _MIDNIGHT = f"{_DAY}T12:00:00Z", f"{_DAY}T13:00:00Z", "2099-06-02T00:00:00Z"


def _ask_rotation_virtual_start(bench: Workbench) -> Finding:
    layer = layer_body(person(bench), rotation_virtual_start="2026-01-05T09:00:17Z")
    answer = bench.post("schedules", schedule_body(layer))
    return answer.by_status({201: "any_second", 400: "whole_minutes"})


def _ask_layer_order(bench: Workbench) -> Finding:
    answer = bench.post("schedules", _two_layers(bench))
    names = [it.get("name") for it in bench.need(answer, "schedules")["schedule_layers"]]
    return answer.among({("Upper", "Lower"): "reversed", ("Lower", "Upper"): "as_sent"}, tuple(names))


def _ask_winning_layer(bench: Workbench) -> Finding:
    first, second = person(bench), colleague(bench)
    made = bench.make("schedules", **_two_layers(bench))
    on_call = _on_call(bench, made, _NOON, _ONE)
    return on_call.among({first["id"]: "first", second["id"]: "last"}, _only_user(on_call))


def _ask_left_out_layers(bench: Workbench) -> Finding:
    made = bench.make("schedules", **_two_layers(bench))
    answer = bench.put(f"schedules/{made['id']}", schedule_body(layer_body(person(bench), name="New")))
    if not answer.ok:
        return answer.unclear()
    lower = [it for it in answer.body["schedule_layers"] if it["name"] == "Lower"]
    return answer.means("go" if not lower else "end" if lower[0].get("end") else "stay")


def _ask_schedule_teams(bench: Workbench) -> Finding:
    body = schedule_body(layer_body(person(bench)), teams=[reference(team(bench), "team")])
    answer = bench.post("schedules", body)
    return answer.means("written" if bench.need(answer, "schedules").get("teams") else "ignored")


def _ask_local_moments(bench: Workbench) -> Finding:
    layer = layer_body(person(bench), start=f"{_DAY}T12:00:00")
    answer = bench.post("schedules", {**schedule_body(layer), "time_zone": "Asia/Tokyo"})
    [shown] = bench.need(answer, "schedules")["schedule_layers"]
    # Tokyo is nine hours ahead.
    local = {f"{_DAY}T12:00:00+09:00": "schedule_zone", f"{_DAY}T21:00:00+09:00": "utc"}
    return answer.among(local, shown.get("start"))


def _ask_daily_turns_at_clock_change(bench: Workbench) -> Finding:
    """Two people take turns of a day from noon of the day before the clocks go forward in Berlin."""
    first, second = person(bench), colleague(bench)
    begin = "2099-03-28T11:00:00Z"  # noon there
    layer = layer_body(first, second, start=begin, rotation_virtual_start=begin)
    made = bench.make("schedules", **{**schedule_body(layer), "time_zone": "Europe/Berlin"})
    # Noon of the next day is 10:00 UTC by the clock, and 11:00 UTC by the seconds.
    on_call = _on_call(bench, made, "2099-03-29T10:15:00Z", "2099-03-29T10:45:00Z")
    return on_call.among({first["id"]: "elapsed", second["id"]: "wall_clock"}, _only_user(on_call))


def _ask_overlapping_overrides(bench: Workbench) -> Finding:
    first, second = person(bench), colleague(bench)
    made = bench.make("schedules", **schedule_body(layer_body(first)))
    for user in (first, second):
        override = {"start": _NOON, "end": _ONE, "user": reference(user, "user")}
        answer = bench.post(f"schedules/{made['id']}/overrides", [override])
        if not answer.ok:
            return answer.unclear()
    on_call = _on_call(bench, made, _NOON, _ONE)
    return on_call.among({first["id"]: "oldest", second["id"]: "newest"}, _only_user(on_call))


def _ask_long_rendering(bench: Workbench) -> Finding:
    made = bench.make("schedules", **schedule_body(layer_body(person(bench))))
    answer = bench.get(f"schedules/{made['id']}", since="2099-01-01T00:00:00Z", until="2100-06-01T00:00:00Z")
    return answer.by_status({200: "rendered", 400: "refused"})


def _ask_preview_id(bench: Workbench) -> Finding:
    answer = bench.post("schedules/preview", schedule_body(layer_body(person(bench)), name="Preview"))
    if not answer.ok or not isinstance(answer.body, dict):
        return answer.unclear()
    return answer.means("made_up" if answer.body.get("id") else "none")


def _ask_schedule_users_without_period(bench: Workbench) -> Finding:
    layer = layer_body(person(bench), colleague(bench))
    made = bench.make("schedules", **schedule_body(layer))
    answer = bench.get(f"schedules/{made['id']}/users")
    if not answer.ok:
        return answer.unclear()
    return answer.among({1: "on_call_now", 2: "everyone"}, len(answer.body))


def _ask_zone_aliases(bench: Workbench) -> Finding:
    answer = bench.post("schedules", {**schedule_body(layer_body(person(bench))), "time_zone": "US/Mountain"})
    if answer.ok:
        return answer.among({"US/Mountain": "kept"}, answer.body.get("time_zone"))
    return answer.by_status({400: "refused"})


def _ask_schedule_names(bench: Workbench) -> Finding:
    body = schedule_body(layer_body(person(bench)), name=bench.mark.name("same schedule"))
    bench.make("schedules", **body)
    return bench.post("schedules", body).by_status({201: "may_repeat", 400: "unique"})


def _two_layers(bench: Workbench) -> Object:
    """Both are always in force."""
    lower = layer_body(person(bench), name="Lower")
    return schedule_body(lower, layer_body(colleague(bench), name="Upper"))


def _on_call(bench: Workbench, schedule: Mapping[str, Any], since: str, until: str) -> Answer:
    return bench.get(f"schedules/{schedule['id']}/users", since=since, until=until)


def _only_user(answer: Answer) -> object:
    users = answer.body if answer.ok and isinstance(answer.body, list) else []
    return users[0].get("id") if len(users) == 1 else None


PROBES = (
    Probe(
        "rotation_virtual_start",
        "POST /schedules with a layer whose rotation_virtual_start is 17 seconds past a minute",
        _ask_rotation_virtual_start,
    ),
    Probe("layer_order", "POST /schedules with two layers", _ask_layer_order),
    Probe("winning_layer", "GET /schedules/{id}/users for a time that two layers cover", _ask_winning_layer),
    Probe(
        "left_out_layers",
        "PUT /schedules/{id} with one new layer, and without the schedule's two existing layers",
        _ask_left_out_layers,
    ),
    Probe("schedule_teams", "POST /schedules with a team", _ask_schedule_teams),
    Probe("local_moments", "POST /schedules in Asia/Tokyo with a start without an offset", _ask_local_moments),
    Probe(
        "daily_turns_at_clock_change",
        "GET /schedules/{id}/users for the hour by which a day differs from 24 hours when the clocks change",
        _ask_daily_turns_at_clock_change,
    ),
    Probe(
        "overlapping_overrides",
        "GET /schedules/{id}/users for a time that two overrides cover",
        _ask_overlapping_overrides,
    ),
    Probe("long_rendering", "GET /schedules/{id} with a period of 17 months", _ask_long_rendering),
    Probe("preview_id", "POST /schedules/preview with one layer", _ask_preview_id),
    Probe(
        "schedule_users_without_period",
        "GET /schedules/{id}/users without since and until, for a layer with two people",
        _ask_schedule_users_without_period,
    ),
    Probe("schedule_names", "POST /schedules with the name of another schedule", _ask_schedule_names),
    Probe("zone_aliases", "POST /schedules in the time zone US/Mountain", _ask_zone_aliases),
)
NOT_ASKED: Mapping[str, str] = {
    "ended_layers": "A layer ends on a whole minute, and a probe does not wait for one.",
    "past_layer_end": "A layer must have begun some minutes before, and a probe does not wait for that.",
    "deleted_user_in_layer": "A layer ends on a whole minute, and a probe does not wait for one.",
}
