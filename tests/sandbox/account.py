"""An account in a sandbox, spoken to over HTTP as any client would."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any

import requests

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.api.collection import Route

TOKEN = "account-token-of-tests"
USER_TOKEN = "u+user-token-of-the-owner"
READ_ONLY_TOKEN = "readonly-token-of-tests"
OWNER_EMAIL = "owner@example.com"
NOON = datetime(2026, 3, 2, 12, 0, 7, tzinfo=UTC)  # a Monday, with seconds


class Clock:
    """Time that only a test moves."""

    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment

    def seconds(self) -> float:
        return self.moment.timestamp()

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


class Account:
    """Makes requests and small objects; the makers insist on success and return the object answered."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.server = SandboxServer(now=self.clock.now, clock=self.clock.seconds, **options)
        self.server.start()
        self.session = requests.Session()
        self._number = 0

    def __enter__(self) -> Account:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()
        self.server.stop()

    def call(
        self, method: str, path: str, body: Any = None, token: str = USER_TOKEN, **options: Any
    ) -> requests.Response:
        headers = {"Authorization": f"Token token={token}", **options.pop("headers", {})}
        if body is not None:
            options["json"] = body
        return self.session.request(method, self.server.url + path, headers=headers, timeout=30, **options)

    def get(self, path: str, **options: Any) -> Any:
        answer = self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, wrapper: str, body: Any) -> Any:
        answer = self.call("POST", path, {wrapper: body})
        assert answer.status_code == 201, answer.text
        return answer.json()[wrapper]

    def put(self, path: str, wrapper: str, body: Any) -> Any:
        answer = self.call("PUT", path, {wrapper: body})
        assert answer.status_code == 200, answer.text
        return answer.json()[wrapper]

    def delete(self, path: str) -> None:
        answer = self.call("DELETE", path)
        assert answer.status_code == 204, answer.text

    def refused(self, method: str, path: str, body: Any = None, status: int = 400) -> dict[str, Any]:
        """The error of a request that must fail with this status."""
        answer = self.call(method, path, body)
        assert answer.status_code == status, answer.text
        return dict(answer.json()["error"])

    def check_unknown_ids(self, routes: list[Route]) -> None:
        """Each of these paths answers 404 where an id in it names nothing."""
        paths = [(it.method, re.sub("<[^>]+>", "PUNKNOWN", it.path)) for it in routes if "<" in it.path]
        assert paths
        for method, path in paths:
            body = {} if method in ("POST", "PUT") else None
            assert self.call(method, path, body).status_code == 404, (method, path)

    # makers

    def incident(self, service: Any = None, **fields: Any) -> Any:
        service = service or self.service()
        body = {"type": "incident", "title": self.name("Trouble"), "service": ref(service), **fields}
        return self.post("/incidents", "incident", body)

    def name(self, stem: str) -> str:
        self._number += 1
        return f"{stem} {self._number}"

    def user(self, **fields: Any) -> Any:
        name = self.name("User")
        email = name.replace(" ", "") + "@example.com"
        return self.post("/users", "user", {"type": "user", "name": name, "email": email, **fields})

    def team(self, **fields: Any) -> Any:
        return self.post("/teams", "team", {"type": "team", "name": self.name("Team"), **fields})

    def schedule(self, *layers: Any, **fields: Any) -> Any:
        body = {"type": "schedule", "name": self.name("Rota"), "time_zone": "Etc/UTC", "schedule_layers": list(layers)}
        return self.post("/schedules", "schedule", {**body, **fields})

    def policy(self, *targets: Any, **fields: Any) -> Any:
        rule = {"escalation_delay_in_minutes": 30, "targets": [ref(it) for it in targets or (self.user(),)]}
        body = {"type": "escalation_policy", "name": self.name("Policy"), "escalation_rules": [rule]}
        return self.post("/escalation_policies", "escalation_policy", {**body, **fields})

    def service(self, **fields: Any) -> Any:
        policy = fields.pop("escalation_policy", None) or ref(self.policy())
        body = {"type": "service", "name": self.name("Service"), "escalation_policy": policy}
        return self.post("/services", "service", {**body, **fields})

    def integration(self, service: Any, **fields: Any) -> Any:
        return self.post(f"/services/{service['id']}/integrations", "integration", fields)


def ref(thing: Any) -> dict[str, str]:
    return {"id": thing["id"], "type": f"{thing['type']}_reference"}


def layer(*users: Any, **fields: Any) -> dict[str, Any]:
    """A layer of weekly turns that begins on the Monday of the test clock."""
    return {
        "name": "Weekly",
        "start": "2026-03-02T09:00:00Z",
        "rotation_virtual_start": "2026-03-02T09:00:00Z",
        "rotation_turn_length_seconds": 604800,
        "users": [{"user": ref(user)} for user in users],
        **fields,
    }
