"""Escalation policies and their rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pdsync.sandbox.api.escalation_policy import ESCALATION_POLICIES
from tests.sandbox.account import Account, layer, ref

_INCLUDE = "?include[]=escalation_rule_assignment_strategies"


def _rule(*targets: Any, **fields: Any) -> dict[str, Any]:
    return {"escalation_delay_in_minutes": 30, "targets": [ref(it) for it in targets], **fields}


def test_defaults(account: Account) -> None:
    user = account.user()
    policy = account.policy(user)
    held = {
        key: policy[key] for key in ("num_loops", "on_call_handoff_notifications", "description", "teams", "services")
    }
    assert held == {
        "num_loops": 0,
        "on_call_handoff_notifications": "if_has_services",
        "description": None,
        "teams": [],
        "services": [],
    }
    [rule] = policy["escalation_rules"]
    assert "escalation_rule_assignment_strategy" not in rule
    [rule] = account.get(f"/escalation_policies/{policy['id']}{_INCLUDE}")["escalation_policy"]["escalation_rules"]
    assert rule["escalation_rule_assignment_strategy"] == {"type": "assign_to_everyone"}
    assert account.policy(user, name=policy["name"])["name"] == policy["name"]  # names need not be unique


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("round_robin", "round_robin"),
        ({"type": "round_robin"}, "round_robin"),
        ({"type": "assign_to_everyone"}, "assign_to_everyone"),
        (None, "assign_to_everyone"),
    ],
)
def test_strategies_are_taken_in_both_forms_and_answered_as_objects(account: Account, sent: Any, answered: str) -> None:
    rule = _rule(account.user(), escalation_rule_assignment_strategy=sent)
    account.policy(escalation_rules=[rule])
    [policy] = account.get(f"/escalation_policies{_INCLUDE}")["escalation_policies"]
    assert policy["escalation_rules"][0]["escalation_rule_assignment_strategy"] == {"type": answered}


def test_a_state_of_an_older_version_is_answered_in_the_same_form(account: Account) -> None:
    """A state holds the strategy as text, as it did when answers had text, too."""
    account.policy(
        escalation_rules=[_rule(account.user(), escalation_rule_assignment_strategy={"type": "round_robin"})]
    )
    state = account.server.control.state()
    assert '"escalation_rule_assignment_strategy": "round_robin"' in json.dumps(state)
    account.server.control.restore(state)
    [policy] = account.get(f"/escalation_policies{_INCLUDE}")["escalation_policies"]
    assert policy["escalation_rules"][0]["escalation_rule_assignment_strategy"] == {"type": "round_robin"}


def test_targets_come_sorted_and_as_references(account: Account) -> None:
    user, other, schedule = account.user(), account.user(), account.schedule(layer(account.user()))
    targets = [{"id": user["id"], "type": "user"}, ref(other), {"id": schedule["id"], "type": "schedule"}]
    policy = account.policy(escalation_rules=[{"escalation_delay_in_minutes": 1, "targets": targets}])
    answered = policy["escalation_rules"][0]["targets"]
    assert [it["id"] for it in answered] == sorted(it["id"] for it in targets)
    types = {user["id"]: "user_reference", other["id"]: "user_reference", schedule["id"]: "schedule_reference"}
    assert {it["id"]: it["type"] for it in answered} == types


def test_rules_keep_their_order_and_change_their_ids(account: Account) -> None:
    users = [account.user() for _ in range(3)]
    rules = [_rule(user, escalation_delay_in_minutes=number) for number, user in enumerate(users, 1)]
    policy = account.policy(escalation_rules=rules)
    path = f"/escalation_policies/{policy['id']}"
    kept = account.put(path, "escalation_policy", {"num_loops": 9})
    assert kept == {**policy, "num_loops": 9}
    changed = account.put(path, "escalation_policy", {"escalation_rules": policy["escalation_rules"][::-1]})
    assert [it["escalation_delay_in_minutes"] for it in changed["escalation_rules"]] == [3, 2, 1]
    ids = {it["id"] for it in changed["escalation_rules"]}
    assert ids.isdisjoint(it["id"] for it in policy["escalation_rules"])


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "A/B"}, "Name can not contain"),
        ({"name": "trailing "}, "Name can not contain"),
        ({"name": "a\x07b"}, "Name can not contain"),
        ({"name": "   "}, "Name can't be blank"),
        ({"num_loops": 10}, "Num loops must be less than or equal to 9"),
        ({"num_loops": -1}, "Num loops must be greater than or equal to 0"),
        ({"num_loops": "2"}, "Num loops must be an integer"),
        ({"on_call_handoff_notifications": "never"}, "On call handoff notifications must be one of"),
        ({"escalation_rules": []}, "Escalation rules can't be blank"),
        ({"escalation_rules": None}, "Escalation rules can't be blank"),
        ({"escalation_rules": [{"targets": []}]}, "Escalation rule 1: Escalation delay in minutes can't be blank"),
        ({"teams": [{"id": "P1", "type": "team_reference"}]}, "Team Not Found"),
    ],
)
def test_policies_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    policy = account.policy()
    body = {"name": "Good", "escalation_rules": [_rule(account.user())], **fields}
    assert error in account.refused("POST", "/escalation_policies", {"escalation_policy": body})["errors"][0]
    path = f"/escalation_policies/{policy['id']}"
    assert error in account.refused("PUT", path, {"escalation_policy": fields})["errors"][0]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"escalation_delay_in_minutes": 0}, "Escalation delay in minutes must be greater than or equal to 1"),
        ({"targets": []}, "Targets must have 1 to 10 entries"),
        ({"targets": [{"id": "P123456", "type": "user_reference"}]}, "User Not Found"),
        ({"targets": [{"id": "P123456", "type": "schedule_reference"}]}, "Schedule Not Found"),
        ({"targets": [{"id": "P123456", "type": "team_reference"}]}, "Targets must have the type"),
        ({"targets": [{"id": "P123456"}]}, "Targets must have the type"),
        ({"targets": ["P123456"]}, "Targets must be an array of objects"),
        ({"escalation_rule_assignment_strategy": "coin"}, "Escalation rule assignment strategy must be one of"),
    ],
)
def test_rules_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    good = _rule(account.user())
    body = {"name": "Good", "escalation_rules": [good, {**good, **fields}]}
    [found] = account.refused("POST", "/escalation_policies", {"escalation_policy": body})["errors"]
    assert found.startswith(f"Escalation rule 2: {error}")


def test_at_most_ten_different_targets(account: Account) -> None:
    users = [account.user() for _ in range(11)]
    account.policy(*users[:10])
    for targets, error in ((users, "1 to 10 entries"), ([users[0], users[0]], "must be unique")):
        body = {"name": "x", "escalation_rules": [_rule(*targets)]}
        assert error in account.refused("POST", "/escalation_policies", {"escalation_policy": body})["errors"][0]


def test_teams_of_a_policy(account: Account) -> None:
    team, other = account.team(), account.team()
    policy = account.policy(teams=[ref(team)])
    path = f"/escalation_policies/{policy['id']}"
    assert account.put(path, "escalation_policy", {"num_loops": 1})["teams"] == policy["teams"]
    account.refused("PUT", path, {"escalation_policy": {"teams": [ref(team), ref(other)]}})
    assert account.put(path, "escalation_policy", {"teams": [ref(other)]})["teams"][0]["id"] == other["id"]
    assert account.put(path, "escalation_policy", {"teams": []})["teams"] == []


def test_a_policy_that_is_used_cannot_be_deleted(account: Account) -> None:
    policy = account.policy()
    path = f"/escalation_policies/{policy['id']}"
    service = account.service(escalation_policy=ref(policy))
    assert [it["id"] for it in account.get(path)["escalation_policy"]["services"]] == [service["id"]]
    assert account.refused("DELETE", path)["code"] == 2001
    account.delete(f"/services/{service['id']}")
    account.delete(path)


def test_filters_and_includes(account: Account) -> None:
    team, user = account.team(), account.user()
    first, second = account.policy(user, teams=[ref(team)]), account.policy()
    service = account.service(escalation_policy=ref(first))
    for query, policies in (
        (f"team_ids[]={team['id']}", [first]),
        (f"user_ids[]={user['id']}", [first]),
        (f"user_ids[]={user['id']}&team_ids[]=P123456", []),
        ("", [first, second]),
    ):
        found = account.get(f"/escalation_policies?{query}")["escalation_policies"]
        assert [it["id"] for it in found] == [it["id"] for it in policies]
    include = "?include[]=services&include[]=teams&include[]=targets"
    full = account.get(f"/escalation_policies/{first['id']}{include}")["escalation_policy"]
    assert full["services"] == [service]
    assert full["teams"] == [team]
    assert full["escalation_rules"][0]["targets"] == [account.get(f"/users/{user['id']}")["user"]]


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(ESCALATION_POLICIES.routes())
