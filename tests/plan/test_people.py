"""Which people an object names, and the memberships that PagerDuty makes of that."""

from __future__ import annotations

from pdsync.kinds.escalation_policy import ESCALATION_POLICY
from pdsync.kinds.schedule import SCHEDULE
from pdsync.kinds.service import SERVICE
from pdsync.kinds.team import MEMBERS, TEAM
from pdsync.model import Fields, LiveChild, Ref
from pdsync.plan.people import compute_implied_members, find_member_ids, is_person, named_on_call

ANA, BO = Ref("user", "key", "ana"), Ref("user", "key", "bo")
RED, DAYS, FIRST = Ref("team", "key", "red"), Ref("schedule", "key", "days"), Ref("escalation_policy", "key", "first")
TURNS: Fields = {"schedule_layers": [{"name": "all", "users": [ANA, None]}]}
RULES: Fields = {"escalation_rules": [{"targets": [BO, DAYS]}]}


def test_people_are_told_from_what_leads_to_people() -> None:
    assert is_person(ANA)
    assert not is_person(DAYS)
    assert not is_person(Ref("schedule_v3", "id", "P1"))
    assert list(named_on_call(SCHEDULE, TURNS)) == [ANA]
    assert list(named_on_call(ESCALATION_POLICY, RULES)) == [BO, DAYS]
    assert list(named_on_call(SERVICE, {"escalation_policy": FIRST})) == []


def test_a_policy_brings_its_people_and_those_of_its_schedules() -> None:
    implied = compute_implied_members([(DAYS, TURNS), (FIRST, {**RULES, "teams": [RED]})])
    assert {team: dict(people) for team, people in implied.items()} == {RED: {ANA: {FIRST, DAYS}, BO: {FIRST}}}


def test_a_schedule_brings_its_own_people() -> None:
    implied = compute_implied_members([(DAYS, {**TURNS, "teams": [RED]}), (FIRST, RULES)])
    assert {team: dict(people) for team, people in implied.items()} == {RED: {ANA: {DAYS}}}


def test_what_is_not_on_call_brings_no_members() -> None:
    assert not compute_implied_members([(RED, {"teams": [RED]})])


def test_members_are_found_by_who_they_are() -> None:
    children = {MEMBERS.name: (LiveChild("PU1", {"user": ANA}), LiveChild("PU2", {"user": BO}))}
    assert find_member_ids(TEAM, children, [ANA]) == {"PU1"}
    assert find_member_ids(TEAM, children, []) == frozenset()
    assert find_member_ids(SERVICE, children, [ANA]) == frozenset()
