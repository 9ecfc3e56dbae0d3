"""A monitoring tool that sends events to a service."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.account import Account

PAYLOAD = {"summary": "Disk is full", "source": "db1.example.com", "severity": "critical"}


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
            event["payload"] = {**PAYLOAD, **payload}
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
