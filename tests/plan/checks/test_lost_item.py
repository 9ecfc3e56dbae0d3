"""What stops working with an integration that goes."""

from __future__ import annotations

from typing import Any

from pdsync.plan.checks.check import ChangeNote, Finding
from pdsync.plan.checks.lost_item import LostItems
from tests.plan.checks.judge import judge
from tests.plan.test_order import account, marked
from tests.support.world import service

V2 = "events_api_v2_inbound_integration"


def live(*integrations: tuple[str, str]) -> Any:
    items = [{"id": f"PI{at}", "name": name, "type": kind} for at, (name, kind) in enumerate(integrations)]
    policy = {"id": "PE1", "type": "escalation_policy_reference"}
    text = {"description": marked("service", "shop")}
    return account(services=[{"id": "PV1", "name": "shop", "escalation_policy": policy, "integrations": items, **text}])


def notes(found: list[Finding]) -> list[str]:
    return [it.message for it in found if isinstance(it, ChangeNote)]


def shop(*integrations: tuple[str, str]) -> Any:
    items = [{"name": name, "type": kind} for name, kind in integrations]
    return service("shop", {"id": "PE1"}, integrations=items, integrations_mode="exclusive")


def test_a_removed_integration_takes_its_key_along() -> None:
    found = judge(LostItems(), live(("web", V2), ("old", V2)), shop(("web", V2)))
    assert [note.split(" (PI1)")[1] for note in notes(found)] == [" is removed: its routing key stops working"]


def test_a_deleted_service_takes_its_keys_along() -> None:
    assert notes(judge(LostItems(), live(("web", V2)))) == ["1 integration goes with it: its routing key stops working"]
    assert notes(judge(LostItems(), live(("web", V2), ("old", V2)))) == [
        "2 integrations go with it: their routing keys stop working"
    ]
