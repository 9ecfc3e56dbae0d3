"""``pdsync explain`` where the story is not that of everyone at every level: low urgency, and people who take turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command.test_oncall import ROTA
from tests.cli.conftest import Pdsync

HOURS = """\
  incident_urgency_rule:
    type: use_support_hours
    during_support_hours: {type: constant, urgency: high}
    outside_support_hours: {type: constant, urgency: low}
  support_hours: {type: fixed_time_per_day, time_zone: Europe/Berlin, days_of_week: [1, 2, 3, 4, 5], start_time: "09:00", end_time: "17:00"}
"""
RISES = "  scheduled_actions: [{type: urgency_change, at: {type: named_time, name: support_hours_start}, to_urgency: high}]\n"
SERVICE = "spec: {name: Search, escalation_policy: desk}\n"
NIGHT = ("--at", "2027-01-09T02:00", "--timezone", "Europe/Berlin")


@pytest.fixture
def rota(manifests: Path) -> Path:
    file = manifests.parent / "rota.yaml"
    file.write_text(ROTA)
    return file


def test_low_urgency_does_not_escalate(pdsync: Pdsync, rota: Path) -> None:
    rota.write_text(ROTA.replace(SERVICE, "spec:\n  name: Search\n  escalation_policy: desk\n" + HOURS))
    run = pdsync("explain", "search", *NIGHT)
    assert run.code == 0, run.err
    assert run.out == (
        "Search breaks on Saturday, 9 January 2027 at 02:00 CET.\n"
        "The incident has low urgency, the rule for incidents outside support hours.\n"
        "It uses the policy Desk:\n"
        "\n"
        "   0 min: level 1 has no one on call and is skipped at once.\n"
        "   0 min: level 2\n"
        "          Ana Lima: by their own notification rules\n"
        "Low-urgency incidents do not escalate: no one else is notified.\n"
    )


def test_what_becomes_urgent_goes_on_from_whom_it_is_with(pdsync: Pdsync, rota: Path) -> None:
    text = ROTA.replace(SERVICE, "spec:\n  name: Search\n  escalation_policy: desk\n" + HOURS + RISES)
    first = "    - {escalation_delay_in_minutes: 10m, targets: [{schedule: days}]}\n"
    rota.write_text(text.replace(first, "    - {escalation_delay_in_minutes: 7m, targets: [{user: bo}]}\n" + first))
    run = pdsync("explain", "search", *NIGHT)
    assert run.code == 0, run.err
    before, _, after = run.out.partition("Low-urgency incidents do not escalate: no one else is notified.\n")
    assert before.endswith("   0 min: level 1\n          Bo Berg: by their own notification rules\n")
    assert "on Monday, 11 January 2027 at 09:00 CET, it becomes urgent" in " ".join(after.split())
    # Level 2 is empty at night, and has someone at seven past nine.
    assert after.endswith(
        "   0 min: level 1\n"
        "          Bo Berg: by their own notification rules\n"
        "   7 min: level 2\n"
        "          Bo Berg: by their own notification rules\n"
        "  17 min: level 3\n"
        "          Ana Lima: by their own notification rules\n"
        "After 27 min no one else is notified.\n"
    )


def test_support_hours_in_another_zone_are_told_in_both(pdsync: Pdsync, rota: Path) -> None:
    rota.write_text(ROTA.replace(SERVICE, "spec:\n  name: Search\n  escalation_policy: desk\n" + HOURS))
    out = pdsync("explain", "search", "--at", "2027-01-05T04:00", "--timezone", "America/New_York").out
    assert "at 04:00 EST (10:00 in Europe/Berlin, the zone of its support hours)." in " ".join(out.split())
    assert "high urgency, the rule for incidents during support hours" in out


def test_where_people_take_turns_it_says_that_no_one_can_tell_whose_it_is(pdsync: Pdsync, rota: Path) -> None:
    level = "    - {escalation_delay_in_minutes: 10m, targets: [{user: ana}]}\n"
    both = "    - {escalation_delay_in_minutes: 10m, targets: [{user: ana}, {user: bo}], escalation_rule_assignment_strategy: round_robin}\n"
    rota.write_text(ROTA.replace(level, both))
    out = pdsync("explain", "search", *NIGHT).out
    assert (
        "   0 min: level 2, one of these in turn; whose turn it is cannot be known beforehand\n"
        "          Ana Lima: by their own notification rules\n"
        "          Bo Berg: by their own notification rules\n"
    ) in out
    assert out.endswith("After 10 min no one else is notified.\n")
