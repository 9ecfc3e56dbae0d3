from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.maintenance_window import MAINTENANCE_WINDOWS
from tests.sandbox.account import TOKEN, Account, ref


def window(account: Account, *services: Any, **fields: Any) -> Any:
    body = {
        "type": "maintenance_window",
        "start_time": "2026-03-02T20:00:00Z",
        "end_time": "2026-03-02T22:00:00Z",
        "services": [ref(it) for it in services],
        **fields,
    }
    return account.post("/maintenance_windows", "maintenance_window", body)


def test_a_window_as_it_is_answered(account: Account) -> None:
    team = account.team()
    service = account.service(escalation_policy=ref(account.policy(teams=[ref(team)])))
    made = window(account, service, description="Upgrade", start_time="2026-03-02T21:00:00+01:00")
    assert (made["start_time"], made["summary"], made["sequence_number"]) == ("2026-03-02T20:00:00Z", "Upgrade", 1)
    assert made["services"][0]["summary"] == service["name"]
    assert [it["id"] for it in made["teams"]] == [team["id"]]
    assert made["created_by"]["summary"] == "Account Owner"
    full = account.get(f"/maintenance_windows/{made['id']}?include[]=services&include[]=teams&include[]=users")
    one = full["maintenance_window"]
    assert (one["services"][0]["name"], one["teams"][0]["name"]) == (service["name"], team["name"])
    assert one["created_by"]["email"] == "owner@example.com"
    assert window(account, service)["sequence_number"] == 2


def test_no_incidents_while_it_lasts(account: Account) -> None:
    service = account.service()
    window(account, service, start_time="2020-01-01T00:00:00Z")  # in the past: now
    assert account.get(f"/services/{service['id']}")["service"]["status"] == "maintenance"
    incident = {"incident": {"type": "incident", "title": "Fire", "service": ref(service)}}
    assert account.refused("POST", "/incidents", incident)["errors"] == ["Service is in maintenance"]
    key = account.integration(service, type="events_api_v2_inbound_integration")["integration_key"]
    payload = {"summary": "Fire", "source": "db1", "severity": "critical"}
    event = {"routing_key": key, "event_action": "trigger", "payload": payload}
    assert account.call("POST", "/v2/enqueue", event).status_code == 202
    assert account.get("/incidents")["incidents"] == []
    account.clock.forward(hours=11)
    assert account.get(f"/services/{service['id']}")["service"]["status"] == "active"
    assert account.call("POST", "/incidents", incident).status_code == 201


def test_states_and_how_each_is_deleted(account: Account) -> None:
    one, two = account.service(), account.service()
    past, ongoing, future = (
        window(account, one, start_time="2026-03-02T13:00:00Z", end_time="2026-03-02T14:00:00Z"),
        window(account, one, start_time="2026-03-02T14:30:00Z", end_time="2026-03-02T20:00:00Z"),
        window(account, two, start_time="2026-03-03T00:00:00Z", end_time="2026-03-04T00:00:00Z"),
    )
    account.clock.forward(hours=3)
    for name, expected in (
        ("past", [past]),
        ("ongoing", [ongoing]),
        ("future", [future]),
        ("open", [ongoing, future]),
        ("all", [past, ongoing, future]),
    ):
        found = account.get(f"/maintenance_windows?filter={name}")["maintenance_windows"]
        assert [it["id"] for it in found] == [it["id"] for it in expected]
    found = account.get(f"/maintenance_windows?service_ids[]={two['id']}")["maintenance_windows"]
    assert [it["id"] for it in found] == [future["id"]]
    account.refused("GET", "/maintenance_windows?filter=never")
    assert account.refused("DELETE", f"/maintenance_windows/{past['id']}", status=405)["code"] == 5003
    account.delete(f"/maintenance_windows/{ongoing['id']}")
    ended = account.get(f"/maintenance_windows/{ongoing['id']}")["maintenance_window"]
    assert ended["end_time"] == "2026-03-02T15:00:07Z"
    account.delete(f"/maintenance_windows/{future['id']}")
    assert account.call("GET", f"/maintenance_windows/{future['id']}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"services": []}, "Services can't be blank"),
        ({"end_time": "2026-03-01T00:00:00Z"}, "must be in the future"),
        ({"start_time": "2026-03-03T00:00:00Z"}, "after start time"),
        ({"start_time": None}, "Start time can't be blank"),
        ({"end_time": "tomorrow"}, "must be a date and time"),
    ],
)
def test_windows_that_are_refused(account: Account, fields: Any, text: str) -> None:
    service = account.service()
    body = {"start_time": "2026-03-02T20:00:00Z", "end_time": "2026-03-02T22:00:00Z", "services": [ref(service)]}
    error = account.refused("POST", "/maintenance_windows", {"maintenance_window": {**body, **fields}})
    assert any(text in it for it in error["errors"]), error


def test_an_account_key_needs_from_where_the_profile_says_so(account: Account) -> None:
    account.server.control.set_account({"account": 1, "readings": {"from_header": "users_and_windows"}})
    body = {"maintenance_window": {"services": [ref(account.service())]}}
    answer = account.call("POST", "/maintenance_windows", body, token=TOKEN)
    assert answer.status_code == 400
    assert "From header" in answer.text


def test_a_change_moves_no_past_start(account: Account) -> None:
    service = account.service()
    made = window(account, service, start_time="2026-03-02T13:00:00Z")
    account.clock.forward(hours=2)
    changed = account.put(
        f"/maintenance_windows/{made['id']}",
        "maintenance_window",
        {"description": "x", "end_time": "2026-03-02T23:00:00Z"},
    )
    assert (changed["start_time"], changed["end_time"]) == (made["start_time"], "2026-03-02T23:00:00Z")


def test_the_start_of_a_window_that_has_begun_cannot_change(account: Account) -> None:
    made = window(account, account.service(), start_time="2026-03-02T13:00:00Z")
    path = f"/maintenance_windows/{made['id']}"
    account.put(path, "maintenance_window", {"start_time": "2026-03-02T14:00:00Z"})
    account.clock.forward(hours=2, minutes=30)
    for start in ("2026-03-02T14:15:00Z", "2026-03-02T20:00:00Z"):
        assert account.refused("PUT", path, {"maintenance_window": {"start_time": start}})["code"] == 2001
    account.put(path, "maintenance_window", {"start_time": "2026-03-02T14:00:00Z", "description": "As it was"})
    account.clock.forward(days=1)
    account.refused("PUT", path, {"maintenance_window": {"description": "Over"}})


def test_times_have_the_offset_that_the_profile_says(account: Account) -> None:
    account.server.control.set_account({"account": 1, "readings": {"window_times": "offset"}})
    made = window(account, account.service())
    assert (made["start_time"], made["end_time"]) == ("2026-03-03T05:00:00+09:00", "2026-03-03T07:00:00+09:00")


def test_windows_lose_services_that_are_deleted(account: Account) -> None:
    one, two = account.service(), account.service()
    made = window(account, one, two)
    account.delete(f"/services/{one['id']}")
    assert [it["id"] for it in account.get(f"/maintenance_windows/{made['id']}")["maintenance_window"]["services"]] == [
        two["id"]
    ]
    account.delete(f"/services/{two['id']}")
    assert account.get("/maintenance_windows")["maintenance_windows"] == []


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(MAINTENANCE_WINDOWS.routes())
