"""Overrides and maintenance windows of manifests count in every answer from the manifests alone, with the lines that make it so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command.rota import START
from tests.cli.company import document
from tests.cli.conftest import Pdsync, Run
from tests.support.setting import CONFIG

OVERRIDES = """apiVersion: pdsync/v1
kind: ScheduleOverrides
metadata: {name: holidays}
spec:
  schedule: days
  overrides:
    - {user: bo, start: "2027-03-06T09:00", end: "2027-03-08T09:00"}
    - {user: cy, start: "2027-03-08T09:00", end: "2027-03-09T09:00"}
"""
WINDOW = """apiVersion: pdsync/v1
kind: MaintenanceWindow
metadata: {name: patch}
spec:
  description: Patching
  services: [shop]
  recurrence: {every: week, on: [sun], at: "02:00", for: 2h, time_zone: Europe/Berlin}
"""
UTC = ("--timezone", "Etc/UTC")


@pytest.fixture(autouse=True)
def manifests(folder: Path) -> Path:
    (folder / "pdsync.yaml").write_text(CONFIG)
    (folder / "manifests").mkdir()
    for address, spec in START.items():
        (folder / "manifests" / f"{address.replace('/', '.')}.yaml").write_text(document(address, spec))
    (folder / "manifests" / "holidays.yaml").write_text(OVERRIDES)
    (folder / "manifests" / "patch.yaml").write_text(WINDOW)
    return folder


def said(run: Run) -> str:
    assert run.code == 0, run
    return " ".join(run.out.split())


def test_who_is_on_call_by_an_override_is_named_with_its_line(pdsync: Pdsync) -> None:
    run = pdsync("oncall", "first", "--at", "2027-03-07T12:00", *UTC)
    assert said(run) == (
        "On call at Sun 7 Mar 2027 12:00 UTC First 1 Bo Chen, until Mon 8 Mar 2027 08:00 (09:00 in Europe/Berlin) "
        "through Days, by an override manifests/holidays.yaml:7"
    )
    row = json.loads(pdsync("oncall", "first", "--at", "2027-03-07T12:00", *UTC, "-o", "json").out)["on_call"][0]
    assert (row["user"], row["layer"], row["source"]) == ("Bo Chen", None, "manifests/holidays.yaml:7")
    over = said(pdsync("oncall", "first", "--at", "2027-03-10T12:00", *UTC))
    assert "Ana Lima" in over
    assert "manifests/schedule.days.yaml:4" in over


def test_a_period_names_each_override_where_it_is(pdsync: Pdsync) -> None:
    run = pdsync("oncall", "first", "--from", "2027-03-05T08:00", "--to", "2027-03-10T08:00", *UTC)
    assert said(run).endswith(
        "1 through Days manifests/schedule.days.yaml:4 "
        "until Sat 6 Mar 2027 08:00 (09:00 in Europe/Berlin): Ana Lima, layer Week "
        "Sat 6 Mar 2027 08:00 to Mon 8 Mar 2027 08:00 (09:00 to 09:00 in Europe/Berlin): Bo Chen, by an override "
        "manifests/holidays.yaml:7 "
        "Mon 8 Mar 2027 08:00 to Tue 9 Mar 2027 08:00 (09:00 to 09:00 in Europe/Berlin): Cy Diaz, by an override "
        "manifests/holidays.yaml:8 "
        "from Tue 9 Mar 2027 08:00 on (09:00 in Europe/Berlin): Ana Lima, layer Week"
    )


def test_explain_names_the_override_and_the_window_that_are_the_reason(pdsync: Pdsync) -> None:
    told = said(pdsync("explain", "shop", "--at", "2027-03-07T12:00", *UTC))
    assert "Bo Chen: by their own notification rules by an override of Days (manifests/holidays.yaml:7)" in told
    told = said(pdsync("explain", "shop", "--at", "2027-03-07T02:30", *UTC))
    assert told.endswith(
        "The service is under maintenance until Sunday, 7 March 2027 at 03:00 UTC (Patching, manifests/patch.yaml:7): "
        "no incident opens, and no one is paged."
    )
    other = said(pdsync("explain", "mail", "--at", "2027-03-07T02:30", *UTC))
    assert "no incident opens" not in other


def test_a_recurring_window_keeps_its_wall_clock_over_the_change_of_clocks(pdsync: Pdsync) -> None:
    """02:00 in Berlin is 01:00 UTC in winter and 00:00 UTC in summer."""
    for at, is_under in (("2027-03-21T01:30", True), ("2027-03-21T00:30", False), ("2027-04-04T00:30", True)):
        told = pdsync("oncall", "--at", at, *UTC).out
        assert ("Under maintenance" in told) is is_under, at
        assert ("Shop, until" in told) is is_under


def test_a_schedule_is_drawn_with_its_overrides(pdsync: Pdsync) -> None:
    run = pdsync("schedule", "show", "days", "--from", "2027-03-05T08:00", "--to", "2027-03-10T08:00", *UTC)
    assert "Overrides " in run.out
    assert "Bo Chen, by an override" in said(run)
    calendar = pdsync("schedule", "show", "bo@example.com", "--from", "2027-03-05T08:00", "-o", "ics").out
    assert calendar.count("BEGIN:VEVENT") >= 1
    assert "20270306T080000Z" in calendar


def test_a_rule_names_the_override_that_puts_someone_on_call(pdsync: Pdsync, manifests: Path) -> None:
    silent = ", contact_methods_mode: exclusive, contact_methods: [], notification_rules_mode: exclusive, notification_rules: []}"
    (manifests / "manifests" / "user.cy.yaml").write_text(document("user/cy", START["user/cy"][:-1] + silent))
    reason = "is on call by an override (manifests/holidays.yaml:8), but is not notified for high or low urgency"
    assert reason in " ".join(pdsync("lint", "--at", "2027-03-05T12:00", *UTC).out.split())
    assert "Cy Diaz" not in pdsync("lint", "--at", "2027-03-10T12:00", *UTC).out


def test_rules_and_pages_count_them(pdsync: Pdsync, manifests: Path) -> None:
    file = manifests / "manifests" / "schedule.days.yaml"
    file.write_text(file.read_text().replace("users: [ana]", "end: '2027-03-06T09:00', users: [ana]"))
    linted = pdsync("lint", "--at", "2027-03-05T12:00", *UTC)
    assert "First' notifies no one at some times" in " ".join(linted.out.split())
    assert "Tue 9 Mar" in linted.out
    assert "Sun 7 Mar" not in linted.out, "an override covers it"
    (manifests / "manifests" / "holidays.yaml").write_text(OVERRIDES.replace("2027-03-06T09:00", "2020-03-06T09:00"))
    times = 'start_time: "2020-01-01T00:00Z", end_time: "2127-03-07T03:00Z"'
    (manifests / "manifests" / "patch.yaml").write_text(
        WINDOW.partition("  recurrence")[0] + f"  {times}".replace(", ", "\n  ")
    )
    page = pdsync("page", *UTC)
    assert page.code == 0, page
    assert "Days, by an override" in page.out
    assert "under maintenance until Fri 7 Mar 03:00" in page.out
