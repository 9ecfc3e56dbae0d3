#!/usr/bin/env python3
"""What an engineer on call would write with PagerDuty's own library: read, compare, create what is missing, put what differs.

benchmarks/plain_script.py WORLD.json [--apply]

WORLD.json is `World.records()` of race_world.py. PDSYNC_API_URL and PAGERDUTY_TOKEN say where the account is. Exit code 2: not
applied, and something is missing. It has no notion of who made what, so it deletes nothing; and it has no safety net.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pagerduty

Row = dict[str, Any]
START = "2026-01-05T09:00:00Z"


class Client(pagerduty.RestApiV2Client):
    """The library takes https only; the sandbox of the race speaks http to its own machine, and so costs no one encryption."""

    url = property(lambda self: self._address, lambda self, address: setattr(self, "_address", address))


class Script:
    def __init__(self, *, apply: bool) -> None:
        self.apply, self.missing = apply, 0
        self.client = Client(os.environ["PAGERDUTY_TOKEN"])
        self.client.url = os.environ["PDSYNC_API_URL"]
        self.references: dict[str, Row] = {}
        """Of what the account holds, by key."""

    def build(self, world: dict[str, list[Row]]) -> None:
        held = {
            collection: {it[by]: it for it in self.client.iter_all(collection)}
            for collection, by in (
                ("users", "email"),
                ("teams", "name"),
                ("schedules", "name"),
                ("escalation_policies", "name"),
                ("services", "name"),
            )
        }
        for row in world["users"]:
            body = {"type": "user", "name": row["name"], "email": row["email"]}
            self.create("users", row, body, held["users"].get(row["email"]))
        for row in world["teams"]:
            team = held["teams"].get(row["name"])
            self.create("teams", row, {"type": "team", "name": row["name"]}, team)
            self.add_members(row, new=team is None)
        for row in world["schedules"]:
            self.create("schedules", row, self.schedule(row), held["schedules"].get(row["name"]))
        for row in world["policies"]:
            self.create("escalation_policies", row, self.policy(row), held["escalation_policies"].get(row["name"]))
        for row in world["services"]:
            service = held["services"].get(row["name"])
            body = {"type": "service", "name": row["name"], "description": row["description"]}
            body["escalation_policy"] = self.references.get(row["policy"])
            self.create("services", row, body, service)
            if service is not None and service["description"] != row["description"]:
                self.missing += 1
                if self.apply:
                    self.client.rput(service, json=body)

    def create(self, collection: str, row: Row, body: Row, held: Row | None) -> None:
        if held is None:
            self.missing += 1
            if not self.apply:
                return
            held = self.client.rpost(collection, json=body)
        self.references[row["key"]] = {"id": held["id"], "type": f"{body['type']}_reference"}

    def add_members(self, row: Row, *, new: bool) -> None:
        if row["key"] not in self.references:
            self.missing += len(row["members"])
            return
        path = f"/teams/{self.references[row['key']]['id']}"
        there = set() if new else {it["user"]["id"] for it in self.client.iter_all(f"{path}/members")}
        for key in row["members"]:
            if key in self.references and self.references[key]["id"] in there:
                continue
            self.missing += 1
            if self.apply:
                self.client.put(f"{path}/users/{self.references[key]['id']}").raise_for_status()

    def schedule(self, row: Row) -> Row:
        layer = {
            "name": "All",
            "start": START,
            "rotation_virtual_start": START,
            "rotation_turn_length_seconds": 604_800,
            "users": [{"user": self.references.get(key)} for key in row["users"]],
        }
        return {"type": "schedule", "name": row["name"], "time_zone": "Etc/UTC", "schedule_layers": [layer]}

    def policy(self, row: Row) -> Row:
        rule = {"escalation_delay_in_minutes": 10, "targets": [self.references.get(row["schedule"])]}
        return {"type": "escalation_policy", "name": row["name"], "escalation_rules": [rule]}


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        world = json.load(file)
    script = Script(apply="--apply" in sys.argv)
    script.build(world)
    print(f"{script.missing} missing or different")
    return 2 if script.missing and not script.apply else 0


if __name__ == "__main__":
    sys.exit(main())
