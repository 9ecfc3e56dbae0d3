"""A shift-based schedule puts people on call as a layer-based one does: in lists, for incidents, and against deletion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.account import Account
from tests.sandbox.shifts import custom_shift, event_body, every, override, rotation, shift_schedule


@pytest.fixture
def people(account: Account) -> list[Any]:
    return [account.user() for _ in range(3)]


def _schedule(account: Account, *users: Any, **fields: Any) -> tuple[str, str]:
    schedule = shift_schedule(account)
    place = rotation(account, schedule)
    account.post(f"{place}/events", "event", event_body(*users, **fields))
    return schedule, place


def _target(schedule: str) -> dict[str, str]:
    return {"id": schedule.rpartition("/")[2], "type": "schedule_v3"}


def _on_calls(account: Account, until: str) -> list[tuple[str, str | None, str | None]]:
    listed = account.get(f"/oncalls?until={until}&limit=100")["oncalls"]
    return [(it["user"]["id"], it["start"], it["end"]) for it in listed]


def test_on_calls_merge_the_shifts_of_a_user(account: Account, people: list[Any]) -> None:
    """Of two rotations that overlap, and of shifts that touch."""
    ana, ben, _ = people
    schedule, _ = _schedule(account, ana)
    evening = {
        "start_time": {"date_time": "2026-03-02T16:00:00", "time_zone": "Europe/Berlin"},
        "end_time": {"date_time": "2026-03-02T22:00:00", "time_zone": "Europe/Berlin"},
    }
    account.post(f"{rotation(account, schedule)}/events", "event", event_body(ana, ben, **evening))
    policy = account.policy(_target(schedule))
    assert _on_calls(account, "2026-03-03T23:00:00Z") == [
        (ana["id"], "2026-03-02T12:00:07Z", "2026-03-02T21:00:00Z"),
        (ana["id"], "2026-03-03T08:00:00Z", "2026-03-03T16:00:00Z"),
        (ben["id"], "2026-03-03T15:00:00Z", "2026-03-03T21:00:00Z"),
    ]
    [first, *_] = account.get(f"/oncalls?escalation_policy_ids[]={policy['id']}")["oncalls"]
    assert (first["schedule"]["type"], first["escalation_level"]) == ("schedule_v3_reference", 1)


def test_a_user_who_is_alone_never_goes_off_call(account: Account, people: list[Any]) -> None:
    whole = {
        "start_time": {"date_time": "2026-03-02T00:00:00", "time_zone": "Europe/Berlin"},
        "end_time": {"date_time": "2026-03-03T00:00:00", "time_zone": "Europe/Berlin"},
    }
    [ana, *_] = people
    schedule, place = _schedule(account, ana, **whole)
    account.policy(_target(schedule))
    assert _on_calls(account, "2026-03-02T13:00:00Z") == [(ana["id"], "2026-03-02T12:00:07Z", None)]
    override(account, schedule, place, "2026-03-04T09:00", "2026-03-04T17:00", ana, None)
    assert _on_calls(account, "2026-03-02T13:00:00Z")[0][2] == "2026-03-04T08:00:00Z"


def test_incidents_go_to_all_who_are_on_call(account: Account, people: list[Any]) -> None:
    ana, ben, cleo = people
    schedule, place = _schedule(account, assignment_strategy=every(ana, ben))
    service = account.service(
        escalation_policy={"id": account.policy(_target(schedule))["id"], "type": "escalation_policy_reference"}
    )
    assigned = [it["assignee"]["id"] for it in account.incident(service)["assignments"]]
    assert sorted(assigned) == sorted([ana["id"], ben["id"]])
    override(account, schedule, place, "2026-03-02T13:00", "2026-03-02T14:00", ben, cleo)
    assigned = [it["assignee"]["id"] for it in account.incident(service)["assignments"]]
    assert sorted(assigned) == sorted([ana["id"], cleo["id"]])
    account.refused("DELETE", schedule)


def test_a_user_with_a_shift_to_come_cannot_be_deleted(account: Account, people: list[Any]) -> None:
    ana, ben, cleo = people
    schedule, place = _schedule(account, ana, effective_until="2026-03-05T12:00:00Z")
    custom_shift(account, schedule, "2026-03-03T09:00", "2026-03-05T12:00", ben)
    override(account, schedule, place, "2026-03-03T09:00", "2026-03-05T12:00", ana, cleo)
    for user in (ana, ben):
        account.refused("DELETE", f"/users/{user['id']}")
    account.clock.forward(days=4)
    for user in people:
        account.delete(f"/users/{user['id']}")
    # What was stays, with a member that is no user any more.
    [event] = account.get(f"{place}/events")["events"]
    assert event["assignment_strategy"]["members"] == [{"type": "user_member", "user_id": ana["id"]}]
    assert account.server.control.breaks() == []


def test_members_join_the_team_of_their_schedule(account: Account, people: list[Any]) -> None:
    ana, ben, _ = people
    team = account.team()
    reference = {"id": team["id"], "type": "team_reference"}
    schedule = shift_schedule(account, teams=[reference])
    account.post(f"{rotation(account, schedule)}/events", "event", event_body(ana, None))
    other = shift_schedule(account)
    account.policy(_target(other), teams=[reference])
    account.post(f"{rotation(account, other)}/events", "event", event_body(ben))
    members = account.get(f"/teams/{team['id']}/members")["members"]
    assert [it["user"]["id"] for it in members] == [ana["id"], ben["id"]]
    account.refused("DELETE", f"/teams/{team['id']}/users/{ben['id']}")


def test_the_clock_moves_over_months(account: Account, people: list[Any]) -> None:
    """Events begin and end, and the list of who is on call follows."""
    ana, ben, _ = people
    hand_off = "2026-07-01T00:00:00Z"
    schedule, place = _schedule(account, ana, effective_until=hand_off)
    account.post(f"{place}/events", "event", event_body(ben, effective_since=hand_off))
    account.policy(_target(schedule))
    seen = []
    for _ in range(6):
        seen.append({user for user, _, _ in _on_calls(account, "")})
        account.clock.forward(days=31)
    assert seen == [{ana["id"]}] * 4 + [{ben["id"]}] * 2
