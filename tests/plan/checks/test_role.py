"""Stakeholders can be neither on call nor in a team."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.model import Lifecycle, Resource
from pdsync.plan.checks.check import Blocker, Edge
from pdsync.plan.checks.role import Roles
from pdsync.plan.risk import Risk
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account, live_policy
from tests.support.world import layer, policy, schedule, team, user

GONE = Lifecycle(absent=True, adopt=True)
READER = user("ana", role="read_only_user")


@pytest.mark.parametrize(
    ("naming", "message"),
    [
        (
            policy("p", {"user": "ana"}),
            "escalation_rules: user/ana is a stakeholder (read_only_user) and cannot be on call",
        ),
        (
            schedule("s", layer("all", "ana")),
            "schedule_layers: user/ana is a stakeholder (read_only_user) and cannot be on call",
        ),
        (
            team("t", members=[{"user": "ana"}]),
            "members: user/ana is a stakeholder (read_only_user) and cannot be in a team",
        ),
    ],
)
def test_what_newly_names_a_stakeholder_is_blocked(naming: Resource, message: str) -> None:
    assert judge(Roles(), account(), READER, naming) == [Blocker(naming.address, message)]
    assert judge(Roles(), account(), user("ana", role="user"), naming) == []


def live(role: str, **more: Any) -> Any:
    return account(users=[{**ANA, "role": role}, {**ANA, "id": "PU2", "email": "bo@example.com", "name": "bo"}], **more)


def test_who_names_a_former_stakeholder_waits_for_the_new_role() -> None:
    found = judge(Roles(), live("read_only_user"), user("ana", role="user"), policy("p", {"user": "ana"}))
    assert found == [Edge("escalation_policy/p", "user/ana")]


def test_a_role_that_is_no_text_is_none_of_these() -> None:
    spoiled: Any = {"odd": []}
    assert judge(Roles(), live(spoiled), user("ana", role="user"), policy("p", {"user": "ana"})) == []


def test_who_becomes_one_waits_until_all_have_let_go() -> None:
    before = live("user", escalation_policies=[live_policy("PE1", "p", ("user", "PU1"))])
    assert judge(Roles(), before, READER, user("bo"), policy("p", {"user": "bo"})) == [
        Edge("user/ana", "escalation_policy/p")
    ]
    (blocker,) = judge(Roles(), before, READER, policy("p", {"user": "ana"}))
    assert blocker == Blocker(
        "user/ana", "role: a stakeholder cannot be on call or in a team: still in escalation_policy/p", alone=True
    )


def test_the_role_of_the_owner_stays() -> None:
    (blocker,) = judge(Roles(), live("owner"), user("ana", role="admin"))
    assert isinstance(blocker, Blocker)
    assert "owns the account" in blocker.message


@pytest.mark.parametrize(
    ("before", "after", "is_risk"),
    [
        ("admin", "user", True),
        ("admin", "read_only_user", True),
        ("admin", "admin", False),
        ("user", "admin", False),
        ("user", "limited_user", False),
    ],
)
def test_an_administrator_who_loses_the_role_is_a_risk(before: str, after: str, is_risk: bool) -> None:
    live = account(users=[{**ANA, "role": before}])
    found = [it for it in judge(Roles(), live, user("ana", role=after, job_title="SRE")) if isinstance(it, Risk)]
    assert [(it.code, it.address) for it in found] == ([("demotion", "user/ana")] if is_risk else [])
    (gone,) = [
        it
        for it in judge(Roles(), account(users=[{**ANA, "role": "admin"}]), replace(user("ana"), lifecycle=GONE))
        if isinstance(it, Risk)
    ]
    assert gone.message.endswith("has the role admin and is deleted")
