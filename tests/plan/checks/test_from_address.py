"""What an account-level key needs to make people."""

from __future__ import annotations

from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.from_address import FromAddress
from tests.plan.checks.judge import judge
from tests.plan.test_order import account
from tests.support.world import team, user


def test_a_person_is_made_in_the_name_of_another() -> None:
    message = "an account-level key needs a From address to create users: set 'from' in pdsync.yaml or --from"
    found = judge(FromAddress(), account(), user("ana"), team("red"), has_from=False)
    assert found == [Blocker("user/ana", message)]
    assert not judge(FromAddress(), account(), user("ana"), team("red"), has_from=True)
