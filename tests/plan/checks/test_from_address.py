"""What PagerDuty may ask of an account-level key that creates people."""

from __future__ import annotations

from pdsync.plan.checks.check import Note
from pdsync.plan.checks.from_address import FromAddress
from tests.plan.checks.judge import judge
from tests.plan.test_order import account
from tests.support.world import team, user


def test_the_plan_says_once_what_to_do_if_people_cannot_be_created() -> None:
    message = (
        "no From address is set: PagerDuty may refuse to create users with an account-level key. "
        "If it does, set 'from' in pdsync.yaml or --from, and run apply again"
    )
    people = (user("ana"), user("ben"), team("red"))
    assert judge(FromAddress(), account(), *people, has_from=False) == [Note(message)]
    assert not judge(FromAddress(), account(), *people, has_from=True)
    assert not judge(FromAddress(), account(), team("red"), has_from=False)
