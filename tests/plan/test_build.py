"""The passes that build a plan: what is wrong is collected, and targets take with them what they wait for."""

from __future__ import annotations

import os
import subprocess
import sys

from pdsync.plan import PlanOptions, build_plan
from tests.plan.test_order import account, live_team
from tests.support.world import policy, resource, service, team, user


def test_a_target_takes_with_it_what_it_waits_for() -> None:
    resources = [user("ana"), user("bo"), policy("first", {"user": "ana"}), service("shop", "first")]
    made = build_plan(resources, account(), PlanOptions("test", targets=frozenset({"escalation_policy/first"})))
    assert [change.address for change in made.changes] == ["user/ana", "escalation_policy/first"]


def test_a_target_without_a_manifest_is_a_problem() -> None:
    made = build_plan([user("ana")], account(), PlanOptions("test", targets=frozenset({"user/bo"})))
    assert [(problem.address, problem.message) for problem in made.problems] == [
        ("user/bo", "no manifest has this address")
    ]


def test_what_is_as_it_should_be_is_counted() -> None:
    live = account(teams=[live_team("PT1", "red", "red")])
    gone = resource("Team", "blue", {}, absent=True)
    first = build_plan([team("red"), team("green"), gone], live, PlanOptions("test"))
    assert [change.address for change in first.changes] == ["team/green", "team/red"]
    assert first.unchanged == 1, "the tombstone of what is gone already"


SCRIPT = """
from pdsync.plan import PlanOptions, build_plan, render_plan_json
from tests.plan.test_order import ANA, account
from tests.support.world import user
mails = [{"type": "email_contact_method", "address": f"ana@{at}.example"} for at in range(8)]
rules = [{"urgency": "high", "start_delay_in_minutes": 5, "contact_method": mail} for mail in mails]
others = [user(name) for name in ("bo", "cy", "di", "ed", "fay", "gus", "hal")]
ana = user("ana", contact_methods=mails, notification_rules=rules)
print(render_plan_json(build_plan([ana, *others], account(users=[ANA]), PlanOptions("test"))))
"""
"""Eight of each: two processes hardly have one order of such a set."""


def test_the_bytes_of_a_plan_do_not_depend_on_the_order_of_sets() -> None:
    texts = set()
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        )
        texts.add(run.stdout)
    assert len(texts) == 1


def test_a_plan_of_targets_names_no_risk_of_an_object_that_it_leaves_out() -> None:
    ana = {"id": "PANA", "type": "user", "name": "Ana", "email": "ana@example.com", "role": "admin"}
    resources, live = [user("ana", role="user"), team("red")], account(users=[ana])
    risks = [
        {risk.address for risk in build_plan(resources, live, PlanOptions("test", targets=targets)).risks}
        for targets in (frozenset[str](), frozenset({"user/ana"}), frozenset({"team/red"}))
    ]
    assert risks == [{"user/ana"}, {"user/ana"}, set()]
