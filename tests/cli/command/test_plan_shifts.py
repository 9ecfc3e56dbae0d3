"""A plan that edits a shift-based schedule, or overrides of one, says who is paged differently."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pdsync.model.instant import parse_instant, render_instant
from pdsync.sandbox import SandboxServer
from tests.cli.command.rota import LEVEL, RULES, Rota, names
from tests.cli.company import document
from tests.cli.conftest import Pdsync

ROTATIONS = """version: 3, name: Shifts, time_zone: Etc/UTC, rotations: [
  {name: primary, every: day, from: "00:00", members: [%s]}, {name: backup, every: day, from: "00:00", members: [%s]}]"""


class Shifts(Rota):
    """The same company, with a shift-based schedule that has two people on call at a time."""

    def __init__(self, folder: Path, pdsync: Pdsync) -> None:
        super().__init__(folder, pdsync)
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self.shifts("ana", "cy")
        file = folder / "manifests" / "escalation_policy.first.yaml"
        file.write_text(document("escalation_policy/first", RULES % ("First", LEVEL % "{schedule: shifts}")))
        assert pdsync("apply", "--yes").code == 0

    def shifts(self, primary: str, backup: str) -> None:
        text = document("schedule/shifts", "{" + ROTATIONS % (primary, backup) + "}")
        (self.folder / "manifests" / "schedule.shifts.yaml").write_text(text)

    def override(self, user: str, relieved: str, start: datetime, end: datetime, more: str = "") -> None:
        times = f'start: "{render_instant(start)}", end: "{render_instant(end)}"'
        (self.folder / "manifests" / "holidays.yaml").write_text(
            "apiVersion: pdsync/v1\nkind: ScheduleOverrides\nmetadata: {name: holidays}\n"
            f"spec:\n  schedule: shifts\n  overrides:\n    - {{user: {user}, instead_of: {relieved}, {times}{more}}}\n"
        )

    def told(self) -> Any:
        return json.loads(self.run("plan", "-o", "json").out)["impact"]


@pytest.fixture
def rota(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Shifts:
    return Shifts(folder, pdsync)


def test_a_rotation_that_changes_says_from_which_hand_off_on(rota: Shifts) -> None:
    rota.shifts("bo", "cy")
    impact = rota.told()
    assert impact["leaves"] == impact["joins"] == impact["unknown"] == []
    assert names(impact["moves"], "schedule", "before", "after", "source") == [
        ("Shifts", "Ana Lima", "Bo Chen", "manifests/schedule.shifts.yaml:4")
    ]
    midnight = rota.now.replace(hour=0) + timedelta(days=1)
    assert parse_instant(impact["moves"][0]["start"]) >= midnight


def test_an_override_of_one_of_several_people_is_told_as_such_before_and_after_it_is_made(rota: Shifts) -> None:
    start, end = rota.now + timedelta(hours=30), rota.now + timedelta(hours=50)
    rota.override("bo", "cy", start, end)
    impact = rota.told()
    assert names(impact["takeovers"], "schedule", "user", "created", "source") == [
        ("Shifts", "Bo Chen", True, "manifests/holidays.yaml:7")
    ]
    (takeover,) = impact["takeovers"]
    assert names(takeover["relieved"] + takeover["takes_over"], "name") == [("Cy Diaz",), ("Bo Chen",)]
    assert (parse_instant(takeover["start"]), parse_instant(takeover["end"])) == (start, end)
    assert "+ Shifts: Bo Chen takes over from Cy Diaz for 20 h: " in rota.run("plan").out
    assert rota.run("apply", "--yes").code == 0
    assert json.loads(rota.run("plan", "-o", "json").out).get("impact") is None
    asked = render_instant(start + timedelta(hours=1))
    for more in ((), ("--live",)):
        found = json.loads(rota.run("oncall", "first", "--at", asked, "-o", "json", *more).out)["on_call"]
        assert {row["user"] for row in found} == {"Ana Lima", "Bo Chen"}, more
    rota.override("bo", "cy", start, end, ", absent: true")
    impact = rota.told()
    assert names(impact["takeovers"], "user", "created") == [("Bo Chen", False)]
    assert "- Shifts: Cy Diaz is on call again instead of Bo Chen for 20 h: " in rota.run("plan").out


def test_overrides_of_the_account_count(rota: Shifts) -> None:
    start, end = rota.now - timedelta(hours=1), rota.now + timedelta(days=3)
    rota.override("bo", "ana", start, end)
    assert rota.run("apply", "--yes").code == 0
    (rota.folder / "manifests" / "holidays.yaml").unlink()
    rota.shifts("cy", "cy")
    impact = rota.told()
    assert impact["overrides"] is True
    moves = names(impact["moves"], "before", "after")
    assert moves == [("Bo Chen", None), ("Ana Lima", None)], "Bo has the shifts of Ana, who leaves the rotation"
    assert parse_instant(impact["moves"][0]["end"]) == parse_instant(impact["moves"][1]["start"]) == end
