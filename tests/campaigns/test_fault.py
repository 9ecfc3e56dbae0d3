"""Every write, every fault: an apply is struck once, run again, and the account is that of an undisturbed run."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pdsync.apply import bulk_creation
from pdsync.engine import connection
from tests.campaigns.bulk import begin_bulk, begin_replacing
from tests.campaigns.harness import EXAMPLES, SMALL, Harness, make_harness
from tests.campaigns.ledger import difference, duplicates
from tests.campaigns.setting import ALONE, FIRST, IN_GROUPS, RUNS, SEED

WRITES = ["POST", "PUT", "DELETE"]
FAULTS: dict[str, dict[str, Any]] = {
    "drop before": {"type": "drop", "when": "before"},
    "drop after commit": {"type": "drop", "when": "after"},
    "drop amid the answer": {"type": "drop", "when": "midway"},
    "500 before": {"type": "error", "status": 500},
    "500 after commit": {"type": "error", "status": 500, "commit": True},
    "503 after commit": {"type": "error", "status": 503, "commit": True},
    "429": {"type": "rate_limit", "retry_after_s": 30},
    "stall": {"type": "latency", "ms": 100},
    "stall past the timeout": {"type": "latency", "ms": 360},
    "truncated answer": {"type": "truncate", "keep": 0.6},
    "lists lag": {"type": "lag", "reads": 3},
    "all reads lag": {"type": "lag", "reads": 3, "seen_by": "all"},
}
_REPORT_EACH = 100
_TIMEOUT_S = (5.0, 0.3)
"""For an answer: less than the longer stall, of which the request is carried out when no one waits any more."""


def strikes(name: str, index: int) -> dict[str, Any]:
    """A rule that strikes the request of this number; what delays what is seen strikes writes only."""
    match: dict[str, Any] = {"nth": index}
    if FAULTS[name]["type"] == "lag":
        match["method"] = WRITES
    return {"match": match, "action": FAULTS[name]}


def undisturbed(harness: Harness) -> tuple[Any, int]:
    """What an apply leaves, and how many requests it takes."""
    harness.restore()
    assert harness.apply().code == 0
    return harness.ledger(), len(harness.server.requests())


def wait_for_late_ones(harness: Harness, struck: int) -> None:
    """Until the sandbox has carried out what no one waited for."""
    end = time.monotonic() + 10
    while sum(bool(asked.get("faults")) for asked in harness.server.requests()) < struck:
        assert time.monotonic() < end
        time.sleep(0.01)


def run_each(harness: Harness, cases: Iterable[tuple[str, int]], wanted: Any) -> None:
    for name, index in cases:
        harness.restore()
        harness.server.control.set_faults({"rules": [strikes(name, index)]})
        first = harness.apply()
        struck = harness.server.control.faults()[0]["struck"]
        assert first.code in (0, 1, 3, 6), (name, index, first)
        wait_for_late_ones(harness, struck)
        harness.server.control.clear_faults()
        again = harness.apply()
        where = f"{name} at request {index}: exit {first.code}, then {again.code}\n{first.out}{first.err}{again.out}{again.err}"
        assert again.code == 0, where
        state = harness.state()
        assert not duplicates(state), where
        assert not difference(harness.ledger(), wanted), where + difference(harness.ledger(), wanted)
        harness.assert_secrets_known()
        harness.assert_journals_true()
        harness.count(runs=1, faults=struck, recovered_at_once=first.code == 0)
    harness.count(duplicates=0, losses=0)


@pytest.fixture(autouse=True, params=[ALONE, IN_GROUPS], ids=["alone", "in groups"])
def _ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An impatient client, and creates that go in either way."""
    monkeypatch.setitem(connection.CLIENT_OPTIONS, "timeout", _TIMEOUT_S)
    monkeypatch.setattr(bulk_creation, "BULK", request.param)


def test_a_sample_of_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fault in one of the two ways; the long forms try each in both."""
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        wanted, requests = undisturbed(harness)
        random = Random(SEED + bulk_creation.BULK)
        names = list(FAULTS)[int(bulk_creation.BULK == ALONE) :: 2]
        run_each(harness, [(name, random.randint(1, requests)) for name in names], wanted)


def test_a_sample_of_faults_while_objects_are_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        begin_replacing(harness)
        wanted, _ = undisturbed(harness)
        random = Random(SEED + bulk_creation.BULK)
        writes = [at for at, it in enumerate(harness.server.requests(), 1) if it["method"] != "GET"]
        names = list(FAULTS)[int(bulk_creation.BULK == ALONE) :: 2]
        run_each(harness, [(name, random.choice(writes)) for name in names], wanted)


@pytest.mark.campaign
def test_every_request_of_a_replacement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        begin_replacing(harness)
        wanted, requests = undisturbed(harness)
        cases = [(name, index) for index in range(1, requests + 1) for name in FAULTS]
        run_each(harness, Random(SEED).sample(cases, min(RUNS or len(cases), len(cases))), wanted)
        harness.report(f"every request, every fault (replacements, {requests} requests)")


@pytest.mark.campaign
def test_every_request_of_the_small_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        wanted, requests = undisturbed(harness)
        run_each(harness, [(name, index) for index in range(1, requests + 1) for name in FAULTS], wanted)
        harness.report("every request, every fault (small company)")


@pytest.mark.campaign
def test_every_request_of_many_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        begin_bulk(harness)
        wanted, requests = undisturbed(harness)
        cases = [(name, index) for index in range(1, requests + 1) for name in FAULTS]
        run_each(harness, Random(SEED).sample(cases, min(RUNS or len(cases), len(cases))), wanted)
        harness.report(f"every request, every fault (many changes at once, {requests} requests)")


@pytest.mark.campaign
def test_the_example_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, EXAMPLES) as harness:
        wanted, requests = undisturbed(harness)
        cases = [(name, index) for index in range(1, requests + 1) for name in FAULTS]
        total = len(cases)
        Random(SEED).shuffle(cases)  # a campaign that is cut short has tried a fair part
        cases = cases[FIRST:][: RUNS or total]
        for at in range(0, len(cases), _REPORT_EACH):
            run_each(harness, cases[at : at + _REPORT_EACH], wanted)
            harness.report(f"every request, every fault (example company, {requests} requests, {total} cases in all)")
