"""What stops working with an integration that goes."""

from __future__ import annotations

from typing import Any

from pdsync.plan.checks.check import Finding
from pdsync.plan.checks.ending import Endings
from pdsync.plan.risk import ROUTING_KEY_ENDED, SERVICE_DELETED, Risk
from tests.plan.checks.judge import judge
from tests.plan.test_order import account, marked
from tests.support.world import service

V2 = "events_api_v2_inbound_integration"


def live(*integrations: tuple[str, str]) -> Any:
    items = [{"id": f"PI{at}", "name": name, "type": kind} for at, (name, kind) in enumerate(integrations)]
    policy = {"id": "PE1", "type": "escalation_policy_reference"}
    text = {"description": marked("service", "shop")}
    return account(services=[{"id": "PV1", "name": "shop", "escalation_policy": policy, "integrations": items, **text}])


def risks(found: list[Finding]) -> list[tuple[str, str]]:
    return [(it.code, it.message) for it in found if isinstance(it, Risk)]


def shop(*integrations: tuple[str, str]) -> Any:
    items = [{"name": name, "type": kind} for name, kind in integrations]
    return service("shop", {"id": "PE1"}, integrations=items, integrations_mode="exclusive")


def test_a_removed_integration_takes_its_key_along() -> None:
    found = judge(Endings(), live(("web", V2), ("old", V2)), shop(("web", V2)))
    text = "a routing key of service 'shop' ends for good: integration 'old' goes"
    assert risks(found) == [(ROUTING_KEY_ENDED, text)]


def test_a_deleted_service_takes_its_keys_along() -> None:
    found = dict(risks(judge(Endings(), live(("web", V2), ("old", V2)))))
    assert found.keys() == {SERVICE_DELETED, ROUTING_KEY_ENDED}
    assert found[ROUTING_KEY_ENDED] == "2 routing keys of service 'shop' end for good: integrations 'old', 'web' go"
