"""Two applies at once, of the same and of different manifests: one object for each manifest, no matter which is faster."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from pdsync.apply import Watch, apply_plan, bulk_creation
from pdsync.client import RestApiV2Client
from pdsync.engine.host import add_hosts
from pdsync.manifest import load_manifests
from pdsync.model import Resource
from pdsync.plan import Status
from pdsync.sandbox import SandboxServer
from tests.campaigns.harness import SMALL, TOKEN
from tests.campaigns.ledger import difference, duplicates, ledger
from tests.campaigns.setting import ALONE, IN_GROUPS, RUNS
from tests.support.world import TAKEN, plan_for

_MORE = """\
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: cart}
spec: {name: Cart, escalation_policy: shop}
"""


_EACH = """\
---
apiVersion: pdsync/v1
kind: Team
metadata: {{name: t{n}}}
spec: {{name: Team {n}, members: [{{user: ana}}, {{user: bo}}]}}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {{name: s{n}}}
spec: {{name: Schedule {n}, time_zone: Etc/UTC, teams: [t{n}], schedule_layers: [{{name: All, users: [bo], rotation_virtual_start: "2026-01-05T09:00", rotation_turn_length_seconds: 1w}}]}}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {{name: p{n}}}
spec: {{name: Policy {n}, escalation_rules: [{{escalation_delay_in_minutes: 10m, targets: [{{schedule: s{n}}}]}}]}}
"""


def make_many(count: int = 12) -> str:
    """The manifests of so many teams, schedules and policies, each with the one before it."""
    return "".join(_EACH.format(n=n) for n in range(count))


def load(folder: Path, name: str, text: str) -> tuple[Resource, ...]:
    file = folder / f"{name}.yaml"
    file.write_text(text)
    loaded = load_manifests([file])
    assert not loaded.problems, loaded.problems
    return loaded.resources


def apply(server: SandboxServer, wanted: tuple[Resource, ...]) -> int:
    return apply_and_tell(server, wanted)[0]


def apply_and_tell(
    server: SandboxServer, wanted: tuple[Resource, ...], start: Barrier | None = None
) -> tuple[int, bool]:
    """The exit code, and whether the run says that the service is as its manifest says."""
    with RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False, sleep=_nap) as client:
        add_hosts(client, TOKEN)
        if start is not None:
            start.wait()
        plan = plan_for(client, wanted, workspace="acme")
        if plan.problems or plan.has_blockers:
            return 1, False
        result = apply_plan(plan, client, Watch(sleep=_nap, hand_out=TAKEN.append))
        ended = {outcome.address: outcome.status for outcome in result.outcomes}
        return result.exit_code, ended.get(_SERVICE, Status.ALREADY) in (Status.APPLIED, Status.ALREADY)


def _nap(seconds: float) -> None:
    time.sleep(seconds / 40)


SORTS = ["same", "many", "different", "edits"]
"""Two runs make the same; the same, and more of it; two make what differs in one object, and one makes something more; two edit one
object differently."""
_WAYS = {"many": (8, ALONE)}
"""How many creates make a group, from round to round. With two of them a run that makes something more goes in groups, and the other
one does not."""
_SERVICE = "service/checkout"
_FIELD = "auto_resolve_timeout"
_VALUES = {"auto_resolve_timeout: 4h": 14_400, "auto_resolve_timeout: 2h": 7_200}


def race(folder: Path, rounds: int, patch: pytest.MonkeyPatch, *, sort: str) -> Counter[str]:
    """Lets two run against each other, then one alone, and compares. What a run says that it did is what the account holds,
    unless the other one says the same of itself."""
    texts = [SMALL.replace("auto_resolve_timeout: 4h", text) for text in _VALUES]
    texts = (
        [texts[0], texts[0]]
        if sort == "same"
        else [texts[0] + make_many()] * 2
        if sort == "many"
        else [texts[0], texts[1] + (_MORE if sort == "different" else "")]
    )
    both = [load(folder, f"number-{number}", text) for number, text in enumerate(texts)]
    values = [value for text in texts for words, value in _VALUES.items() if words in text]
    ends = Counter({"rounds": 0, "both ended well": 0})
    with SandboxServer() as server:
        start = server.control.state()
        assert apply(server, both[1]) == 0
        wanted = ledger(server.control.state())
        if sort == "edits":
            server.control.restore(start)
            before = load(folder, "before", SMALL.replace("auto_resolve_timeout: 4h", "auto_resolve_timeout: 1h"))
            assert apply(server, before) == 0
            start = server.control.state()
        for number in range(rounds):
            server.control.restore(start)
            ways = _WAYS.get(sort, (IN_GROUPS, 2, ALONE))
            patch.setattr(bulk_creation, "BULK", ways[number % len(ways)])
            barrier = Barrier(2)
            with ThreadPoolExecutor(2) as pool:
                told = [run.result() for run in [pool.submit(apply_and_tell, server, it, barrier) for it in both]]
            codes = [code for code, _ in told]
            assert set(codes) <= {0, 1, 3, 4, 6}, codes
            well = {value for value, (_, done) in zip(values, told, strict=True) if done}
            held = {it[_FIELD] for it in server.control.state()["service"] if it["name"] == "Checkout"}
            assert held <= well or not well, (told, held)
            assert apply(server, both[1]) == 0, codes
            state = server.control.state()
            assert not duplicates(state), codes
            assert not difference(ledger(state), wanted), difference(ledger(state), wanted)
            ends.update({"rounds": 1, "both ended well": codes == [0, 0], f"ended {sorted(codes)}": 1})
    return ends


@pytest.mark.parametrize("sort", SORTS)
def test_two_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    rounds = 1 if sort == "many" else 3
    assert race(tmp_path, rounds, monkeypatch, sort=sort)["rounds"] == rounds


@pytest.mark.campaign
@pytest.mark.parametrize("sort", SORTS)
def test_two_at_once_many_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sort: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = race(tmp_path, RUNS or 200, monkeypatch, sort=sort)
    with capsys.disabled():
        print(f"\ntwo at once, {sort}: {dict(ends)}, no duplicate, nothing told that is not so")  # noqa: T201
