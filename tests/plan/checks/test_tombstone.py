"""What a manifest with 'absent: true' may delete."""

from __future__ import annotations

from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.tombstone import Tombstones
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account, live_team
from tests.support.world import resource

MAIL = {"email": "ana@example.com"}


def test_what_is_not_ours_needs_leave() -> None:
    live = account(teams=[{"id": "PT1", "name": "red", "description": "by hand"}], users=[ANA])
    red, ana = resource("Team", "red", {}, absent=True), resource("User", "ana", MAIL, absent=True)
    found = judge(Tombstones(), live, red, ana)
    assert [it.address for it in found if isinstance(it, Blocker)] == ["team/red", "user/ana"]
    assert not judge(Tombstones(), live, red, ana, adopt=True)


def test_what_is_protected_stays() -> None:
    line = {"description": "Managed by pdsync: test/team/red !protect"}
    live = account(teams=[{"id": "PT1", "name": "red", **line}])
    (blocker,) = judge(Tombstones(), live, resource("Team", "red", {}, absent=True))
    assert isinstance(blocker, Blocker)
    assert "protected" in blocker.message
    assert not judge(
        Tombstones(), account(teams=[live_team("PT1", "red", "red")]), resource("Team", "red", {}, absent=True)
    )


def test_the_owner_of_the_account_stays() -> None:
    live = account(users=[{**ANA, "role": "owner"}])
    (blocker,) = judge(Tombstones(), live, resource("User", "ana", MAIL, absent=True), adopt=True)
    assert isinstance(blocker, Blocker)
    assert "owns the account" in blocker.message
