"""Every command goes by PagerDuty's clock, however wrong the clock of this machine is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import count_methods, forget, writes
from tests.support.world import TOKEN

SKEWS = [
    timedelta(days=-1),
    timedelta(minutes=-10),
    timedelta(seconds=-90),
    timedelta(0),
    timedelta(seconds=90),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(days=1),
]
"""How far the clock of this machine is ahead of PagerDuty's."""
ROTA = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana Lima, email: ana@example.com, role: limited_user}
---
apiVersion: pdsync/v1
kind: User
metadata: {name: bo}
spec: {name: Bo Berg, email: bo@example.com, role: limited_user}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: days}
spec:
  time_zone: Europe/Berlin
  schedule_layers:
    - {name: Week, users: [ana], rotation_virtual_start: 2026-01-05T09:00, rotation_turn_length_seconds: 1w}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: first}
spec: {name: First, escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [{schedule: days}]}]}
"""


@contextmanager
def account(skew: timedelta, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    """An account beside which the clock of this machine is ahead."""
    with SandboxServer(now=lambda: datetime.now(UTC) - skew) as server:
        monkeypatch.setenv("PDSYNC_API_URL", server.url)
        monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
        yield server


def told(err: str) -> list[str]:
    return [line for line in err.splitlines() if "the clock of this machine" in line]


@pytest.mark.parametrize("skew", SKEWS, ids=str)
def test_a_new_schedule_has_someone_on_call_at_once(
    pdsync: Pdsync,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    skew: timedelta,
) -> None:
    (folder / "rota.yaml").write_text(ROTA)
    with account(skew, monkeypatch) as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        applied = pdsync("apply", "--yes")
        assert applied.code == 0
        assert [call["user"]["summary"] for call in client.iter_all("oncalls") if call["schedule"]] == ["Ana Lima"]
        assert pdsync("plan", "--detailed-exitcode").code == 0
        live = pdsync("oncall", "days", "--live")
        assert "Ana Lima through days, layer Week" in " ".join(live.out.split())
        assert pdsync("drift").code == 0
        # The end of a layer is in the future of the account, or the account would refuse it or end it later.
        (folder / "rota.yaml").write_text(ROTA.replace("[ana]", "[bo]").replace("name: Week", "name: Other"))
        assert pdsync("apply", "--yes").code == 0
        (schedule,) = client.list_all("schedules", params={"include[]": "schedule_layers"})
        ends = {layer["name"]: layer["end"] for layer in schedule["schedule_layers"]}
        left = datetime.fromisoformat(ends["Week"]) - (datetime.now(UTC) - skew)
        assert (ends["Other"], timedelta(seconds=-60) < left <= timedelta(seconds=60)) == (None, True)
    for run in (applied, live):
        assert len(told(run.err)) == (abs(skew) > timedelta(minutes=1))
        if skew == timedelta(minutes=10):
            assert "10m ahead of PagerDuty's" in run.err
        if skew == timedelta(days=-1):
            assert "behind PagerDuty's" in run.err


@pytest.mark.parametrize("skew", [timedelta(minutes=-10), timedelta(minutes=10)], ids=str)
@pytest.mark.parametrize(
    "command",
    [
        ("plan",),
        ("drift",),
        ("apply", "--yes"),
        ("oncall", "--live"),
        ("oncall", "--live", "--from", "2026-01-05T12:00"),
        ("lint", "--live"),
        ("schedule", "show", "days", "--live"),
        ("page", "--live", "--out", "page.html"),
    ],
    ids=" ".join,
)
def test_a_wrong_clock_is_told_once_by_every_command_that_reads_the_account(
    pdsync: Pdsync,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    skew: timedelta,
    command: tuple[str, ...],
) -> None:
    (folder / "rota.yaml").write_text(ROTA)
    with account(skew, monkeypatch):
        assert pdsync("apply", "--yes").code == 0
        assert len(told(pdsync(*command).err)) == 1


def test_overrides_are_those_of_the_accounts_present(
    pdsync: Pdsync,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder / "rota.yaml").write_text(ROTA)
    with (
        account(timedelta(hours=6), monkeypatch) as server,
        RestApiV2Client(TOKEN, base_url=server.url, default_from="x@example.com") as client,
    ):
        assert pdsync("apply", "--yes").code == 0
        there = datetime.now(UTC) - timedelta(hours=6)
        bo, schedule = client.find("users", "Bo Berg"), client.find("schedules", "days")
        assert bo is not None
        assert schedule is not None
        override = {
            "start": (there + timedelta(seconds=1)).isoformat(timespec="seconds"),
            "end": (there + timedelta(hours=1)).isoformat(timespec="seconds"),
            "user": {"id": bo["id"], "type": "user_reference"},
        }
        client.post(f"schedules/{schedule['id']}/overrides", json={"overrides": [override]})
        server.control.advance(60)
        assert "Bo Berg" in pdsync("oncall", "days", "--live").out
        server.control.advance(3600)
        assert "Bo Berg" not in pdsync("oncall", "days", "--live").out


class WithoutDate(HTTPAdapter):
    """Takes the date out of every answer, as a proxy may, or spoils it."""

    def __init__(self, date: str | None) -> None:
        super().__init__()
        self._date = date

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        response = super().send(request, *args, **options)
        del response.headers["Date"]
        if self._date is not None:
            response.headers["Date"] = self._date
        return response


@pytest.mark.parametrize("date", [None, "", "now", "Mon, 99 Foo 2026 99:99:99 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_without_a_date_the_clock_of_this_machine_counts_and_that_is_told(
    pdsync: Pdsync,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    date: str | None,
) -> None:
    from pdsync.engine import connection

    def connect(*args: Any, **options: Any) -> RestApiV2Client:
        client = connection.connect(*args, **options)
        client.mount("http://", WithoutDate(date))
        return client

    (folder / "rota.yaml").write_text(ROTA)
    monkeypatch.setattr("pdsync.cli.connection.connect", connect)
    with account(timedelta(0), monkeypatch):
        run = pdsync("apply", "--yes")
        assert (run.code, len(told(run.err))) == (0, 1)
        assert "no usable date" in run.err
        assert pdsync("plan", "--detailed-exitcode").code == 0


def reseal(change: Callable[[dict[str, Any]], None]) -> None:
    from pdsync.cli.files import plan_file

    body = json.loads(Path("plan.json").read_text())
    del body["seal"]
    change(body)
    Path("plan.json").write_text(json.dumps({**body, "seal": plan_file.digest_of(body)}))


@pytest.mark.parametrize("skew", [timedelta(days=-2), timedelta(0), timedelta(days=2)], ids=str)
def test_a_saved_plan_lasts_by_the_accounts_clock(
    pdsync: Pdsync,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    skew: timedelta,
) -> None:
    (folder / "rota.yaml").write_text(ROTA)
    with account(skew, monkeypatch) as server:
        assert pdsync("plan", "--out", "plan.json").code == 0
        body = json.loads(Path("plan.json").read_text())
        there = datetime.now(UTC) - skew
        for member, moment in (("fetched_at", there), ("expires_at", there + timedelta(days=1))):
            assert abs(datetime.fromisoformat(body[member]) - moment) < timedelta(seconds=20)
        server.control.advance(86_000)
        assert pdsync("apply", "--plan", "plan.json", "--yes").code == 0
        assert pdsync("plan", "--out", "plan.json").code == 0
        server.control.advance(86_401)
        forget(server)
        run = pdsync("apply", "--plan", "plan.json", "--yes")
        assert (run.code, "the plan expired" in run.err) == (4, True)
        assert not writes(server)


@pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(days=1), timedelta(days=3650)], ids=str)
def test_a_plan_of_an_account_that_is_yet_to_be_read_is_refused(
    pdsync: Pdsync,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    ahead: timedelta,
) -> None:
    def later(body: dict[str, Any]) -> None:
        for member in ("fetched_at", "created_at", "expires_at"):
            body[member] = (datetime.fromisoformat(body[member]) + ahead).isoformat().replace("+00:00", "Z")

    (folder / "rota.yaml").write_text(ROTA)
    with account(timedelta(0), monkeypatch) as server:
        assert pdsync("plan", "--out", "plan.json").code == 0
        reseal(later)
        forget(server)
        run = pdsync("apply", "--plan", "plan.json", "--yes")
        assert (run.code, "the plan claims that the account was read at" in run.err) == (5, True), run
        assert not writes(server)
        server.control.advance(ahead.total_seconds())
        assert pdsync("apply", "--plan", "plan.json", "--yes").code == 0


OFFLINE = [("oncall",), ("explain", "Shop"), ("lint",), ("page", "--out", "page.html"), ("schedule", "show", "days")]
SERVICE = """\
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: shop}
spec: {name: Shop, escalation_policy: first}
"""


@pytest.mark.parametrize("command", OFFLINE, ids=" ".join)
def test_a_command_without_the_account_says_whose_clock_it_goes_by(
    pdsync: Pdsync,
    folder: Path,
    command: tuple[str, ...],
) -> None:
    (folder / "rota.yaml").write_text(ROTA + SERVICE)
    assert len([line for line in pdsync(*command).err.splitlines() if "clock of this machine" in line]) == 1
    option = {"page": None, "schedule": "--from"}.get(command[0], "--at")
    if option is not None:
        assert "clock of this machine" not in pdsync(*command, option, "2026-01-05T12:00").err


def test_the_time_costs_no_request(
    pdsync: Pdsync,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder / "rota.yaml").write_text(ROTA)
    totals = []
    for skew in (timedelta(0), timedelta(minutes=10)):
        with account(skew, monkeypatch) as server:
            assert pdsync("plan").code == 0
            totals.append(count_methods(server).total())
    assert totals[0] == totals[1]
