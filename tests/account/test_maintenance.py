"""Maintenance windows of the services that are asked about, in one listing."""

from __future__ import annotations

import time
from typing import Any

from pdsync.account.maintenance import fetch_maintenance
from pdsync.client import RestApiV2Client
from pdsync.model.instant import parse_instant
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, policy, service, user

HOUR = 3600


def seconds(text: str) -> int:
    moment = parse_instant(text, "Etc/UTC")
    assert moment is not None
    return int(moment.timestamp())


def plan_window(client: RestApiV2Client, start: int, *services: dict[str, Any]) -> dict[str, Any]:
    shown = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) for at in (start, start + HOUR)]
    body = {
        "type": "maintenance_window",
        "description": "Upgrade",
        "start_time": shown[0],
        "end_time": shown[1],
        "services": [{"id": each["id"], "type": "service_reference"} for each in services],
    }
    made: dict[str, Any] = client.rpost("maintenance_windows", json=body)
    return made


def test_windows_that_touch_the_period_are_read_at_once(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(
        client, [user("ana"), policy("first", {"user": "ana"}), service("shop", "first"), service("till", "first")]
    )
    shop, till = (client.find("services", name) for name in ("shop", "till"))
    assert shop is not None
    assert till is not None
    now = int(time.time())
    soon = plan_window(client, now + HOUR, shop, till)
    plan_window(client, now + 9 * HOUR, shop)
    start, end = seconds(soon["start_time"]), seconds(soon["end_time"])
    forget(sandbox)
    found = fetch_maintenance(client, [shop["id"]], now, now + 3 * HOUR, now)
    assert found == {shop["id"]: [(start, end, "Upgrade")]}
    assert asked(sandbox) == [("GET", "/maintenance_windows")]
    assert fetch_maintenance(client, [till["id"]], now + 5 * HOUR, now + 6 * HOUR, now) == {till["id"]: []}


def test_without_services_nothing_is_asked(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    forget(sandbox)
    assert fetch_maintenance(client, [], 0, 1, 0) == {}
    assert not asked(sandbox)
