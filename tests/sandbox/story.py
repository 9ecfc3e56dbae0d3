"""A story of four incidents, which the tests of analytics ask about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox.account import TOKEN, Account, ref

_METRICS = "/analytics/metrics"


@dataclass
class Story:
    """On Monday at noon a major incident of two people, an hour later one that is escalated and given away; a week later
    one that is resolved by the service and one that is open."""

    account: Account
    users: list[Any]
    team: Any
    services: list[Any]
    incidents: list[str]

    def ask(self, path: str, **body: Any) -> Any:
        answer = self.account.call("POST", f"{_METRICS}/{path}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rows(self, path: str, **body: Any) -> list[Any]:
        return list(self.ask(path, **body)["data"])

    def refused(self, path: str, **body: Any) -> Any:
        return self.account.refused("POST", f"{_METRICS}/{path}", body)


def tell(account: Account) -> Story:
    users = [account.user(), account.user()]
    team = account.team()
    rules = [{"escalation_delay_in_minutes": 30, "targets": [ref(it)]} for it in users]
    policy = {"type": "escalation_policy", "name": "Policy", "escalation_rules": rules}
    owned = account.post("/escalation_policies", "escalation_policy", {**policy, "teams": [ref(team)]})
    services = [account.service(escalation_policy=ref(owned)), account.service()]

    def change(incident: Any, user: Any, **fields: Any) -> None:
        body = {"incident": {"type": "incident", **fields}}
        path, headers = f"/incidents/{incident['id']}", {"From": user["email"]}
        answer = account.call("PUT", path, body, token=TOKEN, headers=headers)
        assert answer.status_code == 200, answer.text

    major = account.incident(services[0])
    for user in users:
        account.clock.forward(minutes=1)
        change(major, user, status="acknowledged")
    account.clock.forward(minutes=8)
    change(major, users[0], status="resolved")
    account.clock.forward(minutes=50)

    moved = account.incident(services[0], urgency="low", priority={"id": "P53ZZH5", "type": "priority_reference"})
    change(moved, users[0], escalation_level=2)
    account.clock.forward(minutes=2)
    change(moved, users[1], assignments=[{"assignee": ref(users[0])}])
    account.clock.forward(minutes=2)
    change(moved, users[0], status="resolved")

    account.clock.forward(days=7)
    integration = account.integration(services[1], type="events_api_v2_inbound_integration")
    event = {"routing_key": integration["integration_key"], "dedup_key": "x"}
    payload = {"summary": "Fire", "source": "db1", "severity": "critical"}
    account.call("POST", "/v2/enqueue", {**event, "event_action": "trigger", "payload": payload})
    account.clock.forward(minutes=5)
    account.call("POST", "/v2/enqueue", {**event, "event_action": "resolve"})
    account.incident(services[1])
    found = account.get("/incidents?date_range=all&statuses[]=triggered&statuses[]=resolved&sort_by=incident_number")
    return Story(account, users, team, services, [it["id"] for it in found["incidents"]])
