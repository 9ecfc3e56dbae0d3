"""Who takes over open incidents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.model import Account, Resource
from pdsync.plan import PlanProblem
from pdsync.plan.checks.assignee import Assignee, find_assignee
from pdsync.plan.checks.check import Check, Finding, PlanContext
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account, live_policy
from tests.support.world import policy, resource, user

BO = {**ANA, "id": "PU2", "name": "bo", "email": "bo@example.com"}
FIRST = live_policy("PE1", "first", ("user", "PU1"), description="by hand")
LIVE = account(users=[ANA, BO], escalation_policies=[FIRST, {**FIRST, "id": "PE2"}])


def assignee(text: str, *resources: Resource, live: Account = LIVE) -> Any:
    found: list[Any] = []

    class Asking(Check):
        def find(self, context: PlanContext) -> Iterator[Finding]:
            found.append(find_assignee(context))
            return iter(())

    judge(Asking(), live, *resources, reassign_to=text)
    return found[0]


def test_a_manifest_an_email_address_and_a_name_lead_to_one() -> None:
    managed = assignee("user/ana", user("ana"))
    assert isinstance(managed, Assignee)
    assert (str(managed.ref), managed.id) == ("user/ana", "PU1")
    assert assignee("user/BO@example.com").id == "PU2"
    assert assignee("user/Bo").id == "PU2"
    new = assignee("escalation_policy/new", user("ana"), policy("new", {"user": "ana"}))
    assert (new.id, new.name) == ("", "new")
    assert assignee("") is None


@pytest.mark.parametrize(
    ("text", "resources", "why"),
    [
        ("user/cy", (), "it is neither in the manifests nor in the account"),
        ("escalation_policy/first", (), "2 objects have this name: PE1, PE2"),
        ("user/ana", (user("ana", role="read_only_user"),), "is a stakeholder (read_only_user)"),
        (
            "user/bo",
            (resource("User", "bo", {"email": "bo@example.com"}, absent=True),),
            "is deleted by this same plan",
        ),
    ],
)
def test_who_cannot_take_over_is_a_problem(text: str, resources: tuple[Resource, ...], why: str) -> None:
    problem = assignee(text, *resources)
    assert isinstance(problem, PlanProblem)
    assert why in problem.message


def test_a_policy_that_reaches_no_person_takes_over_nothing() -> None:
    empty = {"id": "PS1", "name": "nights", "time_zone": "Europe/Berlin", "schedule_layers": []}
    live = account(
        schedules=[empty], escalation_policies=[live_policy("PE1", "p", ("schedule", "PS1"), description="")]
    )
    assert "reaches no one on any level" in assignee("escalation_policy/p", live=live).message
