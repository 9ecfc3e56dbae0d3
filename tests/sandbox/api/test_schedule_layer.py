"""Layers of a schedule: made, changed, ended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.account import Account, layer

_NOW = "2026-03-02T12:00:07Z"


def _names(schedule: Any) -> list[str]:
    return [it["name"] for it in schedule["schedule_layers"]]


def test_layers_are_answered_in_reverse(account: Account) -> None:
    user = account.user()
    schedule = account.schedule(*(layer(user, name=name) for name in ("base", "middle", "top")))
    assert _names(schedule) == ["top", "middle", "base"]
    assert _names(account.get(f"/schedules/{schedule['id']}")["schedule"]) == ["top", "middle", "base"]
    # a client that echoes an answer turns the layers over (terraform-provider-pagerduty #424)
    echoed = account.put(f"/schedules/{schedule['id']}", "schedule", {"schedule_layers": schedule["schedule_layers"]})
    assert _names(echoed) == ["base", "middle", "top"]
    assert {it["id"] for it in echoed["schedule_layers"]} == {it["id"] for it in schedule["schedule_layers"]}


def test_layers_that_are_not_sent_stay_below(account: Account) -> None:
    user = account.user()
    schedule = account.schedule(layer(user, name="one"), layer(user, name="two"), layer(user, name="three"))
    path = f"/schedules/{schedule['id']}"
    two = schedule["schedule_layers"][1]
    changed = account.put(
        path, "schedule", {"schedule_layers": [layer(user, name="new"), {"id": two["id"], "name": "two"}]}
    )
    assert _names(changed) == ["two", "new", "three", "one"]
    assert _names(account.put(path, "schedule", {"schedule_layers": []})) == ["two", "new", "three", "one"]
    assert _names(account.put(path, "schedule", {"name": "Other"})) == ["two", "new", "three", "one"]


@pytest.mark.parametrize(
    ("sent", "start"),
    [
        ("2020-01-01T00:00:00Z", _NOW),  # the past becomes now, with its seconds
        ("2026-03-03T08:00:05Z", "2026-03-03T08:00:05Z"),
        ("2026-03-03T08:00:00+01:00", "2026-03-03T07:00:00Z"),
        ("2026-03-03T08:00:00.250-05:00", "2026-03-03T13:00:00Z"),
        ("2026-03-03 08:00:00 +0000 UTC", "2026-03-03T08:00:00Z"),  # what Go prints
        ("2026-03-03 08:00:00 +0100 CET", "2026-03-03T07:00:00Z"),
        ("2026-03-03T08:00:00", "2026-03-03T08:00:00Z"),  # without an offset: the schedule's zone
    ],
)
def test_starts(account: Account, sent: str, start: str) -> None:
    schedule = account.schedule(layer(account.user(), start=sent))
    assert schedule["schedule_layers"][0]["start"] == start


_LATER = "2026-03-02T13:00:07Z"


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({}, _NOW),  # an echo moves nothing
        ({"start": "2020-01-01T00:00:00Z"}, _NOW),  # nor does another moment of the past
        ({"end": "2026-03-03T00:00:00Z"}, _NOW),  # nor an end
        ({"end": "2026-03-02T13:00:00Z"}, _NOW),
        ({"end": "2026-03-02T13:00:00Z", "name": "Ended"}, _NOW),
        ({"name": "Renamed"}, _LATER),
        ({"rotation_turn_length_seconds": 86400}, _LATER),
        ({"rotation_virtual_start": "2026-03-02T10:00:00Z"}, _LATER),
        (
            {"restrictions": [{"type": "daily_restriction", "start_time_of_day": "08:00:00", "duration_seconds": 60}]},
            _LATER,
        ),
        ({"start": "2026-03-05T00:00:00Z"}, "2026-03-05T00:00:00Z"),
        ({"start": "2026-03-05T00:00:00Z", "name": "Renamed"}, "2026-03-05T00:00:00Z"),
    ],
)
def test_when_the_start_of_a_layer_moves(account: Account, change: dict[str, Any], start: str) -> None:
    schedule = account.schedule(layer(account.user()))
    [held] = schedule["schedule_layers"]
    account.clock.forward(hours=1)
    [changed] = account.put(f"/schedules/{schedule['id']}", "schedule", {"schedule_layers": [{**held, **change}]})[
        "schedule_layers"
    ]
    assert changed == {**held, **change, "start": start}


def test_an_ended_layer_stays_and_comes_back_only_from_now_on(account: Account) -> None:
    user = account.user()
    schedule = account.schedule(layer(user))
    path, [held] = f"/schedules/{schedule['id']}", schedule["schedule_layers"]
    account.put(path, "schedule", {"schedule_layers": [{"id": held["id"], "end": "2026-03-02T12:01:00Z"}]})
    account.clock.forward(hours=1)
    ended = account.put(path, "schedule", {"schedule_layers": [layer(account.user(), name="New")]})
    assert _names(ended) == ["New", "Weekly"]
    assert user["id"] not in [it["id"] for it in ended["users"]]
    kept = account.put(path, "schedule", {"schedule_layers": [{"id": held["id"]}]})["schedule_layers"]
    assert kept[0]["end"] == "2026-03-02T12:01:00Z"
    [revived, _] = account.put(path, "schedule", {"schedule_layers": [{"id": held["id"], "end": None}]})[
        "schedule_layers"
    ]
    assert (revived["end"], revived["start"]) == (None, _LATER)


def test_restrictions_come_in_the_servers_order(account: Account) -> None:
    weekly = {"type": "weekly_restriction", "start_time_of_day": "09:00", "duration_seconds": 604799}
    restrictions = [
        {**weekly, "start_day_of_week": 5},
        {
            "type": "daily_restriction",
            "start_time_of_day": "20:00:00",
            "duration_seconds": 86399,
            "start_day_of_week": None,
        },
        {**weekly, "start_day_of_week": 1},
        {"type": "daily_restriction", "start_time_of_day": "08:00", "duration_seconds": 3600},
    ]
    [held] = account.schedule(layer(account.user(), restrictions=restrictions))["schedule_layers"]
    assert held["restrictions"] == [
        {"type": "daily_restriction", "start_time_of_day": "08:00:00", "duration_seconds": 3600},
        {"type": "daily_restriction", "start_time_of_day": "20:00:00", "duration_seconds": 86399},
        {
            "type": "weekly_restriction",
            "start_time_of_day": "09:00:00",
            "duration_seconds": 604799,
            "start_day_of_week": 1,
        },
        {
            "type": "weekly_restriction",
            "start_time_of_day": "09:00:00",
            "duration_seconds": 604799,
            "start_day_of_week": 5,
        },
    ]


def _daily(**fields: Any) -> dict[str, Any]:
    return {"type": "daily_restriction", "start_time_of_day": "08:00:00", "duration_seconds": 60, **fields}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"users": []}, "Users can't be blank"),
        ({"users": None}, "Users can't be blank"),
        ({"users": [{"user": {"id": "P123456", "type": "user_reference"}}]}, "User Not Found"),
        ({"users": [{"id": "P123456"}]}, "User Not Found"),
        ({"users": [None]}, "Users must be an array of objects"),
        ({"start": "tomorrow"}, "Start must be a date and time such as 2026-01-31T08:00:00Z"),
        ({"start": "2026-02-30T00:00:00Z"}, "Start must be a date and time such as 2026-01-31T08:00:00Z"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "Start must be a date and time such as 2026-01-31T08:00:00Z"),
        ({"start": 5}, "Start must be a date and time such as 2026-01-31T08:00:00Z"),
        ({"start": None}, "Start can't be blank"),
        ({"end": "2026-03-09T09:00:30Z"}, "End must be on a whole minute"),
        ({"end": "2026-03-02T12:00:00Z"}, "End must be after start"),  # the start has become now
        ({"rotation_turn_length_seconds": 3599}, "Rotation turn length seconds must be greater than or equal to 3600"),
        (
            {"rotation_turn_length_seconds": 31536001},
            "Rotation turn length seconds must be less than or equal to 31536000",
        ),
        (
            {"restrictions": [_daily(duration_seconds=86400)]},
            "restriction 1: Duration seconds must be less than or equal to 86399",
        ),
        (
            {"restrictions": [_daily(start_time_of_day="24:00")]},
            "restriction 1: Start time of day must be a time of day such as 09:00:00",
        ),
        (
            {"restrictions": [_daily(start_day_of_week=1)]},
            "restriction 1: Start day of week is only for a weekly_restriction",
        ),
        ({"restrictions": [_daily(type="weekly_restriction")]}, "restriction 1: Start day of week can't be blank"),
        (
            {"restrictions": [_daily(type="weekly_restriction", start_day_of_week=0)]},
            "restriction 1: Start day of week must be greater than or equal to 1",
        ),
        (
            {"restrictions": [_daily(type="monthly")]},
            "restriction 1: Type must be one of: daily_restriction, weekly_restriction",
        ),
    ],
)
def test_layers_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    user = account.user()
    body = {"schedule": {"name": "x", "time_zone": "Etc/UTC", "schedule_layers": [layer(user, **fields)]}}
    assert account.refused("POST", "/schedules", body)["errors"] == [f"Schedule layer 1: {error}"]
    assert account.get("/schedules")["schedules"] == []


def test_a_layer_is_named_once(account: Account) -> None:
    schedule = account.schedule(layer(account.user()))
    id = schedule["schedule_layers"][0]["id"]
    body = {"schedule": {"schedule_layers": [{"id": id}, {"id": id}]}}
    assert account.refused("PUT", f"/schedules/{schedule['id']}", body)["errors"] == ["Schedule layer 2: appears twice"]


def test_stakeholders_are_not_on_call(account: Account) -> None:
    body = {"schedule": {"time_zone": "Etc/UTC", "schedule_layers": [layer(account.user(role="read_only_user"))]}}
    assert account.refused("POST", "/schedules", body)["errors"] == [
        "Schedule layer 1: Stakeholders cannot be added to schedules"
    ]
