"""A new object that may be an old one under a new key."""

from __future__ import annotations

import pytest

from pdsync.plan.checks.check import ChangeNote
from pdsync.plan.checks.look_alike import LookAlikes
from tests.plan.checks.judge import judge
from tests.plan.test_order import account, live_team
from tests.support.world import team


@pytest.mark.parametrize(("prune", "addresses"), [("report", ["team/blue"]), ("owned", ["team/blue", "team/red"])])
def test_the_line_that_keeps_the_old_object_is_said(prune: str, addresses: list[str]) -> None:
    live = account(teams=[live_team("PT1", "red", "Reds")])
    found = [
        it for it in judge(LookAlikes(), live, team("blue", name="reds"), prune=prune) if isinstance(it, ChangeNote)
    ]
    assert [note.address for note in found] == addresses
    assert all("moved_from: red" in note.message for note in found)


def test_what_differs_is_another_object() -> None:
    live = account(teams=[live_team("PT1", "red", "Reds")])
    assert judge(LookAlikes(), live, team("blue")) == []
    assert judge(LookAlikes(), live, team("blue", default_role="none")) == []
