"""A plan that makes or deletes overrides says who takes over from whom, in every form of output."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pdsync.model.instant import parse_instant, render_instant
from pdsync.sandbox import SandboxServer
from tests.cli.command.rota import Rota, names
from tests.cli.conftest import Pdsync
from tests.support.recorded import asked, forget

HOUR = timedelta(hours=1)
HOLIDAYS = "ScheduleOverrides/holidays"


class Replaced(Rota):
    """The same account, with overrides in a manifest."""

    def __init__(self, folder: Path, pdsync: Pdsync) -> None:
        super().__init__(folder, pdsync)
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def overrides(self, *items: tuple[str, timedelta, timedelta]) -> None:
        file = self.folder / "manifests" / "holidays.yaml"
        lines = [
            f'    - {{user: {user}, start: "{self.at(start)}", end: "{self.at(end)}"}}\n' for user, start, end in items
        ]
        file.write_text(
            "apiVersion: pdsync/v1\nkind: ScheduleOverrides\nmetadata: {name: holidays}\n"
            "spec:\n  schedule: days\n  overrides:\n" + "".join(lines)
        )

    def at(self, offset: timedelta) -> str:
        return render_instant(self.now + offset)

    def told(self) -> dict[str, Any]:
        impact = json.loads(self.run("plan", "-o", "json").out)["impact"]
        assert isinstance(impact, dict)
        return impact


@pytest.fixture
def rota(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Replaced:
    return Replaced(folder, pdsync)


def test_an_override_of_a_manifest_says_who_takes_over_from_whom(rota: Replaced, online: SandboxServer) -> None:
    rota.overrides(("bo", 24 * HOUR, 48 * HOUR), ("cy", 900 * HOUR, 924 * HOUR))
    forget(online)
    impact = rota.told()
    read = [path for method, path in asked(online) if path.endswith(("/overrides", "/maintenance_windows"))]
    assert len(read) == 3, "the overrides of manifests, those of the account, and the windows"
    assert names(impact["takeovers"], "schedule", "user", "created", "source") == [
        ("Days", "Bo Chen", True, "manifests/holidays.yaml:7"),
        ("Days", "Cy Diaz", True, "manifests/holidays.yaml:8"),
    ]
    first, second = impact["takeovers"]
    assert names(first["relieved"] + first["takes_over"], "name") == [("Ana Lima",), ("Bo Chen",)]
    assert (parse_instant(second["start"]), parse_instant(second["end"])) == (
        rota.now + 900 * HOUR,
        rota.now + 924 * HOUR,
    )
    assert names(impact["moves"], "before", "after", "source") == [("Ana Lima", "Bo Chen", "manifests/holidays.yaml:7")]
    run = rota.run("plan", "--page", "plan.html", "--report", "plan.md")
    told = " ".join(run.out.split())
    assert "Overrides that are created or deleted + Days: Bo Chen takes over from Ana Lima for 24 h: " in told
    assert "Days: Cy Diaz takes over from Ana Lima for 24 h: " in told
    assert "Shifts that move" not in told, "the overrides say it"
    page = (rota.folder / "plan.html").read_text()
    assert "Bo Chen takes over from Ana Lima" in page
    assert "Days: Cy Diaz takes over from Ana Lima for 24 h: " in " ".join(
        (rota.folder / "plan.md").read_text().split()
    )


def test_a_new_schedule_with_overrides_says_it_too(rota: Replaced) -> None:
    days = (rota.folder / "manifests" / "schedule.days.yaml").read_text()
    (rota.folder / "manifests" / "schedule.nights.yaml").write_text(
        days.replace("name: days", "name: nights").replace("Days", "Nights")
    )
    rota.overrides(("bo", 24 * HOUR, 48 * HOUR))
    file = rota.folder / "manifests" / "holidays.yaml"
    file.write_text(file.read_text().replace("schedule: days", "schedule: nights"))
    impact = rota.told()
    assert names(impact["takeovers"], "schedule", "user") == [("Nights", "Bo Chen")]
    assert names(impact["takeovers"][0]["relieved"], "name") == [("Ana Lima",)]


def test_an_override_that_has_begun_changes_who_is_on_call_now_and_its_end_gives_it_back(rota: Replaced) -> None:
    rota.overrides(("bo", -HOUR, 48 * HOUR))
    impact = rota.told()
    assert names(impact["leaves"], "user", "source") == [("Ana Lima", "manifests/holidays.yaml:7")]
    assert [risk["code"] for risk in impact["risks"]] == ["current_on_call"]
    assert rota.run("apply", "--yes").code == 0
    assert json.loads(rota.run("plan", "-o", "json").out).get("impact") is None
    file = rota.folder / "manifests" / "holidays.yaml"
    file.write_text(file.read_text().replace("}\n", ", absent: true}\n").replace("holidays, absent: true", "holidays"))
    impact = rota.told()
    assert names(impact["takeovers"], "user", "created") == [("Bo Chen", False)]
    assert "- Days: Ana Lima is on call again instead of Bo Chen for 4" in " ".join(rota.run("plan").out.split())
