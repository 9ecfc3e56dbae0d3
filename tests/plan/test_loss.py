"""Lost items: what counts as taken away, over all kinds of items and both modes of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from pdsync.model import Account, Resource
from pdsync.plan import DeleteLimit, Plan, PlanOptions, build_plan
from pdsync.plan.loss import Loss, compute_loss
from tests.plan.test_order import account, live_policy, live_team, marked
from tests.support.world import policy, service, team, user

V2 = "events_api_v2_inbound_integration"
FREE: dict[str, Any] = {"max_deletes": 100, "max_delete_percent": 100}


def person(number: int, **more: Any) -> dict[str, Any]:
    name = f"p{number}"
    lists = {"contact_methods": [], "notification_rules": []}
    return {"id": f"PU{number}", "name": name, "email": f"{name}@example.com", **lists, **more}


PEOPLE = [person(at) for at in range(6)]
EVERYONE = [user(f"p{at}") for at in range(6)]


def shop_of(count: int) -> Account:
    items = [{"id": f"PI{at}", "name": f"i{at}", "type": V2} for at in range(count)]
    reference = {"id": "PE1", "type": "escalation_policy_reference"}
    line = {"description": marked("service", "shop")}
    shop = {"id": "PV1", "name": "shop", "escalation_policy": reference, "integrations": items, **line}
    return account(users=PEOPLE, services=[shop], escalation_policies=[levels(3)])


def shop(*names: str, mode: str = "exclusive") -> Resource:
    items = [{"name": name, "type": V2} for name in names]
    return service("shop", {"id": "PE1"}, integrations=items, integrations_mode=mode)


def red_of(count: int) -> Account:
    members = [{"user": {"id": f"PU{at}", "type": "user_reference"}, "role": "manager"} for at in range(count)]
    return account(users=PEOPLE, teams=[live_team("PT1", "red", "red", members=members)])


def red(*numbers: int, mode: str = "exclusive") -> Resource:
    return team("red", members=[{"user": f"p{at}"} for at in numbers], members_mode=mode)


def levels(count: int) -> dict[str, Any]:
    return live_policy("PE1", "first", *(("user", f"PU{at}") for at in range(count)))


def first(*numbers: int) -> Resource:
    rules = [{"escalation_delay_in_minutes": 10, "targets": [{"user": f"p{at}"}]} for at in numbers]
    return policy("first", escalation_rules=rules)


PHONE = {"type": "phone_contact_method", "address": "5551230", "country_code": 1}


def reached(*delays: int) -> Account:
    methods = [
        {"id": "PC1", "label": "Mobile", **PHONE},
        {"id": "PC2", "type": "email_contact_method", "address": "a@b.c"},
    ]
    rules = [
        {
            "id": f"PN{at}",
            "urgency": "high",
            "start_delay_in_minutes": delay,
            "contact_method": {"id": "PC1", "type": "phone_contact_method_reference"},
        }
        for at, delay in enumerate(delays)
    ]
    return account(users=[person(0, contact_methods=methods, notification_rules=rules)])


def rules(*delays: int, mode: str = "exclusive") -> Resource:
    pointer = {"type": "phone_contact_method", "address": "5551230"}
    items = [{"urgency": "high", "start_delay_in_minutes": at, "contact_method": pointer} for at in delays]
    return user("p0", notification_rules=items, notification_rules_mode=mode)


EMAIL = {"type": "email_contact_method", "address": "a@b.c"}
ONLY_EMAIL = user("p0", contact_methods=[EMAIL], contact_methods_mode="exclusive")


@dataclass(frozen=True)
class Case:
    """A manifest beside an account, and what it takes away there."""

    live: Account
    manifests: tuple[Resource, ...]
    loss: Loss
    kind: str
    deletes: int = 0


CASES = {
    "integrations, list emptied": Case(shop_of(40), (first(0, 1, 2), shop()), Loss(40), "service"),
    "integrations, one left": Case(shop_of(3), (first(0, 1, 2), shop("i0")), Loss(2), "service"),
    "integrations, additive": Case(shop_of(40), (first(0, 1, 2), shop(mode="additive")), Loss(), "service"),
    "integrations, with their service": Case(shop_of(2), (first(0, 1, 2),), Loss(2), "service", deletes=1),
    "members": Case(red_of(6), (red(0),), Loss(0, 5), "team"),
    "members, replaced": Case(red_of(2), (red(3, 4),), Loss(0, 2), "team"),
    "members, additive": Case(red_of(6), (red(0, mode="additive"),), Loss(), "team"),
    "members, with their team": Case(red_of(6), (), Loss(), "team", deletes=1),
    "notification rules": Case(reached(0, 5, 9), (rules(0),), Loss(0, 2), "user"),
    "notification rules, edited": Case(reached(0, 5), (rules(0, 7),), Loss(), "user"),
    "notification rules, additive": Case(reached(0, 5), (rules(0, mode="additive"),), Loss(), "user"),
    "a contact method with its rules": Case(reached(0, 5), (ONLY_EMAIL,), Loss(0, 3), "user"),
    "levels": Case(account(users=PEOPLE, escalation_policies=[levels(3)]), (first(0),), Loss(0, 2), "escalation_policy"),
    "levels, edited": Case(account(users=PEOPLE, escalation_policies=[levels(2)]), (first(3, 4),), Loss(), "escalation_policy"),
    "levels, added": Case(account(users=PEOPLE, escalation_policies=[levels(1)]), (first(0, 1),), Loss(), "escalation_policy"),
}  # fmt: skip


def made(case: Case, **limits: Any) -> Plan:
    people = [it for it in EVERYONE if it.address not in {one.address for one in case.manifests}]
    people = people if len(case.live.objects["user"]) > 1 else []
    plan = build_plan([*people, *case.manifests], case.live, PlanOptions("test", prune="owned", **{**FREE, **limits}))
    assert not plan.problems, plan.problems
    return plan


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_lost(case: Case) -> None:
    plan = made(case)
    assert sum(map(compute_loss, plan.changes), Loss()) == case.loss
    assert plan.to_json()["summary"]["items_removed"] == case.loss.total
    assert plan.to_json()["summary"]["delete"] == case.deletes
    assert not plan.refusals


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_limit_lets_through_more_than_it_says(case: Case) -> None:
    count = case.deletes + case.loss.total
    everywhere: list[dict[str, Any]] = [{"max_deletes": count - 1}] if count else []
    everywhere += [{"limits_by_kind": {case.kind: DeleteLimit(count - 1)}}] if count else []
    for limits in everywhere:
        (refusal,) = made(case, **limits).refusals
        assert f"the limit of {count - 1} (prune" in refusal
        if case.loss.total:
            assert f"{case.loss.total} removed item" in refusal
    other = "team" if case.kind != "team" else "service"
    fine = {"max_deletes": count, "limits_by_kind": {case.kind: DeleteLimit(count), other: DeleteLimit(0)}}
    assert not made(case, **fine).refusals
