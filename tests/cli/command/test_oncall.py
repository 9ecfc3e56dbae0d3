"""``pdsync oncall`` answers from the manifests alone, and from the account with what people did there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.model import Ref
from pdsync.oncall.escalation_level import levels_at
from pdsync.oncall.roster import Entry, Roster
from pdsync.oncall.shift import Shift
from pdsync.report.oncall.calendar_file import render_calendar
from pdsync.report.oncall.oncall_text import Answer, render_oncall_text
from pdsync.report.text.clock import Clock
from pdsync.report.text.palette import Palette
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync

ROTA = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: bo}
spec: {name: Bo Berg, email: bo@example.com, role: limited_user}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: days}
spec:
  name: Days
  time_zone: Europe/Berlin
  schedule_layers:
    - name: Weekdays
      users: [ana, bo]
      rotation_virtual_start: 2027-01-04T09:00
      rotation_turn_length_seconds: 1d
      restrictions: [{type: daily_restriction, start_time_of_day: "09:00", duration_seconds: 8h}]
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: desk}
spec:
  name: Desk
  escalation_rules:
    - {escalation_delay_in_minutes: 10m, targets: [{schedule: days}]}
    - {escalation_delay_in_minutes: 10m, targets: [{user: ana}]}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: search}
spec: {name: Search, escalation_policy: desk}
"""


@pytest.fixture
def rota(manifests: Path) -> Path:
    file = manifests.parent / "rota.yaml"
    file.write_text(ROTA)
    return file


def test_a_service_by_the_manifests_alone(pdsync: Pdsync, rota: Path) -> None:
    run = pdsync("oncall", "search", "--at", "2027-01-05T10:00", "--timezone", "Europe/Berlin")
    assert run.code == 0, run.err
    assert run.out == (
        "On call at Tue 5 Jan 2027 10:00 CET\n"
        "\n"
        "Desk\n"
        "   1  Bo Berg, until Tue 5 Jan 2027 17:00\n"
        "      through Days, layer Weekdays\n"
        "      manifests/rota.yaml:12\n"
        "   2  Ana Lima\n"
        "      a target of the policy itself\n"
        "      manifests/rota.yaml:24\n"
    )


def test_a_level_without_anyone_says_so(pdsync: Pdsync, rota: Path) -> None:
    run = pdsync("oncall", "Desk", "--at", "2027-01-05T20:00", "--timezone", "Europe/Berlin")
    assert "   1  no one until Wed 6 Jan 2027 09:00; skipped at once\n" in run.out


def test_a_person_has_their_own_duties_only(pdsync: Pdsync, rota: Path) -> None:
    body = json.loads(pdsync("oncall", "BO@example.com", "-o", "json", "--at", "2027-01-05T10:00Z").out)
    assert [(one["policy"], one["level"], one["user"]) for one in body["on_call"]] == [("Desk", 1, "Bo Berg")]
    assert body["on_call"][0]["until"] == "2027-01-05T16:00:00Z"
    assert [(one["from"], one["policy"]) for one in body["next"]] == [("2027-01-07T08:00:00Z", "Desk")]
    later = pdsync("oncall", "bo@example.com", "--at", "2027-01-05T20:00", "--timezone", "Europe/Berlin").out
    assert later == (
        "On call at Tue 5 Jan 2027 20:00 CET\n"
        "\n"
        "No one.\n"
        "\n"
        "Next\n"
        "  Thu 7 Jan 2027 09:00 to 17:00: Desk, level 1\n"
        "      through Days, layer Weekdays\n"
        "      manifests/rota.yaml:12\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("serch",), 1, "did you mean"),
        (("",), 1, "is called ''"),
        (("--at", "yesterday"), 64, "not a date and time"),
        (("--timezone", "Mars/Base"), 64, "is not a time zone"),
        (("--timezone", "europe/berln"), 64, "did you mean 'europe/berlin'"),
        (("--at", "2027-01-05T09:00", "--from", "2027-01-05T09:00"), 64, "leave one of them out"),
        (("--from", "2027-01-05T09:00", "--to", "2027-01-04T09:00"), 64, "--to must be after --from"),
    ],
)
def test_bad_input(pdsync: Pdsync, rota: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    run = pdsync("oncall", *arguments)
    assert run.code == code
    assert says in run.err.casefold()
    assert run.out == ""


def test_live_knows_of_overrides(pdsync: Pdsync, rota: Path, online: SandboxServer, client: RestApiV2Client) -> None:
    assert pdsync("apply", "--yes").code == 0
    schedule, bo = client.find("schedules", "Days"), client.find("users", "bo@example.com", attribute="email")
    assert schedule is not None
    assert bo is not None
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    body = {
        "start": (tomorrow - timedelta(hours=2)).isoformat(),
        "end": (tomorrow + timedelta(hours=2)).isoformat(),
        "user": {"id": bo["id"], "type": "user_reference"},
    }
    client.post(f"schedules/{schedule['id']}/overrides", json={"overrides": [body]}).raise_for_status()
    run = pdsync("oncall", "search", "--live", "-o", "json", "--at", tomorrow.isoformat())
    first = json.loads(run.out)["on_call"][0]
    assert (first["level"], first["user"], first["layer"], first["schedule"]) == (1, "Bo Berg", None, "Days")
    theirs = client.rget(
        "oncalls",
        params={"since": tomorrow.isoformat(), "until": (tomorrow + timedelta(seconds=1)).isoformat(), "schedule_ids[]": [schedule["id"]]},
    )  # fmt: skip
    assert {one["user"]["id"] for one in theirs} == {bo["id"]}


def test_names_from_an_account_are_inert() -> None:
    ana, desk = Ref("user", "id", "P1"), Ref("escalation_policy", "id", "P2")
    rule = {"escalation_delay_in_minutes": 5, "targets": [ana]}
    entries = {ana: Entry({"name": "A\x1b[2Jna"}), desk: Entry({"name": "De\u202esk", "escalation_rules": [rule]})}
    roster = Roster(entries)
    answer = Answer(0, list(levels_at(roster, desk, 0)))
    text = render_oncall_text(roster, answer, Clock(UTC), Palette(), 80)
    assert "A\\x1b[2Jna" in text
    assert "De\\u202esk" in text
    assert "\x1b" not in text


RULES = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: bo}
spec:
  name: Bo Berg
  email: bo@example.com
  role: limited_user
  contact_methods: [{type: phone_contact_method, address: "5550102", country_code: 49}]
  notification_rules:
    - {urgency: high, start_delay_in_minutes: 2m, contact_method: {type: phone_contact_method, address: "5550102", country_code: 49}}
"""


def test_explain_tells_the_story_to_its_end(pdsync: Pdsync, rota: Path) -> None:
    rota.write_text(RULES + ROTA[ROTA.index("---") :].replace("name: Desk", "name: Desk\n  num_loops: 2"))
    run = pdsync("explain", "search", "--at", "2027-01-05T10:00", "--timezone", "Europe/Berlin")
    assert run.code == 0, run.err
    assert run.out == (
        "Search breaks on Tuesday, 5 January 2027 at 10:00 CET.\n"
        "The incident has high urgency, the rule for incidents at all hours.\n"
        "It uses the policy Desk:\n"
        "\n"
        "   0 min: level 1\n"
        "          Bo Berg: phone after 2 min, and by their own notification rules\n"
        "  10 min: level 2\n"
        "          Ana Lima: by their own notification rules\n"
        "After 20 min the policy repeats 2 times, with the people on call at that time.\n"
        "After 60 min no one else is notified.\n"
    )
    assert "5550102" not in run.out


def test_explain_says_that_a_level_is_skipped_and_that_no_one_is_paged(pdsync: Pdsync, rota: Path) -> None:
    at = ("--at", "2027-01-05T20:00", "--timezone", "Europe/Berlin")
    assert "   0 min: level 1 has no one on call and is skipped at once.\n" in pdsync("explain", "search", *at).out
    rota.write_text(ROTA.replace("    - {escalation_delay_in_minutes: 10m, targets: [{user: ana}]}\n", ""))
    assert "NO ONE IS PAGED" in pdsync("explain", "search", *at).out


def test_explain_wants_a_service(pdsync: Pdsync, rota: Path) -> None:
    run = pdsync("explain", "days")
    assert run.code == 1
    assert "'days' is not a service" in run.err


PERIOD = ("--from", "2027-01-05T00:00", "--to", "2027-01-07T00:00", "--timezone", "Europe/Berlin")


def test_a_schedule_is_drawn_with_its_gaps_and_hours(pdsync: Pdsync, rota: Path) -> None:
    run = pdsync("schedule", "show", "days", *PERIOD)
    assert run.code == 0, run.err
    lines = run.out.splitlines()
    final = next(line for line in lines if line.startswith("Final"))
    assert len(final) == 16 + 2 + 56 + 1
    assert set(final.partition("|")[2].strip("|")) == {".", "A", "B"}
    assert "  Tue 05 Jan 2027 09:00  to  Tue 05 Jan 2027 17:00  A Bo Berg" in lines
    assert "  Wed 06 Jan 2027 17:00  to  Thu 07 Jan 2027 00:00" in lines[lines.index("No one is on call") :]
    assert "Coverage 33.3%" in lines
    assert "  A     8.0 h  Bo Berg" in lines
    assert max(map(len, lines)) <= 80


def test_a_calendar_of_a_person_has_their_shifts_only(pdsync: Pdsync, rota: Path) -> None:
    run = pdsync("schedule", "show", "bo@example.com", *PERIOD, "-o", "ics")
    assert run.code == 0, run.err
    assert run.out.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20270105T080000Z" in run.out
    assert "DTEND:20270105T160000Z" in run.out
    assert "SUMMARY:Bo Berg on call: Days" in run.out
    assert pdsync("schedule", "show", "days", *PERIOD, "-o", "ics").out.count("BEGIN:VEVENT") == 2


def test_a_period_must_not_be_backwards(pdsync: Pdsync, rota: Path) -> None:
    run = pdsync("schedule", "show", "days", "--from", "2027-01-05T00:00", "--to", "2027-01-04T00:00")
    assert run.code == 64
    assert "--to must be after --from" in run.err


def test_a_line_of_a_calendar_is_folded_and_escaped() -> None:
    shift = Shift(0, 3600, Ref("user", "key", "ana"), "Only")
    text = render_calendar("x", [("Würfel, " * 20, "Ana; Lima", shift)], 0)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:Ana\\; Lima on call: Würfel\\, " in unfolded


DISABLED = """\
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: old}
spec: {name: Old, escalation_policy: desk, status: disabled}
"""


def test_a_disabled_service_is_named_beside_those_who_are_on_call(pdsync: Pdsync, rota: Path) -> None:
    rota.write_text(ROTA + DISABLED)
    at = ("--at", "2027-01-05T10:00", "--timezone", "Europe/Berlin")
    assert "Disabled, so no incident opens\n  Old\n" in pdsync("oncall", "old", *at).out
    assert json.loads(pdsync("oncall", "old", *at, "-o", "json").out)["disabled"] == ["Old"]
    assert json.loads(pdsync("oncall", "search", *at, "-o", "json").out)["disabled"] == []
    assert "The service is disabled: no incident opens" in pdsync("explain", "old", *at).out
