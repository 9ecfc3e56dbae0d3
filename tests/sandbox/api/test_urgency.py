"""Urgency rules, support hours and scheduled actions."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.account import Account

_CONSTANT = {"type": "constant", "urgency": "low"}


_BY_HOURS = {
    "type": "use_support_hours",
    "during_support_hours": {"type": "constant", "urgency": "high"},
    "outside_support_hours": {"type": "constant", "urgency": "low"},
}


_HOURS = {
    "type": "fixed_time_per_day",
    "time_zone": "America/Lima",
    "start_time": "09:00",
    "end_time": "17:00:00",
    "days_of_week": [5, 1, 3],
}


_ACTION = {"type": "urgency_change", "at": {"type": "named_time", "name": "support_hours_start"}, "to_urgency": "high"}


_ALL = {"incident_urgency_rule": _BY_HOURS, "support_hours": _HOURS, "scheduled_actions": [_ACTION]}


def test_support_hours(account: Account) -> None:
    service = account.service(**_ALL)
    path = f"/services/{service['id']}"
    assert service["incident_urgency_rule"] == _BY_HOURS
    assert service["support_hours"] == {**_HOURS, "start_time": "09:00:00", "days_of_week": [1, 3, 5]}
    assert service["scheduled_actions"] == [_ACTION]
    assert account.put(path, "service", {"description": "x"})["support_hours"] == service["support_hours"]
    changed = account.put(path, "service", {"support_hours": {**_HOURS, "days_of_week": [7]}})
    assert changed["support_hours"]["days_of_week"] == [7]
    assert changed["scheduled_actions"] == [_ACTION]
    account.refused("PUT", path, {"service": {"support_hours": None}})
    constant = account.put(path, "service", {"incident_urgency_rule": _CONSTANT})
    assert (constant["support_hours"], constant["scheduled_actions"]) == (None, [])
    assert constant["incident_urgency_rule"]["urgency"] == "low"
    back = account.put(path, "service", {**_ALL, "scheduled_actions": []})
    assert (back["incident_urgency_rule"], back["scheduled_actions"]) == (_BY_HOURS, [])


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


@pytest.mark.parametrize(("severity", "urgency"), [("critical", "high"), ("error", "high"), ("warning", "low")])
def test_urgency_by_severity(account: Account, severity: str, urgency: str) -> None:
    monitor = Monitor(account, incident_urgency_rule={"type": "constant", "urgency": "severity_based"})
    monitor.sent("trigger", severity=severity)
    assert monitor.incidents()[0]["urgency"] == urgency
