"""People whom PagerDuty keeps in a team because something that is on call there names them."""

from __future__ import annotations

from typing import Any

from pdsync.plan import Pending
from pdsync.plan.checks.check import ChangeNote, Edge, Note
from pdsync.plan.checks.implied_member import Members
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account, live_policy, live_team, marked
from tests.support.world import layer, policy, schedule, team, user

BO = {**ANA, "id": "PU2", "name": "bo", "email": "bo@example.com"}
IN_RED = [{"id": "PT1", "type": "team_reference"}]


def member(identity: str) -> dict[str, Any]:
    return {"user": {"id": identity, "type": "user_reference"}, "role": "manager"}


RED = live_team("PT1", "red", "red", members=[member("PU1"), member("PU2")])


def test_a_member_leaves_after_the_policy_that_kept_this_person_there() -> None:
    live = account(
        users=[ANA, BO], teams=[RED], escalation_policies=[live_policy("PE1", "first", ("user", "PU2"), teams=IN_RED)]
    )
    people = (user("ana"), user("bo"))
    red = team("red", members=[{"user": "ana"}])
    found = judge(Members(), live, *people, red, policy("first", {"user": "ana"}, teams=["red"]))
    why = "user/bo leaves the team because escalation_policy/first no longer keeps this person there"
    assert found == [Edge("team/red", "escalation_policy/first"), ChangeNote("team/red", why)]
    (note,) = judge(Members(), live, *people, red, policy("first", {"user": "bo"}, teams=["red"]))
    assert isinstance(note, ChangeNote | Note), "bo stays"


def test_a_member_leaves_after_the_delete_of_a_policy_that_would_name_this_person_for_a_moment() -> None:
    days = {"id": "PS1", "name": "days", "description": marked("schedule", "days"), "time_zone": "Europe/Berlin"}
    live = account(
        users=[ANA, BO],
        teams=[RED],
        schedules=[{**days, "schedule_layers": []}],
        escalation_policies=[live_policy("PE1", "first", ("schedule", "PS1"), teams=IN_RED)],
    )
    red = team("red", members=[{"user": "ana"}])
    found = judge(Members(), live, user("ana"), user("bo"), red, schedule("days", layer("all", "bo")))
    assert sorted(it.earlier for it in found if isinstance(it, Edge)) == ["escalation_policy/first", "schedule/days"]


def test_a_member_stays_until_the_layer_has_ended() -> None:
    turn = {
        "id": "PL1",
        "name": "all",
        "rotation_virtual_start": "2026-01-05T08:00:00Z",
        "rotation_turn_length_seconds": 604800,
        "users": [{"user": {"id": "PU2", "type": "user_reference"}}],
    }
    days = {"id": "PS1", "name": "days", "description": marked("schedule", "days"), "time_zone": "Europe/Berlin"}
    live = account(users=[ANA, BO], teams=[RED], schedules=[{**days, "schedule_layers": [turn], "teams": IN_RED}])
    red = team("red", members=[{"user": "ana"}])
    (note,) = judge(Members(), live, user("ana"), user("bo"), red, schedule("days", layer("new", "ana"), teams=["red"]))
    assert isinstance(note, Pending)
    assert (note.address, note.at) == ("team/red", None)
    assert "user/bo stays until the layers that name this person have ended" in note.message
