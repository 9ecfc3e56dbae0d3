"""The clock goes on for months, in steps of minutes to weeks: windows are made late, overrides run, events begin, and plans are old."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tests.campaigns.dated_life import DatedLife
from tests.campaigns.dated_workspace import CONFIGURATION
from tests.campaigns.harness import make_harness
from tests.campaigns.setting import FIRST, RUNS, SEED

_STEPS = 12
_LIVES = 300
_REPORT_EACH = 5


def live_on(folder: Path, monkeypatch: pytest.MonkeyPatch, lives: range, steps: int) -> None:
    """So many lives of so many steps. What fails names its seed and what happened before."""
    with make_harness(folder, monkeypatch, "") as harness:
        (folder / "pdsync.yaml").write_text(CONFIGURATION, encoding="utf-8")
        for number in lives:
            life = DatedLife(harness, Random(f"{SEED}:{number}"))
            try:
                life.begin()
                for _ in range(steps):
                    life.step()
                    harness.count(steps=1)
            except BaseException as error:
                error.add_note(f"seed {SEED}, life {number}: " + "; ".join(life.log[-12:]))
                (folder / "before.json").write_text(json.dumps(life.before), encoding="utf-8")
                raise
            harness.count(lives=1)
            if number % _REPORT_EACH == _REPORT_EACH - 1:
                harness.report("clock so far")
        harness.report("clock")


def test_a_few_days_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live_on(tmp_path, monkeypatch, range(1), 1)


@pytest.mark.campaign
def test_months_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live_on(tmp_path, monkeypatch, range(FIRST, RUNS or _LIVES), _STEPS)
