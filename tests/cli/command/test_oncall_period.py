"""``pdsync oncall --from --to``, the clocks of readers, and what people set up in an account by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pdsync.cli.command.oncall import When
from pdsync.cli.error import UsageError
from pdsync.client import RestApiV2Client
from pdsync.engine import Period
from pdsync.sandbox import SandboxServer
from tests.cli.command.test_oncall import ROTA
from tests.cli.conftest import Pdsync

TWO_DAYS = ("--from", "2027-01-05T10:00", "--to", "2027-01-06T12:00", "--timezone", "Europe/Berlin")


@pytest.fixture
def rota(manifests: Path) -> Path:
    file = manifests.parent / "rota.yaml"
    file.write_text(ROTA)
    return file


def test_a_period_shows_every_shift_and_when_no_one_is_there(pdsync: Pdsync, rota: Path) -> None:
    run = pdsync("oncall", "search", *TWO_DAYS)
    assert run.code == 0, run.err
    assert run.out == (
        "On call from Tue 5 Jan 2027 10:00 CET to Wed 6 Jan 2027 12:00 CET\n"
        "\n"
        "Desk\n"
        "   1  through Days\n"
        "      manifests/rota.yaml:12\n"
        "      until Tue 5 Jan 2027 17:00: Bo Berg, layer Weekdays\n"
        "      Wed 6 Jan 2027 09:00 to 17:00: Ana Lima, layer Weekdays\n"
        "   1  no one; the level is skipped at once\n"
        "      manifests/rota.yaml:24\n"
        "      Tue 5 Jan 2027 17:00 to Wed 6 Jan 2027 09:00\n"
        "   2  targets of the policy itself\n"
        "      manifests/rota.yaml:24\n"
        "      all the time: Ana Lima\n"
    )


def test_a_period_as_json_has_the_same(pdsync: Pdsync, rota: Path) -> None:
    body = json.loads(pdsync("oncall", "search", *TWO_DAYS, "-o", "json").out)
    assert (body["from"], body["to"]) == ("2027-01-05T09:00:00Z", "2027-01-06T11:00:00Z")
    found = [(one["level"], one["user"], one["nobody"], one["from"], one["until"]) for one in body["on_call"]]
    assert found == [
        (1, "Bo Berg", False, None, "2027-01-05T16:00:00Z"),
        (1, "Ana Lima", False, "2027-01-06T08:00:00Z", "2027-01-06T16:00:00Z"),
        (1, None, True, "2027-01-05T16:00:00Z", "2027-01-06T08:00:00Z"),
        (2, "Ana Lima", False, None, None),
    ]
    assert {one["source"] for one in body["on_call"]} == {"manifests/rota.yaml:12", "manifests/rota.yaml:24"}


def test_a_period_of_a_person_has_their_own_shifts_and_those_that_no_policy_notifies(
    pdsync: Pdsync, rota: Path
) -> None:
    spare = ROTA[
        ROTA.index("apiVersion: pdsync/v1\nkind: Schedule") : ROTA.index("---\napiVersion: pdsync/v1\nkind: Esc")
    ]
    rota.write_text(ROTA + "---\n" + spare.replace("name: days", "name: spare").replace("name: Days", "name: Spare"))
    run = pdsync("oncall", "bo", *TWO_DAYS)
    assert "until Tue 5 Jan 2027 17:00: Bo Berg, layer Weekdays" in run.out
    assert "Schedules that no policy notifies\n      through Spare\n" in run.out
    assert "Ana" not in run.out
    assert "no one" not in run.out


def test_times_stand_on_both_clocks_where_those_differ(pdsync: Pdsync, rota: Path) -> None:
    at = ("--at", "2027-01-05T10:00", "--timezone")
    assert "until Tue 5 Jan 2027 17:00\n" in pdsync("oncall", "search", *at, "Europe/Paris").out  # the same clock
    assert "until Tue 5 Jan 2027 11:00 (17:00 in Europe/Berlin)" in pdsync(
        "oncall", "search", "--at", "2027-01-05T04:00", "--timezone", "America/New_York"
    ).out  # fmt: skip
    show = pdsync("schedule", "show", "days", "--from", "2027-01-05T00:00", "--to", "2027-01-06T00:00", "--timezone", "Asia/Tokyo").out  # fmt: skip
    assert "The schedule is in Europe/Berlin: its times are in brackets.\n" in show
    assert "  Tue 05 Jan 2027 17:00  to  Wed 06 Jan 2027 00:00  B Bo Berg\n [Tue 05 Jan 2027 09:00 to Tue 05 Jan 2027 16:00]\n" in show  # fmt: skip


def test_without_a_zone_times_are_read_on_the_clock_that_shows_them(
    pdsync: Pdsync, rota: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        run = pdsync("oncall", "search", "--at", "2027-01-05T04:00")
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert run.out.startswith("On call at Tue 5 Jan 2027 04:00 EST\n")
    assert "Bo Berg, until Tue 5 Jan 2027 11:00 (17:00 in Europe/Berlin)" in run.out


@pytest.fixture
def applied(pdsync: Pdsync, rota: Path, online: SandboxServer) -> None:
    assert pdsync("apply", "--yes").code == 0


def _maintain(client: RestApiV2Client, name: str, start: datetime, end: datetime) -> None:
    service = client.find("services", name)
    assert service is not None
    body: dict[str, Any] = {
        "type": "maintenance_window",
        "description": "Disks",
        "start_time": start.isoformat(),
        "end_time": end.isoformat(),
        "services": [{"id": service["id"], "type": "service_reference"}],
    }
    client.rpost("maintenance_windows", json=body, headers={"From": "ana@example.com"})


def test_a_service_under_maintenance_pages_no_one(
    pdsync: Pdsync, applied: None, client: RestApiV2Client, rota: Path
) -> None:
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    _maintain(client, "Search", tomorrow, tomorrow + timedelta(hours=1))
    during, after = (tomorrow + timedelta(minutes=minutes) for minutes in (30, 60))
    told = pdsync("explain", "search", "--live", "--at", during.isoformat(), "--timezone", "Etc/UTC")
    assert told.code == 0, told.err
    assert "The service is under maintenance until " in told.out
    assert "(Disks): no incident opens, and no one is paged." in " ".join(told.out.split())
    assert "level 1" not in told.out
    assert "level 2" in pdsync("explain", "search", "--live", "--at", after.isoformat()).out
    # The manifests know nothing of it, and say that.
    alone = pdsync("explain", "search", "--at", during.isoformat())
    assert "level 2" in alone.out
    assert "to include overrides and maintenance windows" in alone.err
    shown = pdsync("oncall", "--live", "--at", during.isoformat(), "--timezone", "Etc/UTC")
    assert f"Under maintenance, so no incident opens\n  Search, until {after:%a} {after.day} {after:%b %Y %H:%M} (Disks)\n" in shown.out  # fmt: skip
    body = json.loads(pdsync("oncall", "checkout", "--live", "-o", "json", "--at", during.isoformat()).out)
    assert body["maintenance"] == []
    assert json.loads(pdsync("oncall", "search", "-o", "json").out)["maintenance"] is None


def test_a_timeline_and_a_calendar_of_the_account_have_overrides(
    pdsync: Pdsync, applied: None, client: RestApiV2Client
) -> None:
    schedule, ana = client.find("schedules", "Days"), client.find("users", "ana@example.com", attribute="email")
    assert schedule is not None
    assert ana is not None
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    body = {
        "start": start.isoformat(),
        "end": (start + timedelta(hours=24)).isoformat(),
        "user": {"id": ana["id"], "type": "user_reference"},
    }
    client.post(f"schedules/{schedule['id']}/overrides", json={"overrides": [body]}).raise_for_status()
    period = ("--from", start.isoformat(), "--to", (start + timedelta(hours=24)).isoformat(), "--timezone", "Etc/UTC")
    run = pdsync("schedule", "show", "Days", *period, "--live")
    assert run.code == 0, run.err
    assert "\nOverrides        |" + "A" * 56 + "|\nFinal" in run.out
    assert "A Ana Lima, by an override" in " ".join(run.out.split())
    assert "Coverage 100.0%" in run.out
    for name in ("Days", "ana@example.com"):
        calendar = pdsync("schedule", "show", name, *period, "--live", "-o", "ics").out
        assert calendar.count("BEGIN:VEVENT") == 1
        assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in calendar


def test_a_token_that_may_not_read_maintenance_is_told_so_and_answered(
    pdsync: Pdsync, applied: None, online: SandboxServer
) -> None:
    online.control.set_faults(
        [{"match": {"method": "GET", "path": "/maintenance_windows"}, "action": {"type": "error", "status": 403}}]
    )
    run = pdsync("oncall", "search", "--live", "-o", "json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["maintenance"] is None
    assert "may not read maintenance windows" in run.err


def test_a_moment_is_a_period_of_a_second() -> None:
    noon = int(datetime(2027, 1, 5, 12, tzinfo=UTC).timestamp())
    doubts: list[str] = []
    assert When(at="2027-01-05T12:00:00Z").read(doubts.append).at(0) == Period(noon, noon + 1)
    assert When(since="2027-01-05T12:00:00Z", until="2027-01-05T13:00:00Z").read(doubts.append).at(0) == Period(
        noon, noon + 3600
    )
    with pytest.raises(UsageError, match="--at asks for a moment"):
        When(at="2027-01-05T12:00:00Z", since="2027-01-05T12:00:00Z").read(doubts.append)
    assert doubts == []
