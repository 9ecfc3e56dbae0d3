"""What incidents and windows make of a service."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.sandbox.paging.service_status import window_states
from pdsync.sandbox.store.record import Record
from tests.sandbox.account import Account, ref


def test_a_status_made_by_incidents_may_be_sent_back(account: Account) -> None:
    service = account.service()
    account.incident(service)
    shown = account.get(f"/services/{service['id']}")["service"]
    assert account.put(f"/services/{service['id']}", "service", shown)["status"] == "critical"
    account.refused("PUT", f"/services/{service['id']}", {"service": {"status": "warning"}})


def test_status(account: Account) -> None:
    body = {"name": "x", "escalation_policy": ref(account.policy()), "status": "disabled"}
    assert account.refused("POST", "/services", {"service": body})["errors"] == ["Status must be one of: active"]
    service = account.service(status="active")
    path = f"/services/{service['id']}"
    for status in ("disabled", "disabled", "active"):
        assert account.put(path, "service", {"status": status})["status"] == status


@pytest.mark.parametrize(
    ("day", "states"), [(1, ("future", "open")), (2, ("ongoing", "open")), (3, ("past",)), (4, ("past",))]
)
def test_a_window_is_on_from_its_start_up_to_its_end(day: int, states: tuple[str, ...]) -> None:
    body = {"start_time": "2026-01-02T00:00:00Z", "end_time": "2026-01-03T00:00:00Z"}
    window = Record(1, "maintenance_window", "P1", None, body)
    assert window_states(window, datetime(2026, 1, day, tzinfo=UTC)) == states
