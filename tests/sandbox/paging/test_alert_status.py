"""Alerts and deduplication keys."""

from __future__ import annotations

import pytest

from tests.sandbox.account import Account
from tests.sandbox.monitor import Monitor


def test_keys_belong_to_a_service(account: Account, monitor: Monitor) -> None:
    other = Monitor(account)
    monitor.sent("trigger", "same")
    other.sent("trigger", "same")
    monitor.sent("resolve", "same")
    assert [it["status"] for it in other.incidents("?statuses[]=triggered")] == ["triggered"]
    assert [it["service"]["id"] for it in other.incidents("?incident_key=same")] == [
        monitor.service["id"],
        other.service["id"],
    ]


@pytest.mark.parametrize("action", ["acknowledge", "resolve"])
def test_nothing_open_is_no_error(monitor: Monitor, action: str) -> None:
    monitor.sent(action, "unknown")
    assert monitor.incidents() == []
