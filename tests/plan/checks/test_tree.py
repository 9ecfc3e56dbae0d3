"""A team goes below one of its descendants only when that one has left it."""

from __future__ import annotations

from pdsync.plan.checks.check import Edge
from pdsync.plan.checks.tree import Trees
from tests.plan.checks.judge import judge
from tests.plan.test_order import account, live_team
from tests.support.world import team

TOP = live_team("PT1", "top", "top")
MIDDLE = live_team("PT2", "middle", "middle", parent={"id": "PT1", "type": "team_reference"})
LOW = live_team("PT3", "low", "low", parent={"id": "PT2", "type": "team_reference"})


def test_a_tree_that_is_turned_round_moves_from_below() -> None:
    live = account(teams=[TOP, MIDDLE, LOW])
    turned = (team("low", parent=None), team("middle", parent="low"), team("top", parent="middle"))
    assert set(judge(Trees(), live, *turned)) == {Edge("team/middle", "team/low"), Edge("team/top", "team/middle")}


def test_a_move_to_a_stranger_waits_for_no_other() -> None:
    live = account(teams=[TOP, MIDDLE, LOW])
    assert judge(Trees(), live, team("top"), team("middle"), team("low", parent="top")) == []
