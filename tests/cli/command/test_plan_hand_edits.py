"""A plan counts the overrides and maintenance windows that people made in the account, and reads only those that it touches."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pdsync.client import RestApiV2Client
from pdsync.model.instant import parse_instant, render_instant
from pdsync.sandbox import SandboxServer
from tests.cli.command.rota import SUNDAY, SWAP, Rota, names
from tests.cli.conftest import Pdsync
from tests.support.recorded import asked, forget

HOUR = timedelta(hours=1)


class HandEdited(Rota):
    """The same account, which people edit by hand."""

    def __init__(self, folder: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
        super().__init__(folder, pdsync)
        self.client = client
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def reference(self, collection: str, name: str) -> dict[str, Any]:
        found = self.client.find(collection, name)
        assert found is not None
        return {"id": found["id"], "type": f"{found['type']}_reference"}

    def override(self, user: str, start: timedelta, end: timedelta) -> None:
        schedule = self.reference("schedules", "Days")
        period = {"start": render_instant(self.now + start), "end": render_instant(self.now + end)}
        body = {"overrides": [{**period, "user": self.reference("users", user)}]}
        self.client.post(f"schedules/{schedule['id']}/overrides", json=body).raise_for_status()

    def window(self, service: str, end: timedelta, description: str) -> None:
        window = {
            "type": "maintenance_window",
            "start_time": render_instant(self.now - HOUR),
            "end_time": render_instant(self.now + end),
            "description": description,
            "services": [self.reference("services", service)],
        }
        self.client.rpost("maintenance_windows", json=window, headers={"From": "ana@example.com"})


@pytest.fixture
def rota(folder: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client) -> HandEdited:
    return HandEdited(folder, pdsync, client)


def test_who_covers_by_an_override_stays_on_call_through_the_edit(rota: HandEdited) -> None:
    rota.override("Cy Diaz", -HOUR, 50 * HOUR)
    impact = rota.impact(SWAP)
    assert impact["overrides"] is True
    assert impact["notes"] == impact["leaves"] == impact["joins"] == impact["services"] == impact["risks"] == []
    (move,) = impact["moves"]
    assert (move["before"]["name"], move["after"]["name"]) == ("Ana Lima", "Bo Chen")
    assert parse_instant(move["start"]) == rota.now + 50 * HOUR
    said = rota.run("plan").out
    assert "On call now" not in said
    assert "are not counted" not in said
    assert rota.run("plan", "--out", "plan.json").code == 0
    saved = json.loads((rota.folder / "plan.json").read_text())
    rota.override("Bo Chen", 60 * HOUR, 70 * HOUR)
    applied = json.loads(rota.run("apply", "--yes", "--plan", "plan.json", "-o", "json").out)
    assert len(saved["impact"]["moves"]) == 1, "one stretch, until the 14 days end"
    assert len(applied["impact"]["moves"]) == 2, "the override that was made since is in between"
    assert applied["plan"]["digest"] == saved["digest"]


def test_an_override_covers_a_gap_that_the_edit_opens(rota: HandEdited) -> None:
    rota.override("Bo Chen", -HOUR, 14 * 24 * HOUR + HOUR)
    impact = rota.impact(SUNDAY)
    assert impact["gaps"] == impact["moves"] == impact["risks"] == []
    assert "  No one's on-call time changes.\n" in rota.run("plan").out


def test_a_service_under_maintenance_pages_no_one_whatever_the_plan_changes(rota: HandEdited) -> None:
    rota.window("Shop", 3 * HOUR, "Move to the new rack")
    impact = rota.impact(SWAP)
    assert names(impact["services"], "service") == [("Mail",), ("Shop",)]
    assert names(impact["maintained"], "service", "description") == [("Shop", "Move to the new rack")]
    assert parse_instant(impact["maintained"][0]["until"]) == rota.now + 3 * HOUR
    run = rota.run("plan", "--page", "plan.html", "--timezone", "Etc/UTC")
    told = " ".join(run.out.split())
    end = (rota.now + 3 * HOUR).astimezone(ZoneInfo("Europe/Berlin"))
    assert (
        f"Under maintenance now ? Shop pages no one, now until {end:%a} {end.day} {end:%b} {end:%H:%M} {end:%Z}" in told
    )
    assert "(Move to the new rack)" in told
    page = (rota.folder / "plan.html").read_text()
    assert "Services under maintenance now" in page
    assert "Move to the new rack" in page
    assert "The service is disabled" not in page
    rota.edit({"service/shop": "{name: Store, escalation_policy: first}"})
    assert "Under maintenance" not in rota.run("plan").out, "the plan does not touch who is paged"


def test_only_what_the_plan_touches_is_read(rota: HandEdited, online: SandboxServer) -> None:
    nights = {"schedule/nights": SWAP["schedule/days"].replace("Days", "Nights")}
    rota.edit(nights)
    assert rota.run("apply", "--yes").code == 0
    forget(online)
    rota.run("plan")
    quiet = sorted(asked(online))
    rota.edit(nights | SWAP)
    forget(online)
    rota.run("plan")
    found = sorted(asked(online))
    days = rota.reference("schedules", "Days")["id"]
    more = [("GET", f"/schedules/{days}/overrides"), ("GET", "/maintenance_windows")]
    assert found == sorted([*quiet, *more])


@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("/schedules/*/overrides", "The token may not read overrides, so they are not counted."),
        ("/maintenance_windows", "The token may not read maintenance windows, so they are not counted."),
    ],
)
def test_what_the_token_may_not_read_is_a_note(rota: HandEdited, online: SandboxServer, path: str, note: str) -> None:
    online.control.set_faults([{"match": {"path": path}, "action": {"type": "error", "status": 403}}])
    impact = rota.impact(SWAP)
    assert impact["notes"] == [note]
    assert impact["overrides"] is ("overrides" not in path)
    assert names(impact["leaves"], "user") == [("Ana Lima",)]
    run = rota.run("plan", "--page", "plan.html")
    assert run.code == 0
    assert f"\n  {note}\n" in run.out
    assert note in (rota.folder / "plan.html").read_text()
    assert note in rota.run("plan", "-o", "markdown").out
