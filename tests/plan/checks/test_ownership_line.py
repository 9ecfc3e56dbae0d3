"""The ownership line must fit below the text that an object has."""

from __future__ import annotations

import pytest

from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.ownership_line import OwnershipLine
from tests.plan.checks.judge import judge
from tests.plan.test_order import account
from tests.support.world import team

LINE = len("\nManaged by pdsync: test/team/red")


@pytest.mark.parametrize(("free", "over"), [(LINE, 0), (LINE - 1, 1), (0, LINE)])
def test_a_text_that_leaves_no_room_is_a_blocker(free: int, over: int) -> None:
    live = account(teams=[{"id": "PT1", "name": "red", "description": "x" * (1024 - free)}])
    found = judge(OwnershipLine(), live, team("red"), adopt=True)
    assert [it.message for it in found if isinstance(it, Blocker)] == [
        f"description: its description leaves no room for the ownership line: shorten it by {over} characters"
    ] * (over > 0)
