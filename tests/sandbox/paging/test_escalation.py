"""Whom an incident reaches."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.account import Account, layer, ref


def _incident(account: Account, service: Any = None, **fields: Any) -> Any:
    service = service or account.service()
    body = {"type": "incident", "title": account.name("Trouble"), "service": ref(service), **fields}
    return account.post("/incidents", "incident", body)


def test_what_open_incidents_hold(account: Account) -> None:
    usual, spare = account.user(), account.user()
    schedule = account.schedule(layer(usual))
    policy = account.policy(schedule)
    incident = _incident(account, account.service(escalation_policy=ref(policy)))
    rules = [{"escalation_delay_in_minutes": 5, "targets": [ref(spare)]}]
    account.put(f"/escalation_policies/{policy['id']}", "escalation_policy", {"escalation_rules": rules})
    path = f"/schedules/{schedule['id']}"
    assert account.refused("DELETE", path)["errors"] == [
        "Schedule can't be deleted if it's being used by an escalation policy snapshot with open incidents"
    ]
    assert any("incidents" in text for text in account.refused("DELETE", f"/users/{usual['id']}")["errors"])
    account.put(f"/incidents/{incident['id']}", "incident", {"type": "incident", "status": "resolved"})
    account.delete(path)
    account.delete(f"/users/{usual['id']}")
    trigger, assign = account.get(f"/incidents/{incident['id']}/log_entries?limit=3")["log_entries"][-1:-3:-1]
    assert trigger["type"] == "trigger_log_entry"
    assert [it["summary"] for it in assign["assignees"]] == [usual["name"]]  # history goes on naming him


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


def test_it_goes_to_the_first_level_with_somebody(account: Account) -> None:
    empty, first, second = account.schedule(), account.user(), account.user()
    rules = [{"escalation_delay_in_minutes": 5, "targets": [ref(it)]} for it in (empty, first, second)]
    monitor = Monitor(account, escalation_policy=ref(account.policy(escalation_rules=rules)))
    monitor.sent("trigger")
    assert [it["assignee"]["id"] for it in monitor.incidents()[0]["assignments"]] == [first["id"]]


def test_an_override_takes_over(account: Account) -> None:
    usual, other = account.user(), account.user()
    schedule = account.schedule(layer(usual))
    monitor = Monitor(account, escalation_policy=ref(account.policy(schedule)))
    monitor.sent("trigger", "1")
    override = {"start": "2026-03-02T00:00:00Z", "end": "2026-03-03T00:00:00Z", "user": ref(other)}
    account.call("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [override]})
    monitor.sent("trigger", "2")
    assigned = [it["assignments"][0]["assignee"]["id"] for it in monitor.incidents()]
    assert assigned == [usual["id"], other["id"]]
