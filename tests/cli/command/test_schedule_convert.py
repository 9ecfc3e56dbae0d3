"""``pdsync schedule convert``: the manifest that it prints, the proof, and what it lists where other people would be on call."""

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
    f"spec: {{name: {key.title()}, email: {key}@example.com, role: limited_user}}\n"
    for key in ("ana", "ben", "cleo")
)
OFFICE = "restrictions: [{days: mon-fri, start_time_of_day: '09:00', duration_seconds: 8h}]"
ROTA = f"""\
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {{name: primary}}
spec:
  name: Primary
  description: Who is paged first.
  time_zone: Europe/Berlin
  schedule_layers:
    - {{name: Base, users: [ana, ben], rotation_virtual_start: 2026-01-05T09:00, rotation_turn_length_seconds: 1w}}
    - {{name: Office, users: [cleo, ben], rotation_virtual_start: 2026-01-05T09:00, rotation_turn_length_seconds: 1w, {OFFICE}}}
"""


@pytest.fixture
def rota(folder: Path) -> Path:
    (folder / "pdsync.yaml").write_text(CONFIG)
    (folder / "manifests").mkdir()
    file = folder / "manifests" / "rota.yaml"
    file.write_text(PEOPLE + ROTA)
    return file


def test_the_manifest_can_take_the_place_of_the_old_one(rota: Path, pdsync: Pdsync) -> None:
    run = pdsync("schedule", "convert", "primary")
    assert run.code == 0, run.err
    assert "the same people are on call at every minute" in run.err
    written: dict[str, Any] = yaml.safe_load(run.out)
    assert written["metadata"] == {"name": "primary"}
    spec = written["spec"]
    assert (spec["version"], spec["name"], spec["description"]) == (3, "Primary", "Who is paged first.")
    assert [it["name"] for it in spec["rotations"]] == ["Base (fri 17:00)", "Base (mon-thu 17:00)", "Office"]
    assert {key: spec["rotations"][2][key] for key in ("every", "on", "from", "to", "shifts_per_member")} == {
        "every": "week", "on": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00", "shifts_per_member": 5,
    }  # fmt: skip
    period = ("--from", "2027-03-01T09:00", "--to", "2027-05-01T09:00", "--timezone", "Europe/Berlin", "-o", "ics")
    before = pdsync("schedule", "show", "primary", *period).out
    rota.write_text(PEOPLE + "---\n" + run.out)
    assert pdsync("validate").code == 0
    after = pdsync("schedule", "show", "primary", *period).out
    assert _events(after) == _events(before)
    again = pdsync("schedule", "convert", "primary")
    assert (again.code, "'Primary' is a version 3 schedule already" in again.err) == (1, True)


def _events(calendar: str) -> list[tuple[str, ...]]:
    """Start, end and person of each event, in order."""
    shown = [line for line in calendar.splitlines() if line.startswith(("DTSTART", "DTEND", "SUMMARY"))]
    return sorted(tuple(shown[at : at + 3]) for at in range(0, len(shown), 3))


def test_where_people_would_differ_the_times_are_listed(rota: Path, pdsync: Pdsync) -> None:
    text = rota.read_text().replace(
        "rotation_turn_length_seconds: 1w, restr", "rotation_turn_length_seconds: 100m, restr"
    )
    rota.write_text(text)
    run = pdsync("schedule", "convert", "primary")
    assert run.code == 2
    assert yaml.safe_load(run.out)["spec"]["version"] == 3
    assert "Other people would be on call at some times from" in run.err
    assert "no one in version 3" in run.err
    assert "more\n" in run.err
    assert "layer 'Office' has turns of 1h40m, which no rotation has in hours of the week: it is left out" in run.err


def test_a_schedule_of_the_account(rota: Path, online: SandboxServer, client: RestApiV2Client, pdsync: Pdsync) -> None:
    by_manifests = pdsync("schedule", "convert", "primary").out
    assert pdsync("apply", "--yes").code == 0
    live = pdsync("schedule", "convert", "Primary", "--live")
    assert (live.code, yaml.safe_load(live.out)) == (0, yaml.safe_load(by_manifests))
    rota.unlink()
    unmanaged = pdsync("schedule", "convert", "Primary", "--live")
    assert unmanaged.code == 0
    assert yaml.safe_load(unmanaged.out)["spec"]["rotations"][0]["members"][0].endswith("@example.com")


@pytest.mark.parametrize(
    ("name", "says"), [("primry", "Did you mean 'primary'?"), ("ana", "no schedule is called 'ana'")]
)
def test_what_is_no_schedule(rota: Path, pdsync: Pdsync, name: str, says: str) -> None:
    run = pdsync("schedule", "convert", name)
    assert (run.code, run.out, says in run.err) == (1, "", True)
