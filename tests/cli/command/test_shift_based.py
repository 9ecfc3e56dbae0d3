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
    """Two rotations at the same time: one person by day, and two together all week."""

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
        person = {"type": "user_reference", "id": self.people["Ana"]}
        alone = {**policy, "name": "Alone", "escalation_rules": [{**rule, "targets": [person]}]}
        reference = {"type": "escalation_policy_reference", "id": client.rpost("escalation_policies", json=alone)["id"]}
        client.rpost("services", json={"type": "service", "name": "Mail", "escalation_policy": reference})
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
            "overriding_member": self.member("Ana"),
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
def live(
    account: tuple[SandboxServer, Company], folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch
) -> Pdsync:
    server, _ = account
    (folder / "pdsync.yaml").write_text(CONFIG)
    (folder / "manifests").mkdir()
    monkeypatch.setenv("PDSYNC_API_URL", server.url)
    monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
    return pdsync


def asked(server: SandboxServer, before: int) -> list[str]:
    """The paths about shift-based schedules that were asked for since so many requests."""
    return sorted(it["path"] for it in server.requests()[before:] if it["path"].startswith("/v3/"))


@pytest.mark.parametrize("name", ["Search", "Desk", "Payments"])
def test_all_people_of_a_schedule_are_on_call(account: tuple[SandboxServer, Company], live: Pdsync, name: str) -> None:
    server, company = account
    before = len(server.requests())
    run = live("oncall", name, *AT, "--live")
    assert run.code == 0, run.err
    head, policy, *people = run.out.splitlines()[0:4:2] + run.out.splitlines()[3:]
    assert (head, policy) == ("On call at Fri 26 Mar 2027 10:00 CET", "Desk")
    assert sorted(zip(people[::2], people[1::2], strict=True)) == [
        ("   1  Ana, until Fri 26 Mar 2027 13:00", "      through Payments, by an override"),
        ("   1  Cai", "      through Payments, rotation Experts"),
        ("   1  Dee", "      through Payments, rotation Experts"),
    ]
    # The schedule, and what people set up in it. Only a name that nothing else has is looked for among all of them.
    path = f"/{company.path}"
    listing = ["/v3/schedules"] if name == "Payments" else []
    assert asked(server, before) == [*listing, path, f"{path}/custom_shifts", f"{path}/overrides"]


def test_a_person_is_on_call_by_an_override(live: Pdsync) -> None:
    run = live("oncall", "Ana", *AT, "--live", "-o", "json")
    assert run.code == 0, run.err
    answer = json.loads(run.out)
    assert [(it["user"], it["schedule"], it["layer"], it["until"]) for it in answer["on_call"] if it["schedule"]] == [
        ("Ana", "Payments", None, "2027-03-26T12:00:00Z")
    ]
    assert [(it["layer"], it["from"], it["until"]) for it in answer["next"]] == [
        ("custom shift", "2027-03-27T08:00:00Z", "2027-03-27T09:00:00Z")
    ]


def test_an_account_without_such_policies_asks_for_none(account: tuple[SandboxServer, Company], live: Pdsync) -> None:
    server, _ = account
    before = len(server.requests())
    assert live("explain", "Search", *AT, "--live").code == 0
    assert len(asked(server, before)) == 3
    before = len(server.requests())
    assert live("oncall", "Mail", *AT, "--live").code == 0
    assert asked(server, before) == []


def test_an_incident_notifies_all_of_them(live: Pdsync) -> None:
    run = live("explain", "Search", *AT, "--live")
    assert run.code == 0, run.err
    notified = sorted(line.strip() for line in run.out.splitlines() if line.endswith("email at once"))
    assert notified == [f"{name}: email at once" for name in ("Ana", "Cai", "Dee")]


def test_a_period_names_each_of_them(live: Pdsync) -> None:
    run = live("oncall", "Desk", *WEEK, "--live")
    assert run.code == 0, run.err
    assert sorted(line.strip() for line in run.out.splitlines()[4:]) == [
        "Fri 26 Mar 2027 09:00 to 09:30: Ben, rotation Office",
        "Fri 26 Mar 2027 09:30 to 13:00: Ana, by an override",
        "Fri 26 Mar 2027 13:00 to 17:00: Ben, rotation Office",
        "Mon 29 Mar 2027 09:00 to 17:00: Ana, rotation Office",
        "Sat 27 Mar 2027 09:00 to 10:00: Ana, by a custom shift",
        "all the time: Cai, rotation Experts",
        "all the time: Dee, rotation Experts",
    ]


def test_a_timeline_has_a_row_for_each_who_is_on_call_at_the_same_time(live: Pdsync) -> None:
    run = live("schedule", "show", "Payments", *WEEK, "--live")
    assert run.code == 0, run.err
    drawn = [line for line in run.out.splitlines() if line.endswith("|")]
    assert [line[:16].strip() for line in drawn] == [
        "Experts",
        "",
        "Office",
        "custom shift",
        "Overrides",
        "Final",
        "",
        "",
    ]
    assert "Coverage 100.0%" in run.out
    assert "95.0 h" in run.out  # four days, of which one has an hour less


def test_a_calendar_has_the_shifts_of_each(live: Pdsync) -> None:
    run = live("schedule", "show", "Payments", *WEEK, "--live", "-o", "ics")
    assert run.code == 0, run.err
    whose = [line.removeprefix("SUMMARY:") for line in run.out.splitlines() if line.startswith("SUMMARY:")]
    assert sorted(whose) == [f"{name} on call: Payments" for name in ("Ana", "Ana", "Ana", "Ben", "Ben", "Cai", "Dee")]


def test_a_schedule_that_no_policy_notifies_is_found_by_name(live: Pdsync) -> None:
    run = live("schedule", "show", "Unused", *WEEK, "--live")
    assert run.code == 0, run.err
    assert "Coverage 0.0%" in run.out
    assert live("oncall", "Nothing", *AT, "--live").code == 1


def test_graph_and_page(live: Pdsync, folder: Path) -> None:
    run = live("graph", "--live", "-o", "mermaid")
    assert run.code == 0, run.err
    payments = next(line.split("[")[0].strip() for line in run.out.splitlines() if "Payments" in line)
    assert run.out.count(f"  {payments} --> ") == 4
    assert f"--> {payments}" in run.out or f"| {payments}" in run.out
    run = live("page", "--live", "--out", "page.html")
    assert run.code == 0, run.err
    page = (folder / "page.html").read_text()
    for name in ("Ana", "Ben", "Cai", "Dee", "Payments"):
        assert name in page


def test_what_pagerduty_refuses_is_unknown_and_said(account: tuple[SandboxServer, Company], live: Pdsync) -> None:
    server, company = account
    rule = {"match": {"path": f"/{company.path}"}, "action": {"type": "error", "status": 403}}
    server.control.set_faults([rule])
    run = live("oncall", "Desk", *AT, "--live")
    server.control.set_faults([])
    assert run.code == 0
    assert "someone whose schedule is not known here" in run.out
    assert "cannot be read, so it is unknown whom it notifies" in run.err
