"""A monitoring tool that sends events to an event orchestration."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account
from tests.sandbox.monitor import PAYLOAD


def rule(condition: str | None = None, /, **actions: Any) -> dict[str, Any]:
    conditions = [] if condition is None else [{"expression": condition}]
    return {"conditions": conditions, "actions": actions}


class Orchestrated:
    """An event orchestration of its own in an account that others may use, too."""

    def __init__(self, account: Account) -> None:
        self.account = account
        made = account.post("/event_orchestrations", "orchestration", {"name": account.name("Events")})
        shown = account.get(f"/event_orchestrations/{made['id']}")["orchestration"]
        self.id = str(made["id"])
        self.key = str(shown["integrations"][0]["parameters"]["routing_key"])

    def write(self, type: str, *rules: Any, catch_all: Any = None, **sets: list[Any]) -> None:
        """The rules of the set start, and other sets by their id. ``type`` is that of a path, or the id of a service."""
        known = type in ("router", "global", "unrouted")
        path = f"/event_orchestrations/{self.id}/{type}" if known else f"/event_orchestrations/services/{type}"
        document: dict[str, Any] = {
            "sets": [{"id": "start", "rules": list(rules)}, *({"id": k, "rules": v} for k, v in sets.items())]
        }
        if catch_all is not None:
            document |= {"catch_all": {"actions": catch_all}}
        answer = self.account.call("PUT", path, {"orchestration_path": document})
        assert answer.status_code == 200, answer.text

    def cache(self, name: str, condition: str, /, owner: str | None = None, **configuration: Any) -> str:
        path = f"/event_orchestrations/{owner or self.id}/cache_variables"
        conditions = [{"expression": condition}] if condition else []
        body = {"name": name, "conditions": conditions, "configuration": configuration}
        answer = self.account.call("POST", path, {"cache_variable": body})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["cache_variable"]["id"])

    def send(self, action: str = "trigger", key: str | None = None, **payload: Any) -> Any:
        """What became of the event."""
        event: dict[str, Any] = {"routing_key": self.key, "event_action": action}
        if key is not None:
            event["dedup_key"] = key
        if action == "trigger":
            event["payload"] = {**PAYLOAD, **payload}
        answer = self.account.session.post(self.account.server.url + "/v2/enqueue", json=event, timeout=30)
        assert answer.status_code == 202, answer.text
        return self.account.server.control.events()[-1]

    def incident(self, event: Any) -> Any:
        return self.account.get(f"/incidents/{event['incident']}")["incident"]
