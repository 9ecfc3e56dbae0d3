"""Shift-based schedules in every answer about who is on call: several people at once, overrides, custom shifts, and what each costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.setting import CONFIG
from tests.support.world import TOKEN

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
ZONE = "Europe/Berlin"
AT = ("--at", "2027-03-26T10:00", "--timezone", ZONE)
"""A Friday."""
WEEK = ("--from", "2027-03-26", "--to", "2027-03-30", "--timezone", ZONE)
"""With the Sunday on which clocks go forward."""


def _zoned(text: str) -> dict[str, str]:
    return {"date_time": text, "time_zone": ZONE}


class Company:
    """Two rotations at the same time: one person by day, and two together all week; nobody has the first day shift of two."""

    def __init__(self, client: RestApiV2Client) -> None:
        self.client = client
        self.people = {name: self._person(name) for name in ("Ana", "Ben", "Cai", "Dee")}
        self.path = f"v3/schedules/{client.rpost('v3/schedules', json={'name': 'Payments', 'time_zone': ZONE})['id']}"
        self.id = self.path.rpartition("/")[2]
        days = {
            "end_time": _zoned("2027-03-01T17:00:00+01:00"),
            "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
        }
        self.office = self._rotation("Office", ["Ana", "Ben"], days, shifts=5)
        week = {"end_time": _zoned("2027-03-08T09:00:00+01:00"), "recurrence": ["RRULE:FREQ=WEEKLY"]}
        self._rotation("Experts", ["Cai", "Dee"], week)
        target = {"type": "schedule_v3_reference", "id": self.id}
        rule = {"escalation_delay_in_minutes": 10, "targets": [target]}
        policy = {"type": "escalation_policy", "name": "Desk", "escalation_rules": [rule]}
        self.policy = client.rpost("escalation_policies", json=policy)["id"]
        reference = {"type": "escalation_policy_reference", "id": self.policy}
        client.rpost("services", json={"type": "service", "name": "Search", "escalation_policy": reference})
        unused = {"name": "Unused", "time_zone": ZONE}
        client.rpost("v3/schedules", json=unused)

    def _person(self, name: str) -> str:
        body = {"type": "user", "name": name, "email": f"{name.lower()}@example.com", "role": "limited_user"}
        return str(self.client.rpost("users", json=body)["id"])

    def member(self, name: str) -> dict[str, str]:
        return {"type": "user_member", "user_id": self.people[name]}

    def _rotation(self, name: str, members: list[str], times: dict[str, Any], shifts: int = 0) -> str:
        path = f"{self.path}/rotations"
        made = self.client.rpost(path, json={})["id"]
        how = "rotating" if shifts else "every"
        strategy: dict[str, Any] = {
            "type": f"{how}_member_assignment_strategy",
            "members": list(map(self.member, members)),
        }
        if shifts:
            strategy["shifts_per_member"] = shifts
        event = {
            "name": name,
            "start_time": _zoned("2027-03-01T09:00:00+01:00"),
            "effective_since": "2027-03-01T12:00:00Z",
            "effective_until": None,
            "assignment_strategy": strategy,
            **times,
        }
        self.client.rpost(f"{path}/{made}/events", json=event)
        return str(made)

    def add_hand_edits(self) -> None:
        override = {
            "type": "override_shift",
            "rotation_id": self.office,
            "start_time": "2027-03-26T08:30:00Z",
            "end_time": "2027-03-26T12:00:00Z",
            "overridden_member": self.member("Ben"),
            "overriding_member": self.member("Cai"),
        }
        assert self.client.post(f"{self.path}/overrides", json={"overrides": [override]}).status_code == 201
        custom = {
            "type": "custom_shift",
            "start_time": "2027-03-27T08:00:00Z",
            "end_time": "2027-03-27T09:00:00Z",
            "assignments": [{"type": "shift_assignment", "member": self.member("Ana")}],
        }
        assert self.client.post(f"{self.path}/custom_shifts", json={"custom_shifts": [custom]}).status_code == 201


@pytest.fixture(scope="module")
def account() -> Iterator[tuple[SandboxServer, Company]]:
    with SandboxServer(now=lambda: NOW) as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        company = Company(client)
        company.add_hand_edits()
        yield server, company


@pytest.fixture
def live(account: tuple[SandboxServer, Company], pdsync: Pdsync, tmp_path: Path) -> Pdsync:
    (tmp_path / "pdsync.yaml").write_text(CONFIG)
    (tmp_path / "manifests").mkdir(exist_ok=True)
    return pdsync.at(account[0].url) if hasattr(pdsync, "at") else pdsync
