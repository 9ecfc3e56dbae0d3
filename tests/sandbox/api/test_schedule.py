"""Schedules and their layers. The test clock is at Monday 2026-03-02T12:00:07Z."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.schedule import SCHEDULES
from tests.sandbox.account import Account, layer, ref
from tests.sandbox.paging.rendered import rendered

_NOW = "2026-03-02T12:00:07Z"


def _names(schedule: Any) -> list[str]:
    return [it["name"] for it in schedule["schedule_layers"]]


def test_lists_have_layers_only_when_asked(account: Account) -> None:
    schedule = account.schedule(layer(account.user()))
    [plain] = account.get("/schedules")["schedules"]
    assert "schedule_layers" not in plain
    assert "final_schedule" not in plain
    [full] = account.get("/schedules?include[]=schedule_layers")["schedules"]
    assert full["schedule_layers"] == schedule["schedule_layers"]
    for field, name in (("final_schedule", "Final Schedule"), ("overrides_subschedule", "Overrides")):
        assert schedule[field] == {"name": name, "rendered_schedule_entries": [], "rendered_coverage_percentage": None}


def test_defaults(account: Account) -> None:
    user = account.user()
    body = layer(user, user)
    del body["name"]
    schedule = account.schedule(body, body)
    assert _names(schedule) == ["Layer 2", "Layer 1"]
    assert [it["end"] for it in schedule["schedule_layers"]] == [None, None]
    assert schedule["schedule_layers"][0]["restrictions"] == []
    assert [it["user"]["id"] for it in schedule["schedule_layers"][0]["users"]] == [user["id"], user["id"]]
    assert [it["id"] for it in schedule["users"]] == [user["id"]]
    assert (schedule["description"], schedule["teams"]) == ("", [])
    same = account.schedule(name=schedule["name"], description=None)  # names need not be unique
    assert (same["name"], same["description"], same["schedule_layers"]) == (schedule["name"], "", [])
    assert account.schedule(description=" Text \n")["description"] == " Text"


def test_moments_are_shown_in_the_zone_of_the_schedule(account: Account) -> None:
    body = layer(account.user(), rotation_virtual_start="2026-07-01T08:00:00", end="2026-12-01T08:00:00Z")
    schedule = account.schedule(body, time_zone="America/New_York")
    [held] = schedule["schedule_layers"]
    assert held["start"] == "2026-03-02T07:00:07-05:00"
    assert held["rotation_virtual_start"] == "2026-07-01T08:00:00-04:00"
    assert held["end"] == "2026-12-01T03:00:00-05:00"
    path = f"/schedules/{schedule['id']}"
    [in_tokyo] = account.get(f"{path}?time_zone=Asia/Tokyo")["schedule"]["schedule_layers"]
    assert in_tokyo["end"] == "2026-12-01T17:00:00+09:00"
    account.refused("GET", f"{path}?time_zone=Mars/Base")
    [moved] = account.put(path, "schedule", {"time_zone": "Etc/UTC"})["schedule_layers"]
    assert (moved["end"], moved["start"]) == ("2026-12-01T08:00:00Z", _NOW)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"time_zone": None}, "Time zone can't be blank"),
        ({"time_zone": "US/Eastern"}, "Time zone is not a valid time zone"),
        ({"name": "x" * 256}, "Name is too long (maximum is 255 characters)"),
        ({"teams": [{"id": "P123456", "type": "team_reference"}]}, "Team Not Found"),
        ({"schedule_layers": [{"id": "P123456"}]}, "Schedule layer 1: not found in this schedule"),
        ({"schedule_layers": [{"id": {}}]}, "Schedule layer 1: not found in this schedule"),
        ({"schedule_layers": {}}, "Schedule layers must be an array of objects"),
    ],
)
def test_schedules_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    schedule = account.schedule(layer(account.user()))
    path = f"/schedules/{schedule['id']}"
    assert account.refused("PUT", path, {"schedule": fields})["errors"] == [error]
    assert account.get(path)["schedule"] == schedule


def test_a_schedule_that_is_used_cannot_be_deleted(account: Account) -> None:
    schedule = account.schedule(layer(account.user()))
    policy = account.policy(schedule)
    path = f"/schedules/{schedule['id']}"
    assert [it["id"] for it in account.get(path)["schedule"]["escalation_policies"]] == [policy["id"]]
    error = account.refused("DELETE", path)
    assert (error["code"], error["errors"]) == (
        2001,
        ["Schedule can't be deleted if it's being used by escalation policies"],
    )
    account.delete(f"/escalation_policies/{policy['id']}")
    account.delete(path)
    account.refused("GET", path, status=404)


def test_schedules_of_teams(account: Account) -> None:
    team = account.team()
    mine, _ = account.schedule(teams=[ref(team), ref(team)]), account.schedule()
    assert len(mine["teams"]) == 1
    assert [it["id"] for it in account.get(f"/schedules?team_ids[]={team['id']}")["schedules"]] == [mine["id"]]
    assert account.put(f"/schedules/{mine['id']}", "schedule", {"description": "x"})["teams"] == mine["teams"]
    assert account.put(f"/schedules/{mine['id']}", "schedule", {"teams": []})["teams"] == []


def test_the_next_shift_of_a_user(account: Account) -> None:
    one, two = account.user(), account.user()
    schedule = account.schedule(layer(one, two))
    shown = account.get(f"/schedules?include_next_oncall_for_user={two['id']}")["schedules"][0]["next_oncall_for_user"]
    assert (shown["start"], shown["end"]) == ("2026-03-09T09:00:00Z", "2026-03-16T09:00:00Z")
    assert shown["user"]["id"] == two["id"]
    assert "next_oncall_for_user" not in rendered(account, schedule, "include_next_oncall_for_user=PNOBODY1")


def test_a_preview_shows_and_keeps_nothing(account: Account) -> None:
    user = account.user()
    before = account.get("/_sandbox/state")
    body = {"type": "schedule", "name": "Maybe", "time_zone": "Etc/UTC", "schedule_layers": [layer(user)]}
    query = "?since=2026-03-03T00:00:00Z&until=2026-03-05T00:00:00Z"
    answer = account.call("POST", f"/schedules/preview{query}", {"schedule": body})
    assert answer.status_code == 200
    shown = answer.json()["schedule"]
    assert shown["final_schedule"]["rendered_coverage_percentage"] == 100.0
    assert (shown["name"], "id" in shown) == ("Maybe", False)
    account.refused("POST", f"/schedules/preview{query}", {"schedule": {**body, "time_zone": "Mars"}})
    assert account.get("/_sandbox/state") == before


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(SCHEDULES.routes())
