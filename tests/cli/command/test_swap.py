"""``pdsync swap`` and ``pdsync holidays``: the items that they print, and what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.setting import CONFIG

PEOPLE = "".join(
    f"---\napiVersion: pdsync/v1\nkind: User\nmetadata: {{name: {key}}}\n"
    f"spec: {{name: {key.title()}, email: {key}@example.com, role: limited_user, time_zone: Europe/Berlin}}\n"
    for key in ("ana", "ben", "cleo", "dan")
)
ROTA = """\
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: primary}
spec:
  name: Primary
  time_zone: Europe/Berlin
  rotation: {weekly: [ana, ben, cleo], starts: 2090-01-02T09:00}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec:
  name: Shop
  escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [{schedule: primary}]}]
"""
ZONE = ("--timezone", "Europe/Berlin")
TWO_WEEKS = ("--from", "2090-01-02T09:00", "--to", "2090-01-16T09:00")
CALENDAR = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Epiphany
DTSTART;VALUE=DATE:20900106
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def rota(folder: Path) -> Path:
    (folder / "pdsync.yaml").write_text(CONFIG)
    (folder / "manifests").mkdir()
    file = folder / "manifests" / "rota.yaml"
    file.write_text(PEOPLE + ROTA)
    (folder / "days.ics").write_text(CALENDAR)
    return file


def items(text: str) -> list[tuple[Any, ...]]:
    return [tuple(item.values()) for item in yaml.safe_load(text) or ()]


def test_a_swap_gives_each_the_shifts_of_the_other(rota: Path, pdsync: Pdsync) -> None:
    run = pdsync("swap", "ana", "ben@example.com", "--schedule", "primary", *TWO_WEEKS)
    assert run.code == 0, run.err
    assert run.out == (
        '- {user: ben, start: "2090-01-02T09:00", end: "2090-01-09T09:00"}\n'
        '- {user: ana, start: "2090-01-09T09:00", end: "2090-01-16T09:00"}\n'
    )
    assert "Ben takes over 1w from Ana." in run.err
    assert "Ana takes over 1w from Ben." in run.err


def test_times_are_on_the_clock_of_the_schedule(rota: Path, pdsync: Pdsync) -> None:
    when = ("--from", "2090-01-02T00:00", "--to", "2090-01-03T00:00", "--timezone", "America/New_York")
    run = pdsync("swap", "Ana", "Ben", "--schedule", "schedule/primary", *when)
    # New York is six hours behind, and Ben's own week has not begun.
    assert items(run.out) == [("ben", "2090-01-02T09:00", "2090-01-03T06:00")]


def test_what_is_past_is_not_swapped(rota: Path, pdsync: Pdsync) -> None:
    rota.write_text(rota.read_text().replace("2090-01-02T09:00", "2020-01-06T09:00"))
    run = pdsync("swap", "ana", "ben", "--schedule", "primary", "--from", "2020-01-06", "--to", "2020-02-06", *ZONE)
    assert (run.code, "the period is past" in run.err) == (64, True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ana", "dan", "--schedule", "primary", *TWO_WEEKS), 1, "Dan is not in 'Primary', so there is nothing to swap"),
        (("ana", "ana", "--schedule", "primary", *TWO_WEEKS), 64, "Ana cannot swap with the same person"),
        (("ana", "bem", "--schedule", "primary", *TWO_WEEKS), 1, "no person is called 'bem'"),
        (("ana", "ben", "--schedule", "primry", *TWO_WEEKS), 1, "Did you mean 'primary'?"),
        (("ana", "ben", "--schedule", "shop", *TWO_WEEKS), 1, "no schedule is called 'shop'"),
        (("ana", "ben", "--schedule", "primary", "--from", "2090-01-17", "--to", "2090-01-18", *ZONE), 1, "Ana and Ben are not on call through 'Primary' in this period"),
        (("ana", "ben", "--schedule", "primary", "--from", "2090-01-18", "--to", "2090-01-17", *ZONE), 64, "--to must be after --from"),
    ],
)  # fmt: skip
def test_what_cannot_be_swapped(rota: Path, pdsync: Pdsync, arguments: tuple[str, ...], code: int, says: str) -> None:
    run = pdsync("swap", *arguments)
    assert (run.code, run.out) == (code, "")
    assert says in run.err


def test_in_the_account_overrides_count(
    rota: Path, online: SandboxServer, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    assert pdsync("apply", "--yes").code == 0
    schedule, cleo = client.find("schedules", "Primary"), client.find("users", "cleo@example.com", attribute="email")
    assert schedule is not None
    assert cleo is not None
    override = {
        "start": "2090-01-03T09:00:00Z",
        "end": "2090-01-04T09:00:00Z",
        "user": {"id": cleo["id"], "type": "user_reference"},
    }
    client.rpost(f"schedules/{schedule['id']}/overrides", json={"overrides": [override]})
    run = pdsync("swap", "ana", "ben", "--schedule", "Primary", *TWO_WEEKS, "--live")
    assert items(run.out) == [
        ("ben", "2090-01-02T09:00", "2090-01-03T10:00"),
        ("ben", "2090-01-04T10:00", "2090-01-09T09:00"),
        ("ana", "2090-01-09T09:00", "2090-01-16T09:00"),
    ]
    rota.write_text(PEOPLE)  # only the account knows the zone of the schedule now
    assert pdsync("swap", "ana", "ben", "--schedule", "Primary", *TWO_WEEKS, "--live").out == run.out
    rota.write_text(PEOPLE + ROTA)
    on_it = ("--from", "2090-01-03T12:00", "--to", "2090-01-10T12:00", *ZONE)
    assert (
        "has an override in this time already"
        in pdsync("swap", "cleo", "ben", "--schedule", "primary", *on_it, "--live").err
    )


def test_a_day_off_goes_to_the_next_person(rota: Path, pdsync: Pdsync) -> None:
    run = pdsync("holidays", "days.ics", "--schedule", "primary", "--for", "ana", *TWO_WEEKS)
    assert items(run.out) == [("ben", "2090-01-06T00:00", "2090-01-07T00:00")]
    assert "Fri 6 Jan 2090: Ana is off (Epiphany). Ben could take over." in run.err
    run = pdsync("holidays", "days.ics", "--schedule", "primary", "--for", "ana", "--for", "ben", *TWO_WEEKS)
    assert items(run.out) == [("cleo", "2090-01-06T00:00", "2090-01-07T00:00")]
    run = pdsync("holidays", "days.ics", "--schedule", "primary", *TWO_WEEKS)
    assert (run.code, run.out) == (0, "")
    assert "Ana is off (Epiphany). No one else in the schedule is free." in run.err
    run = pdsync("holidays", "days.ics", "--schedule", "primary", "--for", "ben", *TWO_WEEKS)
    assert "No one is on call through 'Primary' on a day off." in run.err


def test_attendees_and_teams_say_whose_day_it_is(rota: Path, folder: Path, pdsync: Pdsync) -> None:
    (folder / "days.ics").write_text(CALENDAR.replace("DTSTART", "ATTENDEE:mailto:Ana@example.com\nDTSTART"))
    assert items(pdsync("holidays", "days.ics", "--schedule", "primary", *TWO_WEEKS).out)[0][0] == "ben"
    (folder / "days.ics").write_text(CALENDAR)
    team = "---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {name: core}\nspec: {name: Core, members: [{user: ana}, {user: ben}]}\n"
    rota.write_text(rota.read_text() + team)
    assert (
        items(pdsync("holidays", "days.ics", "--schedule", "primary", "--for", "Core", *TWO_WEEKS).out)[0][0] == "cleo"
    )


def test_public_holidays_of_the_rule_are_days_off_too(rota: Path, folder: Path, pdsync: Pdsync) -> None:
    run = pdsync("holidays", "--schedule", "primary", *TWO_WEEKS)
    assert (run.code, "does not say which country's public holidays people have" in run.err) == (64, True)
    (folder / "pdsync.yaml").write_text(
        f"{CONFIG}rules:\n  public_holidays: {{severity: error, countries: {{people: {{ana: AT, ben: DE-BE}}}}}}\n"
    )
    run = pdsync("holidays", "--schedule", "primary", *TWO_WEEKS)
    assert items(run.out) == [("ben", "2090-01-06T00:00", "2090-01-07T00:00")]
    assert "Ana is off (Epiphany, AT)" in run.err
    linted = pdsync("lint", "--at", "2090-01-02T09:00", *ZONE)
    assert linted.code == 5
    assert "has people on call on their public holidays: Ana on 2090-01-06 (Epiphany, AT)" in linted.out
    assert (
        "Who could take over: Ben on 2090-01-06. 'pdsync holidays --schedule primary' prints the overrides."
        in linted.out
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CALENDAR.replace("20900106", "2090-01-06"), "days.ics:4: DTSTART cannot be read"),
        ("holidays", "days.ics:1: is not a line of an iCalendar file"),
        ("\udcff", "days.ics: is not UTF-8 text"),
    ],
)
def test_a_bad_calendar_is_said_with_its_line(rota: Path, folder: Path, pdsync: Pdsync, text: str, says: str) -> None:
    (folder / "days.ics").write_bytes(text.encode("utf-8", "surrogateescape"))
    run = pdsync("holidays", "days.ics", "--schedule", "primary", *TWO_WEEKS)
    assert (run.code, run.out) == (1, "")
    assert says in run.err


def test_names_that_mean_nothing(rota: Path, pdsync: Pdsync) -> None:
    run = pdsync("holidays", "missing.ics", "--schedule", "primary", *TWO_WEEKS)
    assert (run.code, "missing.ics: cannot be read" in run.err) == (1, True)
    run = pdsync("holidays", "days.ics", "--schedule", "primary", "--for", "anna", *TWO_WEEKS)
    assert (run.code, "no person and no team is called 'anna'" in run.err) == (1, True)


OVERRIDES = """\
# Who covers for whom. Ask in #on-call first.
apiVersion: pdsync/v1
kind: ScheduleOverrides
metadata: {name: swaps}
spec:
  schedule: primary
  overrides:
    # A dentist.
    - {user: cleo, start: "2090-01-20T09:00", end: "2090-01-20T12:00"}  # moved once
    - user: cleo
      start: "2090-01-21T09:00"
      end: "2090-01-21T12:00"
---
apiVersion: pdsync/v1
kind: Team
metadata: {name: core}   # unchanged
spec: {name: Core}
"""


@pytest.fixture
def swaps(rota: Path) -> Path:
    file = rota.parent / "swaps.yaml"
    file.write_text(OVERRIDES)
    return file


SWAP = ("swap", "ana", "ben", "--schedule", "primary")


def test_into_a_manifest_only_the_items_are_added(swaps: Path, pdsync: Pdsync) -> None:
    swaps.chmod(0o640)
    run = pdsync(*SWAP, *TWO_WEEKS, "--into", "manifests/swaps.yaml")
    assert run.code == 0, run.err
    added = (
        '    - {user: ben, start: "2090-01-02T09:00", end: "2090-01-09T09:00"}\n'
        '    - {user: ana, start: "2090-01-09T09:00", end: "2090-01-16T09:00"}\n'
    )
    assert swaps.read_text() == OVERRIDES.replace("---\n", f"{added}---\n")
    assert swaps.stat().st_mode & 0o777 == 0o640
    assert [line for line in run.out.splitlines() if line[:1] in "+-"][2:] == [
        f"+{line}" for line in added.splitlines()
    ]
    assert pdsync("validate").code == 0
    held = swaps.read_text()
    again = pdsync(*SWAP, *TWO_WEEKS, "--into", "manifests/swaps.yaml")
    assert (again.code, again.out, swaps.read_text()) == (1, "", held)
    assert "with the new overrides the manifests would have a problem: overrides" in again.err
    assert "overlaps the override at manifests/swaps.yaml:" in again.err


@pytest.mark.parametrize(
    "text",
    [
        OVERRIDES.replace("\n", "\r\n"),
        OVERRIDES.replace("overrides:\n    # A", "overrides:\n    # Ä"),
        OVERRIDES.rstrip("\n"),
    ],
)
def test_line_breaks_and_comments_stay(swaps: Path, pdsync: Pdsync, text: str) -> None:
    swaps.write_bytes(text.encode())
    assert pdsync(*SWAP, *TWO_WEEKS, "--into", "manifests/swaps.yaml").code == 0
    after = swaps.read_bytes().decode().splitlines(keepends=True)
    kept = [line for line in after if "2090-01-09T09:00" not in line]
    assert "".join(kept) == text


def test_an_empty_list_gets_its_first_items(swaps: Path, pdsync: Pdsync) -> None:
    head = OVERRIDES[: OVERRIDES.index("  overrides:")]
    swaps.write_text(f"{head}  overrides: []\n")
    assert pdsync(*SWAP, *TWO_WEEKS, "--into", "manifests/swaps.yaml").code == 0
    assert swaps.read_text().startswith(f"{head}  overrides:\n    - {{user: ben, start: ")
    assert pdsync("validate").code == 0


@pytest.mark.parametrize(
    ("text", "file", "says"),
    [
        (OVERRIDES, "manifests/rota.yaml", "has no ScheduleOverrides manifest of this schedule\n  This file has one: --into manifests/swaps.yaml"),
        (OVERRIDES, "swaps.yaml", "is not a file of this workspace with manifests"),
        ("", "manifests/rota.yaml", "Write one first: kind: ScheduleOverrides, with spec: {schedule: primary, overrides: []}."),
        (OVERRIDES.replace("metadata: {name: core}   # unchanged", "metadata: {name: more}").replace("kind: Team", "kind: ScheduleOverrides").replace("{name: Core}", "{schedule: primary, overrides: []}"), "manifests/swaps.yaml", "has 2 ScheduleOverrides manifests of this schedule: manifests/swaps.yaml:2, manifests/swaps.yaml:14"),
        (OVERRIDES.replace("schedule: primary", "schedule: primry"), "manifests/swaps.yaml", "primry"),
    ],
)  # fmt: skip
def test_where_items_cannot_go_nothing_is_written(swaps: Path, pdsync: Pdsync, text: str, file: str, says: str) -> None:
    swaps.write_text(text)
    before = {each: each.read_bytes() for each in swaps.parent.iterdir()}
    run = pdsync(*SWAP, *TWO_WEEKS, "--into", file)
    assert (run.code, run.out) == (1, "")
    assert says in run.err
    assert {each: each.read_bytes() for each in swaps.parent.iterdir()} == before


def test_a_swap_in_git_is_what_the_account_gets(
    swaps: Path, online: SandboxServer, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    assert pdsync(*SWAP, *TWO_WEEKS, "--into", "manifests/swaps.yaml").code == 0
    assert pdsync("apply", "--yes").code == 0
    shown = pdsync("schedule", "show", "primary", "--live", *TWO_WEEKS).out
    assert shown.index("Ben") < shown.index("Ana")
    assert pdsync("plan", "--detailed-exitcode").code == 0


SHIFTS = """\
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: primary}
spec:
  version: 3
  name: Primary
  time_zone: Europe/Berlin
  rotations:
    - {name: Days, every: day, from: "09:00", to: "17:00", shifts_per_member: 7, members: [ana, ben], starts: "2090-01-02"}
    - {name: Shadow, every: week, on: [mon], from: "09:00", members: [cleo], starts: "2090-01-02"}
"""
DAY = ("--from", "2090-01-02T09:00", "--to", "2090-01-03T09:00", *ZONE)


def test_of_a_shift_based_schedule_an_item_says_whom_it_relieves(
    swaps: Path, online: SandboxServer, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    """The account still has the version 2 schedule of that name: the manifests say which one is meant."""
    rota = swaps.parent / "rota.yaml"
    assert pdsync("apply", "--yes").code == 0
    rota.write_text(PEOPLE + SHIFTS + ROTA[ROTA.index("---\napiVersion: pdsync/v1\nkind: EscalationPolicy") :])
    swaps.write_text(OVERRIDES[: OVERRIDES.index("  overrides:")] + "  overrides: []\n")
    assert pdsync("apply", "--yes").code == 0
    item = {"user": "ben", "start": "2090-01-02T09:00", "end": "2090-01-02T17:00", "instead_of": "ana"}
    for live in ((), ("--live",)):
        run = pdsync(*SWAP, *DAY, *live)
        assert (run.code, yaml.safe_load(run.out)) == (0, [item]), run.err
    assert pdsync(*SWAP, *DAY, "--into", "manifests/swaps.yaml").code == 0
    assert pdsync("apply", "--yes").code == 0
    shown = pdsync("oncall", "schedule_v3/primary", "--live", "--at", "2090-01-02T12:00", *ZONE).out
    assert "Ben" in shown
    assert "Ana" not in shown
    again = pdsync(*SWAP, *DAY, "--live")
    assert (again.code, "Ana and Ben are on call by overrides alone through 'Primary'" in again.err) == (1, True)
