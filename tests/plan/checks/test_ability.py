"""Abilities: what an account has not is a blocker, and what is not known for sure is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pdsync.kinds import KINDS
from pdsync.model import Account, Resource
from pdsync.plan import PlanOptions, build_plan, compute_prerequisites
from pdsync.plan.checks.ability import Abilities
from pdsync.plan.checks.check import Blocker
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account, live_policy
from tests.support.world import policy, resource, team, user

ANN = {**ANA, "role": "user"}
RULES = [{"escalation_delay_in_minutes": 10, "targets": [{"user": "ana"}]}]
ROUND_ROBIN = [{**RULES[0], "escalation_rule_assignment_strategy": "round_robin"}]
LOW = [{"urgency": "low", "start_delay_in_minutes": 5, "contact_method": {"type": "email_contact_method", "address": "bo@example.com"}}]  # fmt: skip
RED = {"id": "PT1", "name": "Red", "description": "by hand"}


def blockers(live: Account, *resources: Resource) -> dict[str, str]:
    found = judge(Abilities(), live, *resources, adopt=True)
    return {it.address: it.message for it in found if isinstance(it, Blocker)}


def lacking(live: Account) -> Account:
    return replace(live, abilities=frozenset())


USES: list[tuple[str, Resource, str]] = [
    ("team/red", team("red"), "teams"),
    ("escalation_policy/p", resource("EscalationPolicy", "p", {"escalation_rules": ROUND_ROBIN}), "teams"),
    ("user/bo", user("bo", role="read_only_limited_user"), "read_only_users"),
    ("user/bo", user("bo", role="restricted_access"), "permissions_service"),
    ("user/bo", user("bo", notification_rules=LOW), "urgencies"),
]


@pytest.mark.parametrize(("address", "wanted", "ability"), USES)
def test_what_an_ability_stands_for(address: str, wanted: Resource, ability: str) -> None:
    live = account(users=[ANN])
    text = blockers(lacking(live), user("ana"), wanted)[address]
    assert repr(ability) in text
    assert blockers(replace(live, abilities=frozenset({ability})), user("ana"), wanted) == {}
    assert blockers(live, user("ana"), wanted) == {}, "no one knows"
    assert compute_prerequisites(build_plan([user("ana"), wanted], live, PlanOptions(workspace="test")), live).abilities


def test_an_account_that_uses_a_feature_has_it() -> None:
    live = lacking(account(users=[{**ANN, "role": "observer"}], teams=[RED]))
    assert blockers(live, user("ana"), user("bo", role="restricted_access"), team("blue")) == {}


def test_what_pagerduty_would_not_show_is_a_blocker_whatever_the_abilities_say() -> None:
    live = account(users=[ANN])
    wanted = resource("EscalationPolicy", "p", {"escalation_rules": ROUND_ROBIN})
    plain = resource("EscalationPolicy", "p", {"escalation_rules": RULES})
    refused = replace(live, includes={"escalation_policy": ()})
    assert "round robin" in blockers(refused, user("ana"), wanted)["escalation_policy/p"]
    assert blockers(refused, user("ana"), plain) == {}
    shown = replace(live, includes={"escalation_policy": ("escalation_rule_assignment_strategies",)})
    assert blockers(shown, user("ana"), wanted) == {}


def test_every_feature_has_its_source() -> None:
    facts = [fact for kind in KINDS for fact in kind.facts.abilities]
    assert len(facts) > 5
    assert all(fact.source and fact.abilities and fact.says for fact in facts)


def test_what_stays_needs_nothing() -> None:
    live = account(users=[ANN], teams=[RED], escalation_policies=[live_policy("PE1", "first", ("user", "PU1"))])
    made = build_plan([user("ana"), policy("first", {"user": "ana"})], live, PlanOptions(workspace="test"))
    assert not compute_prerequisites(made, live)
