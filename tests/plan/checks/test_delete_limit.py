"""How much one plan may delete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.model import Account, Lifecycle, Resource
from pdsync.plan import DeleteLimit, PlanOptions, build_plan
from pdsync.plan.checks.delete_limit import DeleteLimits
from pdsync.plan.checks.registry import LIMITS
from tests.plan.test_order import account, live_team, marked
from tests.support.world import service, team, user

V2 = "events_api_v2_inbound_integration"

TEAMS = account(teams=[live_team(f"PT{at}", f"t{at}", f"t{at}") for at in range(4)])
FREE: dict[str, Any] = {"max_deletes": 9, "max_delete_percent": 100}


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        (FREE, []),
        ({**FREE, "max_deletes": 2}, ["3 deletes exceed the limit of 2 (prune.max_deletes"]),
        ({**FREE, "max_delete_percent": 74}, ["3 deletes are 75 % of the 4 managed objects"]),
        ({**FREE, "max_delete_percent": 74, "small_delete": 3}, []),
        ({**FREE, "limits_by_kind": {"team": DeleteLimit(1)}}, ["3 deletes of teams exceed the limit of 1"]),
        ({**FREE, "limits_by_kind": {"user": DeleteLimit(0)}}, []),
    ],
)
def test_limits_count_what_is_deleted(limits: dict[str, Any], refused: list[str]) -> None:
    assert any(isinstance(rule.load(), DeleteLimits) for rule in LIMITS)
    made = build_plan([team("t0")], TEAMS, PlanOptions("test", prune="owned", **limits))
    assert [refusal[: len(text)] for refusal, text in zip(made.refusals, refused, strict=True)] == refused


def crowd(count: int, teams: int = 1) -> Account:
    """Teams of so many people each, with all of them."""
    people = [{"id": f"PU{at}", "name": f"p{at}", "email": f"p{at}@example.com"} for at in range(count)]
    members = [{"user": {"id": it["id"], "type": "user_reference"}, "role": "manager"} for it in people]
    found = [live_team(f"PT{at}", f"t{at}", f"t{at}", members=members) for at in range(teams)]
    return account(users=people, teams=found)


def of_team(*numbers: int) -> Resource:
    return team("t0", members=[{"user": {"id": f"PU{at}"}} for at in numbers])


def keys(count: int) -> Account:
    items = [{"id": f"PI{at}", "name": f"i{at}", "type": V2} for at in range(count)]
    policy = {"id": "PE1", "type": "escalation_policy_reference"}
    line = {"description": marked("service", "shop")}
    return account(services=[{"id": "PV1", "name": "shop", "escalation_policy": policy, "integrations": items, **line}])


def shop(*names: str) -> Resource:
    items = [{"name": name, "type": V2} for name in names]
    return service("shop", {"id": "PE1"}, integrations=items, integrations_mode="exclusive")


def buried(number: int) -> Resource:
    return replace(user(f"p{number}"), lifecycle=Lifecycle(absent=True, adopt=True))


DEFAULTS = {
    "five people leave a team of six": (crowd(6), [of_team(0)], ""),
    "six people leave a team of seven": (
        crowd(7),
        [of_team(0)],
        "6 removed items are 75 % of the 1 managed object and 7",
    ),
    "six people leave a team of thirty": (crowd(30), [of_team(*range(6, 30))], ""),
    "eleven people leave a team of a hundred": (
        crowd(100),
        [of_team(*range(11, 100))],
        "11 removed items exceed the limit of 10",
    ),
    "one key ends": (keys(1), [shop()], ""),
    "two keys end": (keys(2), [shop()], "2 removed items are 67 % of the 1 managed object and 2 items"),
    "two keys of fourteen end": (keys(14), [shop(*(f"i{at}" for at in range(12)))], ""),
    "many members do not hide deleted teams": (
        crowd(30, teams=3),
        [of_team(*range(30))],
        "2 deletes are 67 % of the 3 managed objects",
    ),
    "people without ownership lines are managed objects": (
        crowd(9),
        [*(buried(at) for at in range(2)), *(user(f"p{at}") for at in range(2, 9)), of_team(*range(2, 9))],
        "",
    ),
}


@pytest.mark.parametrize(("live", "manifests", "refusal"), DEFAULTS.values(), ids=DEFAULTS)
def test_the_limits_that_are_set_from_the_start(live: Account, manifests: list[Resource], refusal: str) -> None:
    made = build_plan(manifests, live, PlanOptions("test", prune="owned"))
    assert not made.problems
    assert [it[: len(refusal)] for it in made.refusals] == ([refusal] if refusal else [])
