"""Random faults against the client library: the sandbox stays alive, and what it holds stays whole.

The client may fail in any of its own ways, and in no other. The short form runs with every suite; ``script/fault-campaign``
runs a thousand rules.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pdsync.client import Error, RestApiV2Client
from pdsync.sandbox import SandboxServer

RULES = int(os.environ.get("PDSYNC_FAULT_RULES", "1000"))
TOKEN = "u+client-of-the-campaign"
PATHS = [
    "**",
    "/users",
    "/users/*",
    "/teams",
    "/teams/**",
    "/services",
    "/services/*",
    "/escalation_policies/**",
    "/schedules",
]
HTML = "<html><body>Sign in</body></html>"


def random_action(random: Random) -> dict[str, Any]:
    edit = {"method": "PUT", "path": "/teams/$1", "body": {"team": {"name": f"Edited {random.random()}"}}}
    rename = {
        "method": "POST",
        "path": "/teams",
        "body": {"team": {"type": "team", "name": f"Rival {random.random()}"}},
    }
    gone = {"method": "DELETE", "path": "/teams/$1"}
    return random.choice(
        [
            {"type": "drop", "when": random.choice(["before", "after", "midway"])},
            {"type": "rate_limit", "retry_after_s": random.randint(0, 3)},
            {
                "type": "error",
                "status": random.choice([400, 403, 404, 409, 500, 502, 503]),
                "commit": random.random() < 0.5,
            },
            {"type": "error", "status": 502, "body": random.choice([HTML, [], {"error": None}, 7])},
            {"type": "latency", "distribution": "exponential", "mean_ms": 2},
            {"type": "truncate", "keep": random.random()},
            {"type": "content_type", "content_type": "text/html", "body": random.choice([HTML, "", "null"])},
            {"type": "lag", "reads": random.randint(1, 3), "seen_by": random.choice(["lists", "all"])},
            {
                "type": "edit",
                "when": random.choice(["before", "after"]),
                "requests": [random.choice([edit, rename, gone])],
            },
            {"type": "empty_page"},
            {"type": "shift_page", "rows": random.choice([-2, -1, 1, 2])},
        ]
    )


def random_rule(random: Random) -> dict[str, Any]:
    match: dict[str, Any] = {"path": random.choice(PATHS)}
    if random.random() < 0.6:
        match["method"] = random.choice(["GET", "POST", "PUT", "DELETE", ["POST", "PUT"]])
    if random.random() < 0.3:
        match["nth"] = random.randint(1, 4)
    if random.random() < 0.4:
        match["probability"] = random.random()
    match["times"] = random.randint(1, 5)
    return {"match": match, "action": random_action(random)}


class Visitor:
    """Does what clients do, with whatever it finds."""

    def __init__(self, client: RestApiV2Client, random: Random) -> None:
        self._client, self._random, self._number = client, random, 0

    def turn(self) -> None:
        deeds: list[Callable[[], object]] = [
            lambda: self._client.list_all(self._kind(), params={"limit": self._random.choice([1, 3, 100])}),
            lambda: self._client.find("teams", f"Team {self._random.randint(0, 30)}"),
            self._new_user,
            self._new_team,
            self._new_service,
            self._change,
            self._remove,
            self._join,
        ]
        self._random.choice(deeds)()

    def _kind(self) -> str:
        return self._random.choice(["users", "teams", "services", "escalation_policies", "schedules"])

    def _name(self, stem: str) -> str:
        self._number += 1
        return f"{stem} {self._number}"

    def _some(self, kind: str) -> Any:
        rows = self._client.rget(kind, params={"limit": 10})
        return self._random.choice(rows) if rows else None

    def _new_user(self) -> None:
        name = self._name("User")
        body = {"type": "user", "name": name, "email": f"{name.replace(' ', '')}@example.com"}
        self._client.rpost("users", json=body)

    def _new_team(self) -> None:
        body = {"type": "team", "name": f"Team {self._random.randint(0, 30)}"}
        self._client.persist("teams", "name", body, update=True)

    def _new_service(self) -> None:
        policy = self._some("escalation_policies")
        if policy is not None:
            reference = {"id": policy["id"], "type": "escalation_policy_reference"}
            body = {"type": "service", "name": self._name("Service"), "escalation_policy": reference}
            self._client.rpost("services", json=body)

    def _change(self) -> None:
        kind = self._random.choice(["teams", "services"])
        thing = self._some(kind)
        if thing is not None:
            self._client.rput(f"/{kind}/{thing['id']}", json={"type": thing["type"], "description": self._name("Text")})

    def _remove(self) -> None:
        thing = self._some(kind := self._random.choice(["teams", "services", "users"]))
        if thing is not None and thing.get("role") != "owner":
            self._client.rdelete(f"/{kind}/{thing['id']}")

    def _join(self) -> None:
        team, user = self._some("teams"), self._some("users")
        if team is not None and user is not None:
            self._client.put(f"/teams/{team['id']}/users/{user['id']}", json={"role": "responder"})


def run_campaign(folder: Path, seed: int, rules: int) -> None:
    db = str(folder / "sandbox.db")
    waited: list[float] = []
    with SandboxServer(db=db, seed="example") as server:
        client = RestApiV2Client(TOKEN, base_url=server.url, sleep=waited.append, timeout=5, retry_total_time_s=30)
        client.retry[429] = 5
        struck = failed = 0
        for number in range(rules):
            random = Random(f"{seed}:{number}")
            chosen = [random_rule(random) for _ in range(random.choice([1, 1, 2]))]
            server.control.set_faults({"seed": number, "rules": chosen})
            visitor = Visitor(client, random)
            visitor._number = number * 100
            for _ in range(4):
                try:
                    visitor.turn()
                except Error:  # and nothing else
                    failed += 1
            struck += sum(rule["struck"] for rule in server.control.faults())
            if number % 20 == 0:
                assert server.control.breaks() == [], chosen
        client.close()
        server.control.clear_faults()
        assert struck > rules / 4
        assert 0 < failed < rules * 4
        assert not [it for it in server.requests() if it["status"] == 500 and "faults" not in it]
        # Alive and whole: it answers, everything refers to what is there, and every user came with what comes with him.
        with RestApiV2Client(TOKEN, base_url=server.url) as after:
            users = after.list_all("users", params={"include[]": ["contact_methods", "notification_rules"]})
        assert server.control.breaks() == []
        assert all(user["contact_methods"] and user["notification_rules"] for user in users)
        state = server.control.state()
    with SandboxServer(db=db) as again:  # and the file says the same
        assert again.control.state() == state
        assert again.control.breaks() == []


def test_forty_random_rules(tmp_path: Path) -> None:
    run_campaign(tmp_path, seed=1, rules=40)


@pytest.mark.campaign
def test_a_thousand_random_rules(tmp_path: Path) -> None:
    run_campaign(tmp_path, seed=int(os.environ.get("PDSYNC_FAULT_SEED", "2")), rules=RULES)
