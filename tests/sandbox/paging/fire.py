"""An incident, and time that passes."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account, ref

MINUTE = 60


class Fire:
    """An incident on a service whose policy has two people, 10 and 20 minutes."""

    def __init__(self, account: Account, *, loops: int = 0, urgency: str = "high", **service: Any) -> None:
        self.account = account
        self.first, self.second = account.user(), account.user()
        rules = [rule(10, self.first), rule(20, self.second)]
        policy = account.policy(escalation_rules=rules, num_loops=loops)
        self.service = account.service(escalation_policy=ref(policy), **service)
        body = {"type": "incident", "title": "Fire", "service": ref(self.service), "urgency": urgency}
        self.path = f"/incidents/{account.post('/incidents', 'incident', body)['id']}"

    def shown(self) -> Any:
        return self.account.get(self.path)["incident"]

    def assignees(self) -> list[str]:
        return [it["assignee"]["id"] for it in self.shown()["assignments"]]

    def put(self, **fields: Any) -> Any:
        return self.account.put(self.path, "incident", {"type": "incident", **fields})

    def log(self) -> list[tuple[str, str]]:
        """Type and moment, the oldest first."""
        rows = reversed(self.account.get(self.path + "/log_entries?limit=100")["log_entries"])
        return [(it["type"].removesuffix("_log_entry"), it["created_at"][11:]) for it in rows]


def rule(minutes: int, *targets: Any) -> dict[str, Any]:
    return {"escalation_delay_in_minutes": minutes, "targets": [ref(it) for it in targets]}


def advance(account: Account, minutes: float) -> None:
    account.server.control.advance(minutes * MINUTE)
