"""Objects that are no one's business: made before a test, and compared after it, bit for bit."""

from __future__ import annotations

from typing import Any

import requests

_HEADERS = {"Authorization": "Token token=u+planter-planter-planter"}
_NAMES = {
    "users": "user",
    "teams": "team",
    "schedules": "schedule",
    "escalation_policies": "escalation_policy",
    "services": "service",
}
FOREIGN = "Managed by pdsync: someone-else/{kind}/bystander"


class Bystanders:
    """One object of each kind without an ownership line, and one with another workspace's, children included."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ids: list[tuple[str, str]] = []
        for number, text in enumerate(("No one manages this.", FOREIGN)):
            self._plant(f"Bystander {number}", text)
        self._before = self._read()

    def _plant(self, name: str, text: str) -> None:
        user = self._make("users", name=name, email=f"{name.replace(' ', '.')}@bystander.example".lower())
        line = {kind: text.format(kind=kind) for kind in _NAMES.values()}
        person = {"id": user, "type": "user_reference"}
        team = self._make("teams", name=name, description=line["team"])
        layer = {
            "name": "All",
            "start": "2026-01-05T09:00:00Z",
            "rotation_virtual_start": "2026-01-05T09:00:00Z",
            "rotation_turn_length_seconds": 86_400,
            "users": [{"user": person}],
        }
        schedule = self._make(
            "schedules", name=name, time_zone="Etc/UTC", schedule_layers=[layer], description=line["schedule"]
        )
        rule = {"escalation_delay_in_minutes": 10, "targets": [{"id": schedule, "type": "schedule_reference"}, person]}
        policy = self._make(
            "escalation_policies", name=name, escalation_rules=[rule], description=line["escalation_policy"]
        )
        service = self._make(
            "services",
            name=name,
            escalation_policy={"id": policy, "type": "escalation_policy_reference"},
            description=line["service"],
        )
        body = {"integration": {"type": "events_api_v2_inbound_integration", "name": name}}
        self._call("POST", f"services/{service}/integrations", body)
        self._call("PUT", f"teams/{team}/users/{user}", {"role": "observer"})

    def _make(self, collection: str, **fields: Any) -> str:
        kind = _NAMES[collection]
        made = self._call("POST", collection, {kind: {"type": kind, **fields}})[kind]
        self._ids.append((collection, made["id"]))
        return str(made["id"])

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self._url}/{path}", json=body, headers=_HEADERS, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _read(self) -> dict[str, Any]:
        includes = "include[]=contact_methods&include[]=notification_rules&include[]=integrations"
        found: dict[str, Any] = {}
        for collection, identity in self._ids:
            found[f"{collection}/{identity}"] = self._call("GET", f"{collection}/{identity}?{includes}")
            if collection == "teams":
                found[f"members of {identity}"] = self._call("GET", f"teams/{identity}/members")
        return found

    def check(self) -> None:
        """Raises AssertionError when one of them is not as it was."""
        after = self._read()
        changed = [path for path, held in self._before.items() if after[path] != held]
        assert not changed, f"something touched what is no one's business: {changed}"
