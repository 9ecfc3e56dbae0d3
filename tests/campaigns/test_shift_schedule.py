"""Rotations under every fault and every kill: no minute without a person on call, and the next run does the rest."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests

from pdsync.engine import connection
from tests.campaigns.harness import TOKEN, Harness, make_harness
from tests.campaigns.setting import SEED
from tests.campaigns.test_fault import _TIMEOUT_S, FAULTS, strikes, wait_for_late_ones
from tests.campaigns.test_kill import stop_at

_PEOPLE = "".join(
    f"apiVersion: pdsync/v1\nkind: User\nmetadata: {{name: {key}}}\n"
    f"spec: {{name: {key.title()}, email: {key}@example.com, role: limited_user}}\n---\n"
    for key in ("ana", "bo", "cid")
)
_POLICY = """\
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec: {name: Shop, escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [{schedule: primary}]}]}
---
"""
_SCHEDULE = """\
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: primary}
spec:
  version: 3
  name: Primary
  time_zone: Europe/Berlin
  rotations:
"""
BEFORE = (
    f"{_PEOPLE}{_POLICY}{_SCHEDULE}"
    + """\
    - {name: whole weeks, every: week, on: [mon], from: "09:00", members: [ana, bo]}
    - {name: days, every: day, from: "08:00", to: "20:00", members: [cid]}
"""
)
AFTER = (
    f"{_PEOPLE}{_POLICY}{_SCHEDULE}"
    + """\
    - {name: whole weeks, every: week, on: [mon], from: "09:00", members: [bo, cid, ana]}
    - {name: nights, every: day, from: "20:00", to: "08:00", members: [cid, bo]}
"""
)
_AHEAD = timedelta(days=40)


def _schedules(harness: Harness) -> list[dict[str, Any]]:
    """The shift-based schedules with all that they mean for a while."""
    now = datetime.now(UTC)
    params = {"include[]": "final_schedule", "since": now.isoformat(), "until": (now + _AHEAD).isoformat()}
    headers = {"Authorization": f"Token token={TOKEN}"}

    def get(path: str, **options: Any) -> Any:
        return requests.get(f"{harness.server.url}/v3/{path}", headers=headers, timeout=10, **options).json()

    return [get(f"schedules/{it['id']}", params=params)["schedule"] for it in get("schedules")["schedules"]]


def _assert_covered(harness: Harness, where: str) -> None:
    """A policy never leads to a schedule in which someone is missing, by what PagerDuty itself renders."""
    for schedule in _schedules(harness):
        if not schedule["escalation_policies"]:
            continue
        spans = sorted(_spans(schedule))
        assert spans, where
        reached = spans[0][0]
        for start, end in spans:
            assert start <= reached, f"{where}: no one is on call from {reached} to {start}"
            reached = max(reached, end)
        assert reached >= datetime.now(UTC) + _AHEAD - timedelta(minutes=10), where


def _spans(schedule: dict[str, Any]) -> Iterator[tuple[datetime, datetime]]:
    for entry in schedule["final_schedule"]["computed_shift_assignments"]:
        if entry["member"].get("user_id"):
            yield datetime.fromisoformat(entry["start_time"]), datetime.fromisoformat(entry["end_time"])


def _meaning(harness: Harness) -> Any:
    """The events that count or will, without ids and moments."""
    names = {row["id"]: row["name"] for row in harness.state()["user"]}
    found = []
    for schedule in _schedules(harness):
        for rotation in schedule["rotations"]:
            events = []
            for event in rotation["events"]:
                members = [names.get(it.get("user_id")) for it in event["assignment_strategy"]["members"]]
                events.append((event["name"], members, event["recurrence"], bool(event["effective_until"])))
            if events:
                found.append(events)
    return sorted(found, key=str)


def _begin_edit(harness: Harness) -> Any:
    """The account as the first manifests make it, and the second ones in the workspace. Gives what an undisturbed apply makes of it."""
    assert harness.apply().code == 0
    _assert_covered(harness, "before the edit")
    harness.start = harness.server.control.state()
    (harness.folder / "manifests" / "all.yaml").write_text(AFTER, encoding="utf-8")
    harness.restore()
    done = harness.apply()
    assert done.code == 0, done.err
    return _meaning(harness)


def _check_end(harness: Harness, wanted: Any, where: str) -> None:
    again = harness.apply()
    assert again.code == 0, where + again.out + again.err
    _assert_covered(harness, where)
    assert _meaning(harness) == wanted, where
    assert harness.run("-q", "plan", "--exit-code").code == 0, where
    assert len(harness.state()["schedule_v3"]) == 1, where
    harness.assert_journals_true()


def _strike_each(harness: Harness, cases: Iterable[tuple[str, int]], wanted: Any) -> None:
    for name, index in cases:
        harness.restore()
        harness.server.control.set_faults({"rules": [strikes(name, index)]})
        first = harness.apply()
        struck = harness.server.control.faults()[0]["struck"]
        where = f"{name} at request {index}: exit {first.code}: {first.out}{first.err}"
        assert first.code in (0, 1, 3, 6), where
        wait_for_late_ones(harness, struck)
        harness.server.control.clear_faults()
        _assert_covered(harness, where)
        _check_end(harness, wanted, where)
        harness.count(runs=1, faults=struck, recovered_at_once=first.code == 0)


def _kill_each(harness: Harness, indices: Iterable[int], wanted: Any) -> None:
    for index in indices:
        harness.restore()
        code, err = stop_at(harness, index, signal.SIGKILL)
        assert code == -signal.SIGKILL, err
        _assert_covered(harness, f"killed at write {index}")
        _check_end(harness, wanted, f"killed at write {index}")
        harness.count(kills=1)


def _writes(harness: Harness) -> int:
    return sum(asked["method"] != "GET" for asked in harness.server.requests())


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.CLIENT_OPTIONS, "timeout", _TIMEOUT_S)


@pytest.mark.usefixtures("_impatient")
def test_a_sample_of_faults_of_an_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, BEFORE) as harness:
        wanted = _begin_edit(harness)
        random, asked = Random(SEED), len(harness.server.requests())
        _strike_each(harness, [(name, random.randint(1, asked)) for name in list(FAULTS)[::3]], wanted)


def test_a_kill_in_the_middle_of_an_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, BEFORE) as harness:
        wanted = _begin_edit(harness)
        _kill_each(harness, (_writes(harness) // 2,), wanted)


@pytest.mark.campaign
@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("is_edit", [True, False], ids=["edit", "create"])
def test_every_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_edit: bool) -> None:
    with make_harness(tmp_path, monkeypatch, BEFORE) as harness:
        wanted = _begin_edit(harness) if is_edit else _create(harness)
        asked = len(harness.server.requests())
        _strike_each(harness, [(name, index) for index in range(1, asked + 1) for name in FAULTS], wanted)
        harness.report(f"every request, every fault (rotations, {asked} requests)")


@pytest.mark.campaign
@pytest.mark.parametrize("is_edit", [True, False], ids=["edit", "create"])
def test_every_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_edit: bool) -> None:
    with make_harness(tmp_path, monkeypatch, BEFORE) as harness:
        wanted = _begin_edit(harness) if is_edit else _create(harness)
        _kill_each(harness, range(1, _writes(harness) + 1), wanted)
        harness.report("kill (rotations)")


def _create(harness: Harness) -> Any:
    assert harness.apply().code == 0
    return _meaning(harness)
