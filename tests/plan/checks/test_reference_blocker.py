"""What still refers to an object stops its delete."""

from __future__ import annotations

from typing import Any

from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.reference_blocker import ReferenceBlockers
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, NIGHTS, account, live_policy, live_team
from tests.support.world import resource, user

BY_HAND = {"description": "by hand"}


def messages(*arguments: Any, **options: Any) -> dict[str, str]:
    found = judge(ReferenceBlockers(), *arguments, **options)
    return {it.address: it.message for it in found if isinstance(it, Blocker)}


def test_the_only_target_is_said() -> None:
    live = account(
        users=[ANA], schedules=[NIGHTS], escalation_policies=[live_policy("PE1", "x", ("schedule", "PS1"), **BY_HAND)]
    )
    (message,) = messages(live, user("ana")).values()
    assert "escalation_policy 'x' (PE1, not managed here" in message
    assert "as the only target of level 1; remove it there first" in message


def test_the_only_person_of_a_layer_is_said() -> None:
    layer = {"name": "all", "users": [{"user": {"id": "PU1"}}], "rotation_turn_length_seconds": 86400}
    live = account(users=[ANA], schedules=[{**NIGHTS, **BY_HAND, "schedule_layers": [layer]}])
    gone = resource("User", "ana", {"email": "ana@example.com"}, absent=True)
    (message,) = messages(live, gone, adopt=True).values()
    assert "as the only person of layer 'all'" in message


def test_a_service_uses_the_team_of_its_policy() -> None:
    team = {"id": "PT1", "type": "team_reference"}
    policy = live_policy("PE1", "x", ("user", "PU1"), teams=[team], **BY_HAND)
    shop = {"id": "PV1", "name": "shop", "escalation_policy": {"id": "PE1", "type": "escalation_policy_reference"}}
    live = account(users=[ANA], teams=[live_team("PT1", "red", "red")], escalation_policies=[policy], services=[shop])
    (message,) = messages(live).values()
    assert "service 'shop'" in message
    assert "through its escalation policy" in message


def test_what_goes_too_stops_nothing() -> None:
    live = account(
        users=[ANA], schedules=[NIGHTS], escalation_policies=[live_policy("PE1", "first", ("schedule", "PS1"))]
    )
    assert messages(live, user("ana")) == {}


def test_a_maintenance_window_stops_no_delete() -> None:
    """PagerDuty takes a deleted service out of its windows. A policy of the same account still stops the delete of its target."""
    times = {"start_time": "2126-01-01T00:00:00Z", "end_time": "2126-01-01T04:00:00Z"}
    services = [{"id": "PV1", "type": "service_reference"}]
    shop = {"id": "PV1", "name": "shop", "escalation_policy": {"id": "PE1", "type": "escalation_policy_reference"}}
    live = account(
        users=[ANA],
        escalation_policies=[live_policy("PE1", "x", ("user", "PU1"), **BY_HAND)],
        services=[shop],
        maintenance_windows=[{"id": "PM1", "description": "New disks", "services": services, **times}],
    )
    assert live.objects["maintenance_window"]
    gone = [
        resource("Service", "shop", {"name": "shop", "escalation_policy": {"id": "PE1"}}, absent=True),
        resource("User", "ana", {"email": "ana@example.com"}, absent=True),
    ]
    assert messages(live, *gone, adopt=True).keys() == {"user/ana"}
