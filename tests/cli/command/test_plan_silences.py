"""A plan that makes or deletes maintenance windows says which services page no one, and for how long in sum."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pdsync.model.instant import parse_instant, render_instant
from pdsync.sandbox import SandboxServer
from tests.cli.command.rota import Rota, names
from tests.cli.conftest import Pdsync
from tests.support.recorded import asked, forget

HOUR = timedelta(hours=1)
MANIFEST = """apiVersion: pdsync/v1
kind: MaintenanceWindow
metadata: {name: patch}
spec:
  services: [shop, mail]
  description: Patching
"""


class Maintained(Rota):
    """The same account, with maintenance windows in a manifest."""

    def __init__(self, folder: Path, pdsync: Pdsync) -> None:
        super().__init__(folder, pdsync)
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self.file = folder / "manifests" / "patch.yaml"

    def series(self, end: str = "") -> None:
        """A window on each of ten days."""
        at = f"{self.now + 6 * HOUR:%H:%M}"
        recurrence = f'{{every: day, at: "{at}", for: 2h, time_zone: Etc/UTC, horizon: 10d{end}}}'
        self.file.write_text(f"{MANIFEST}  recurrence: {recurrence}\n")

    def single(self, start: timedelta, end: timedelta) -> None:
        times = (f'  {name}_time: "{render_instant(self.now + at)}"\n' for name, at in (("start", start), ("end", end)))
        self.file.write_text(MANIFEST + "".join(times))

    def told(self) -> Any:
        return json.loads(self.run("plan", "-o", "json").out)["impact"]


@pytest.fixture
def rota(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Maintained:
    return Maintained(folder, pdsync)


def test_a_series_says_how_long_its_services_page_no_one_and_its_end_that_they_page_again(
    rota: Maintained, online: SandboxServer
) -> None:
    rota.series()
    forget(online)
    impact = rota.told()
    assert [path for _, path in asked(online)].count("/maintenance_windows") == 1, "the listing of the kind is enough"
    assert names(impact["silences"], "service", "begins", "stretches", "seconds", "source") == [
        ("Mail", True, 10, 20 * 3600, "manifests/patch.yaml:7"),
        ("Shop", True, 10, 20 * 3600, "manifests/patch.yaml:7"),
    ]
    assert parse_instant(impact["silences"][0]["start"]) == rota.now + 6 * HOUR
    assert impact["maintained"] == impact["risks"] == impact["moves"] == []
    says = "Mail, Shop page no one for 20 h in 10 windows, first"
    run = rota.run("plan", "--page", "plan.html", "--report", "plan.md")
    assert f"Services under maintenance ! {says}" in " ".join(run.out.split())
    assert says in (rota.folder / "plan.md").read_text()
    page = (rota.folder / "plan.html").read_text()
    assert "Services under maintenance" in page
    assert "for 20 h in 10 windows, first" in page
    assert rota.run("apply", "--yes").code == 0
    assert json.loads(rota.run("plan", "-o", "json").out).get("impact") is None
    rota.file.write_text(rota.file.read_text().replace("{name: patch}", "{name: patch}\nlifecycle: {absent: true}"))
    assert names(rota.told()["silences"], "service", "begins", "seconds") == [
        ("Mail", False, 20 * 3600),
        ("Shop", False, 20 * 3600),
    ]


def test_a_window_that_has_begun_counts_from_now_and_later_plans_name_its_services(rota: Maintained) -> None:
    rota.single(-HOUR, 3 * HOUR)
    (mail, shop) = rota.told()["silences"]
    assert (mail["stretches"], shop["stretches"]) == (1, 1)
    assert 2 * 3600 <= mail["seconds"] <= 3 * 3600
    assert rota.run("apply", "--yes").code == 0
    impact = rota.impact({"service/shop": "{name: Shop, escalation_policy: second}"})
    assert names(impact["maintained"], "service", "description") == [("Shop", "Patching")]
    assert impact["silences"] == []
    assert "Shop pages no one, now until" in " ".join(rota.run("plan", "--timezone", "Etc/UTC").out.split())
    live = json.loads(rota.run("oncall", "--live", "-o", "json").out)
    assert [(it["service"], it["description"]) for it in live["maintenance"]] == [
        ("Mail", "Patching"),
        ("Shop", "Patching"),
    ], "without the ownership line"


def test_a_series_is_one_line_on_the_clock_of_its_zone_and_v_lists_its_windows(rota: Maintained) -> None:
    at, end = (f"{(rota.now + hours * HOUR).astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}" for hours in (6, 8))
    rule = f"every day at {at} for 2h, Asia/Tokyo"
    recurrence = f'{{every: day, at: "{at}", for: 2h, time_zone: Asia/Tokyo, horizon: 10d}}'
    rota.file.write_text(f"{MANIFEST}  recurrence: {recurrence}\n")
    for output in ("text", "markdown"):
        told = rota.run("plan", "-o", output).out
        (line,) = (it for it in told.splitlines() if "maintenance windows of" in it)
        assert f"10 maintenance windows of maintenance_window/patch ({rule}): first 20" in line
        assert line.count(f" {at} JST") == 2
        assert "maintenance_window/patch." not in told
    each = rota.run("plan", "-v").out
    assert each.count("maintenance_window/patch.") == 10
    assert each.count(f" {at} JST") == each.count(f" {end} JST") == 10
    changes = json.loads(rota.run("plan", "-o", "json").out)["changes"]
    clocks = [it["clock"] for it in changes if it["kind"] == "maintenance_window"]
    assert clocks == 10 * [{"time_zone": "Asia/Tokyo", "rule": rule}]
