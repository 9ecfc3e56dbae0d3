"""Services whose incidents would reach no person any more."""

from __future__ import annotations

from typing import Any

from pdsync.plan import Risk
from pdsync.plan.checks.no_responder import NO_RESPONDERS, Responders
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account, live_policy, marked
from tests.support.world import policy, resource, service, user

EMPTY = {"id": "PS1", "name": "empty", "time_zone": "Europe/Berlin", "schedule_layers": []}


def shop(policy_id: str) -> dict[str, Any]:
    reference = {"id": policy_id, "type": "escalation_policy_reference"}
    return {"id": "PV1", "name": "shop", "description": marked("service", "shop"), "escalation_policy": reference}


def test_a_service_that_loses_its_last_responder_is_a_risk() -> None:
    first = live_policy("PE1", "first", ("user", "PU1"))
    live = account(users=[ANA], schedules=[EMPTY], escalation_policies=[first], services=[shop("PE1")])
    lost = policy("first", {"schedule": {"id": "PS1"}})
    (risk,) = judge(Responders(), live, user("ana"), lost, service("shop", "first"))
    assert isinstance(risk, Risk)
    assert (risk.code, risk.address) == (NO_RESPONDERS, "service/shop")
    assert "service 'shop' is left without responders" in risk.message
    assert judge(Responders(), live, user("ana"), policy("first", {"user": "ana"}), service("shop", "first")) == []


def test_what_was_as_bad_before_is_not_the_plan_s() -> None:
    first = live_policy("PE1", "first", ("schedule", "PS1"))
    live = account(users=[ANA], schedules=[EMPTY], escalation_policies=[first], services=[shop("PE1")])
    assert (
        judge(Responders(), live, resource("Service", "shop", {"name": "Shop", "escalation_policy": {"id": "PE1"}}))
        == []
    )
