"""Alerts and deduplication keys."""

from __future__ import annotations

import pytest

from pdsync.sandbox.paging.alert_status import claim_key, find_open
from pdsync.sandbox.store.store import Store
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


def test_a_key_means_the_incident_that_claimed_it_last_as_long_as_that_is_open() -> None:
    store = Store()
    with store.transaction():
        first, second = (store.put("incident", id, {"status": "triggered"}) for id in ("P1", "P2"))
        for incident in (first, second):
            claim_key(store, "PSERV", "disk", incident)
        found = find_open(store, "PSERV", "disk")
        assert found is not None
        assert found.id == "P2"
        assert find_open(store, "POTHER", "disk") is None
        store.put("incident", "P2", {"status": "resolved"})
        assert find_open(store, "PSERV", "disk") is None
    store.close()
