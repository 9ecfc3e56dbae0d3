"""What pdsync did not make is taken over only where a person says so."""

from __future__ import annotations

from pdsync.plan.checks.adoption import Adoption
from pdsync.plan.checks.check import Blocker
from tests.plan.checks.judge import judge
from tests.plan.test_order import account
from tests.support.world import resource, team

RED = {"id": "PT1", "name": "red", "description": "by hand"}


def test_an_adoption_needs_leave() -> None:
    live = account(teams=[RED])
    (blocker,) = judge(Adoption(), live, team("red"))
    assert isinstance(blocker, Blocker)
    assert blocker.address == "team/red"
    assert "lifecycle: {adopt: true}" in blocker.message
    assert not judge(Adoption(), live, team("red"), adopt=True)
    assert not judge(Adoption(), live, resource("Team", "red", {}, adopt=True))
