"""An edit that waits for its hand-off is named by every command and in every output, until it counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes
from tests.support.world import TOKEN

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
PEOPLE = "".join(
    f"""\
apiVersion: pdsync/v1
kind: User
metadata: {{name: {key}}}
spec: {{name: {name}, email: {key}@example.com, role: limited_user}}
---
"""
    for key, name in (("ana", "Ana Lima"), ("bo", "Bo Berg"), ("cy", "Cy Dean"))
)
ROTA = """\
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: primary}
lifecycle: {rotation: hand-off aware}
spec:
  time_zone: %(zone)s
  schedule_layers:
    - {name: Week, users: [%(users)s], rotation_virtual_start: "%(first)s", rotation_turn_length_seconds: 1w}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: first}
spec: {name: First, escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [{schedule: primary}]}]}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: shop}
spec: {name: Shop, escalation_policy: first}
"""
NOW = datetime(2026, 10, 21, 12, 30, tzinfo=UTC)
"""A Wednesday; in Europe the clocks change before the hand-off, in America they do not."""


@pytest.fixture
def account(pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    began = datetime.now(UTC)
    with SandboxServer(now=lambda: NOW + (datetime.now(UTC) - began)) as server:
        monkeypatch.setenv("PDSYNC_API_URL", server.url)
        monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
        yield server


def write(folder: Path, users: str, zone: str = "Europe/Berlin", people: str = PEOPLE) -> datetime:
    """Writes the manifests; gives the next hand-off."""
    first = datetime(2026, 10, 19, 9, tzinfo=ZoneInfo(zone))
    (folder / "rota.yaml").write_text(
        people + ROTA % {"users": users, "zone": zone, "first": f"{first:%Y-%m-%dT%H:%M}"}
    )
    return first + timedelta(days=7)


@pytest.mark.parametrize("zone", ZONES)
def test_every_output_names_it_and_nothing_calls_it_a_difference(
    pdsync: Pdsync, folder: Path, account: SandboxServer, zone: str
) -> None:
    write(folder, "ana, bo", zone)
    assert pdsync("apply", "--yes").code == 0
    hand_off = write(folder, "cy, ana, bo", zone)
    when = f"{hand_off:%Y-%m-%d %H:%M %Z}"
    new = f"schedule/primary: the new order begins at {when} with 'Week'"
    said = f"{new}; until then 'Week (until hand-off)' applies as before the edit"
    assert said in " ".join(pdsync("plan").out.split())
    applied = json.loads(pdsync("apply", "--yes", "-o", "json").out)
    at = f"{hand_off.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for pending in (applied["plan"]["pending"], applied["result"]["pending"]):
        assert [(each["address"], each["at"]) for each in pending] == [("schedule/primary", at)]
    forget(account)
    for arguments in (
        ("plan", "--detailed-exitcode"),
        ("-q", "plan"),
        ("plan", "-o", "markdown"),
        ("plan", "-o", "github"),
        ("apply", "--yes"),
        ("apply", "--yes", "-o", "markdown"),
        ("drift",),
        ("drift", "-o", "markdown"),
    ):
        run = pdsync(*arguments)
        assert (run.code, said in " ".join(run.out.split())) == (0, True), (arguments, run.out)
    page = pdsync("plan", "-o", "html").out
    assert f"the new order begins at {when}" in page
    assert json.loads(pdsync("plan", "-o", "json").out)["pending"][0]["at"] == at
    drift = json.loads(pdsync("drift", "-o", "json").out)
    assert (drift["moved"], [each["at"] for each in drift["pending"]]) == ([], [at])
    assert f"the new order begins at {when}" in pdsync("drift", "-o", "junit").out
    assert 'pdsync_pending{workspace="default"} 1' in pdsync("drift", "-o", "prometheus").out
    assert not writes(account)


def test_it_is_over_after_the_hand_off(pdsync: Pdsync, folder: Path, account: SandboxServer) -> None:
    write(folder, "ana, bo")
    assert pdsync("apply", "--yes").code == 0
    hand_off = write(folder, "cy, ana, bo")
    assert pdsync("apply", "--yes").code == 0
    for ahead, pending in ((timedelta(minutes=1), True), (timedelta(0), False), (timedelta(days=-1), False)):
        account.control.reset_clock()
        account.control.advance((hand_off - ahead - NOW).total_seconds())
        run = pdsync("plan", "--detailed-exitcode")
        assert (run.code, "the new order begins" in run.out) == (0, pending), run.out
        assert ("the new order begins" in pdsync("oncall", "primary", "--live").out) == pending


def test_a_person_who_leaves_stays_until_the_hand_off_and_that_is_said(
    pdsync: Pdsync, folder: Path, account: SandboxServer
) -> None:
    write(folder, "ana, bo")
    assert pdsync("apply", "--yes").code == 0
    gone = PEOPLE.replace(
        "metadata: {name: ana}\nspec: {name: Ana Lima,",
        "metadata: {name: ana}\nlifecycle: {absent: true}\nspec: {name: Ana Lima,",
    )
    hand_off = write(folder, "bo, cy", people=gone)
    for _ in range(2):
        run = pdsync("apply", "--yes")
        shown = " ".join(run.out.split())
        assert run.code == 0
        assert "user/ana: 'Ana Lima' stays until the layers that name this person have ended, " in shown
        assert f"at {hand_off:%Y-%m-%d %H:%M %Z}; the next plan after that deletes it" in shown
    account.control.advance((hand_off - NOW).total_seconds() + 60)
    shown = pdsync("plan").out
    assert "1 to delete" in shown
    assert "stays until" not in shown


def test_what_is_taken_out_ends_within_the_minute_and_that_is_said(
    pdsync: Pdsync, folder: Path, account: SandboxServer
) -> None:
    write(folder, "ana, bo")
    file = folder / "rota.yaml"
    file.write_text(file.read_text().replace("lifecycle: {rotation: hand-off aware}\n", ""))
    assert pdsync("apply", "--yes").code == 0
    file.write_text(file.read_text().replace("name: Week", "name: Other"))
    assert pdsync("apply", "--yes").code == 0
    shown = " ".join(pdsync("plan").out.split())
    assert "No changes." in shown
    assert "schedule/primary: 'Week' ends at 2026-10-21 14:3" in shown
    account.control.advance(60)
    assert "'Week' ends" not in pdsync("plan").out


def test_a_start_that_the_manifest_says_is_nothing_pending_of_a_plan(
    pdsync: Pdsync, folder: Path, account: SandboxServer
) -> None:
    write(folder, "ana, bo")
    file = folder / "rota.yaml"
    later = 'start: "2026-11-01T09:00", end: "2026-12-01T09:00"'
    file.write_text(file.read_text().replace("{name: Week,", f"{{name: Week, {later},").replace("[ana, bo]", "[ana]"))
    assert pdsync("apply", "--yes").code == 0
    assert json.loads(pdsync("plan", "-o", "json").out)["pending"] == []
    for live in ((), ("--live",)):
        shown = " ".join(pdsync("oncall", "primary", *live, "--at", "2026-10-21T14:30:00Z").out.split())
        assert "'Week' begins at 2026-11-01 09:00 CET" in shown
        assert "'Week' ends at 2026-12-01 09:00 CET" in shown


def test_a_target_leaves_the_other_edits_out(pdsync: Pdsync, folder: Path, account: SandboxServer) -> None:
    write(folder, "ana, bo")
    assert pdsync("apply", "--yes").code == 0
    write(folder, "cy, ana, bo")
    body = json.loads(pdsync("plan", "-o", "json", "--target", "service/shop").out)
    assert (body["changes"], body["pending"]) == ([], [])


def test_what_fails_is_not_pending(pdsync: Pdsync, folder: Path, account: SandboxServer) -> None:
    write(folder, "ana, bo")
    assert pdsync("apply", "--yes").code == 0
    write(folder, "cy, ana, bo")
    account.control.set_faults(
        [{"match": {"method": "PUT", "path": "/schedules/**"}, "action": {"type": "error", "status": 400}}]
    )
    run = pdsync("apply", "--yes", "-o", "json")
    assert run.code == 1
    assert json.loads(run.out)["result"]["pending"] == []


def test_the_digest_does_not_depend_on_what_is_pending(pdsync: Pdsync, folder: Path, account: SandboxServer) -> None:
    write(folder, "ana, bo")
    assert pdsync("apply", "--yes").code == 0
    hand_off = write(folder, "cy, ana, bo")
    assert pdsync("apply", "--yes").code == 0
    before = json.loads(pdsync("plan", "-o", "json").out)
    account.control.advance((hand_off - NOW).total_seconds() + 60)
    after = json.loads(pdsync("plan", "-o", "json").out)
    assert (len(before["pending"]), after["pending"]) == (1, [])
    assert before["digest"] == after["digest"]


@pytest.mark.parametrize("command", [("oncall", "primary"), ("explain", "Shop"), ("page",)], ids=" ".join)
def test_commands_about_on_call_name_it_live_and_say_offline_what_they_cannot_know(
    pdsync: Pdsync, folder: Path, account: SandboxServer, command: tuple[str, ...]
) -> None:
    write(folder, "ana, bo")
    assert pdsync("apply", "--yes").code == 0
    hand_off = write(folder, "cy, ana, bo")
    assert pdsync("apply", "--yes").code == 0
    live = " ".join(pdsync(*command, "--live").out.split())
    assert f"the new order begins at {hand_off:%Y-%m-%d %H:%M %Z} with" in live
    offline = " ".join(pdsync(*command).err.split())
    assert "schedule/primary is hand-off aware" in offline


def test_the_json_of_oncall_names_it(pdsync: Pdsync, folder: Path, account: SandboxServer) -> None:
    write(folder, "ana, bo")
    assert pdsync("apply", "--yes").code == 0
    hand_off = write(folder, "cy, ana, bo")
    assert pdsync("apply", "--yes").code == 0
    at = f"{hand_off.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for arguments in ((), ("--from", "2026-10-21T14:30"), ("--from", "2026-10-21T14:30", "--to", "2026-11-21T14:30")):
        body = json.loads(pdsync("oncall", "--live", "-o", "json", *arguments).out)
        assert [(each["schedule"], each["at"]) for each in body["pending"]] == [("primary", at)]
    body = json.loads(
        pdsync("oncall", "--live", "-o", "json", "--from", "2026-10-21T14:30", "--to", "2026-10-21T15:30").out
    )
    assert body["pending"] == []
