"""What an edit of layers means for the people who are on call now. How it waits for a hand-off: tests/end_to_end/test_hand_off_plan.py."""

from __future__ import annotations

from pdsync.plan.checks.check import ChangeNote
from pdsync.plan.checks.rotation import Rotations
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account, marked
from tests.support.world import layer, schedule, user

LAYER = {
    "id": "PL1",
    "name": "old",
    "start": "2026-01-05T08:00:00Z",
    "end": None,
    "rotation_virtual_start": "2026-01-05T08:00:00Z",
    "rotation_turn_length_seconds": 604800,
    "users": [{"user": {"id": "PU1", "type": "user_reference"}}],
    "restrictions": [],
}
DAYS = {
    "id": "PS1",
    "name": "days",
    "description": marked("schedule", "days"),
    "time_zone": "Europe/Berlin",
    "schedule_layers": [LAYER],
}


def test_a_layer_that_is_taken_out_is_ended() -> None:
    found = judge(
        Rotations(), account(users=[ANA], schedules=[DAYS]), user("ana"), schedule("days", layer("new", "ana"))
    )
    assert [it.message for it in found if isinstance(it, ChangeNote)] == [
        "layer 'old' is ended, not deleted: PagerDuty never deletes a layer",
        "this may change who is on call now: turns are counted from rotation_virtual_start",
    ]


def test_another_name_of_a_schedule_says_nothing_of_layers() -> None:
    live = account(users=[ANA], schedules=[DAYS])
    same = schedule("days", layer("old", "ana", rotation_virtual_start="2026-01-05T08:00:00Z"), name="Days")
    assert judge(Rotations(), live, user("ana"), same) == []
