"""A name that something which stays has already."""

from __future__ import annotations

from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.taken_name import TakenNames
from tests.plan.checks.judge import judge
from tests.plan.test_order import account, live_team
from tests.support.world import team

FOREIGN = {"id": "PT9", "name": "Red", "description": "Managed by pdsync: other/team/red"}


def test_a_rename_to_a_name_that_is_there_is_blocked() -> None:
    (blocker,) = judge(TakenNames(), account(teams=[live_team("PT1", "red", "old"), FOREIGN]), team("red", name="red"))
    assert isinstance(blocker, Blocker)
    assert blocker.address == "team/red"
    assert blocker.message.startswith("name: the name 'red' is taken by team 'Red' (PT9")


def test_a_name_that_the_plan_frees_is_free() -> None:
    live = account(teams=[live_team("PT1", "red", "old"), live_team("PT2", "blue", "red")])
    assert judge(TakenNames(), live, team("red", name="red")) == []
    assert judge(TakenNames(), live, team("red", name="red"), team("blue", name="other")) == []
