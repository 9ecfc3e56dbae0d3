"""Two applies at once, of the same and of different manifests: one object for each manifest, whoever is faster."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from pdsync.account import fetch_account
from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.kinds import Resource
from pdsync.manifest import load_manifests
from pdsync.plan import PlanOptions, build_plan
from pdsync.sandbox import SandboxServer
from tests.campaigns.harness import SMALL, TOKEN
from tests.campaigns.ledger import difference, duplicates, ledger
from tests.campaigns.setting import RUNS

_MORE = """\
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: cart}
spec: {name: Cart, escalation_policy: shop}
"""


def load(folder: Path, name: str, text: str) -> tuple[Resource, ...]:
    file = folder / f"{name}.yaml"
    file.write_text(text)
    loaded = load_manifests([file])
    assert not loaded.problems, loaded.problems
    return loaded.resources


def apply(server: SandboxServer, wanted: tuple[Resource, ...], start: Barrier | None = None) -> int:
    with RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False, sleep=_nap) as client:
        if start is not None:
            start.wait()
        plan = build_plan(wanted, fetch_account(client, wanted), PlanOptions("acme"))
        if plan.problems or plan.has_blockers:
            return 1
        return apply_plan(plan, client, sleep=_nap).exit_code


def _nap(seconds: float) -> None:
    time.sleep(seconds / 40)


def race(folder: Path, rounds: int, *, same: bool) -> dict[str, int]:
    """Lets two run against each other, then one alone, and compares."""
    first = load(folder, "first", SMALL)
    text = SMALL.replace("auto_resolve_timeout: 4h", "auto_resolve_timeout: 2h") + _MORE
    second = first if same else load(folder, "second", text)
    ends = {"rounds": 0, "both_ended_well": 0}
    with SandboxServer() as server:
        start = server.control.state()
        assert apply(server, second) == 0
        wanted = ledger(server.control.state())
        for _ in range(rounds):
            server.control.restore(start)
            barrier = Barrier(2)
            with ThreadPoolExecutor(2) as pool:
                runs = [pool.submit(apply, server, each, barrier) for each in (first, second)]
                codes = [run.result() for run in runs]
            assert set(codes) <= {0, 1, 3, 4, 6}, codes
            assert apply(server, second) == 0, codes
            state = server.control.state()
            assert not duplicates(state), codes
            assert not difference(ledger(state), wanted), difference(ledger(state), wanted)
            ends["rounds"] += 1
            ends["both_ended_well"] += codes == [0, 0]
    return ends


@pytest.mark.parametrize("same", [True, False], ids=["same manifests", "different manifests"])
def test_two_at_once(tmp_path: Path, same: bool) -> None:
    assert race(tmp_path, 3, same=same)["rounds"] == 3


@pytest.mark.campaign
@pytest.mark.parametrize("same", [True, False], ids=["same manifests", "different manifests"])
def test_two_at_once_many_times(tmp_path: Path, same: bool, capsys: pytest.CaptureFixture[str]) -> None:
    ends = race(tmp_path, RUNS or 200, same=same)
    with capsys.disabled():
        print(f"\ntwo at once, {'same' if same else 'different'} manifests: {ends}, no duplicate")  # noqa: T201
