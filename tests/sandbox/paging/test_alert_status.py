"""Alerts and deduplication keys."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.account import Account

_PAYLOAD = {"summary": "Disk is full", "source": "db1.example.com", "severity": "critical"}


class Monitor:
    """A service whose integration gets events."""

    def __init__(self, account: Account, **service: Any) -> None:
        self.account = account
        self.service = account.service(**service)
        self.integration = account.integration(self.service, type="events_api_v2_inbound_integration")

    def send(self, path: str = "/v2/enqueue", **event: Any) -> requests.Response:
        body = {"routing_key": self.integration["integration_key"], **event}
        return self.account.session.post(self.account.server.url + path, json=body, timeout=30)

    def sent(self, action: str, key: str | None = None, **payload: Any) -> str:
        event: dict[str, Any] = {"event_action": action} | ({} if key is None else {"dedup_key": key})
        if action == "trigger":
            event["payload"] = {**_PAYLOAD, **payload}
        answer = self.send(**event)
        assert answer.status_code == 202, answer.text
        assert answer.json() == {
            "status": "success",
            "message": "Event processed",
            "dedup_key": answer.json()["dedup_key"],
        }
        return str(answer.json()["dedup_key"])

    def incidents(self, query: str = "") -> Any:
        return self.account.get("/incidents" + query)["incidents"]

    def alerts(self, incident: Any) -> Any:
        return self.account.get(f"/incidents/{incident['id']}/alerts")["alerts"]

    def shown(self) -> Any:
        return self.account.get(f"/services/{self.service['id']}")["service"]


@pytest.fixture
def monitor(account: Account) -> Monitor:
    return Monitor(account)


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
