"""Live child items that nothing tells apart."""

from __future__ import annotations

from typing import Any

from pdsync.plan import PlanProblem
from pdsync.plan.checks.check import Note
from pdsync.plan.checks.duplicate import Duplicates
from tests.plan.checks.judge import judge
from tests.plan.test_order import account, marked
from tests.support.world import service

TYPE = "generic_email_inbound_integration"


def live(*addresses: str) -> Any:
    items = [
        {"id": f"PI{at}", "name": "mail", "type": TYPE, "integration_email": address}
        for at, address in enumerate(addresses)
    ]
    policy = {"id": "PE1", "type": "escalation_policy_reference"}
    text = {"description": marked("service", "shop")}
    return account(services=[{"id": "PV1", "name": "shop", "escalation_policy": policy, "integrations": items, **text}])


def shop(address: str) -> Any:
    item = {"name": "mail", "type": TYPE, "integration_email": address}
    return service("shop", {"id": "PE1"}, integrations=[item], integrations_mode="exclusive")


def test_two_of_which_one_is_as_it_should_be_stay() -> None:
    (note,) = judge(Duplicates(), live("a@acme.pagerduty.com", "b@acme.pagerduty.com"), shop("a@acme.pagerduty.com"))
    assert isinstance(note, Note)
    assert "2 integrations are alike" in note.message


def test_two_of_which_one_would_have_to_change_are_a_problem() -> None:
    (problem,) = judge(Duplicates(), live("a@acme.pagerduty.com", "b@acme.pagerduty.com"), shop("c@acme.pagerduty.com"))
    assert isinstance(problem, PlanProblem)
    assert judge(Duplicates(), live("a@acme.pagerduty.com"), shop("c@acme.pagerduty.com")) == []
