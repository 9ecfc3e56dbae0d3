"""A storm: one request in five is struck by some fault while many changes are applied."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pdsync.apply import Watch, apply_plan, bulk_creation
from pdsync.client import RestApiV2Client
from pdsync.engine import connection
from pdsync.engine.host import add_hosts
from pdsync.plan import Status
from pdsync.sandbox import SandboxServer
from tests.campaigns.harness import SMALL, TOKEN, Clock
from tests.campaigns.ledger import difference, duplicates, ledger
from tests.campaigns.setting import RUNS, SEED
from tests.campaigns.test_fault import FAULTS
from tests.campaigns.test_race import apply, load, make_many
from tests.support.world import TAKEN, plan_for

_BUDGET = 960
_RUNS = 6
_SHARE = 0.2
_HELD_KIB_PER_CHANGE = 2.0
"""An outcome, an id and an address."""
_RESIDENT_MIB = 12.0
"""A page in the hands of each of up to 16 workers, and what the allocator keeps for each thread: the same however many services there are. Of
what Python itself holds at the end, which is counted too, it is no part: 0.3 MiB of 500 services."""
_RESIDENT_KIB_PER_CHANGE = 2.0
"""What is held, and the books of tracemalloc."""


def company(services: int) -> str:
    """The manifests of a company with so many services more, and with a team, a schedule and a policy for every twentieth of them."""
    more = "".join(
        f"---\napiVersion: pdsync/v1\nkind: Service\nmetadata: {{name: s{n}}}\nspec: {{name: Service {n}, escalation_policy: shop}}\n"
        for n in range(services)
    )
    return SMALL + more + make_many(services // 20)


def fault_rules() -> list[dict[str, Any]]:
    """Faults of all sorts, which strike the share of requests together."""
    faults = [action for name, action in FAULTS.items() if not name.startswith("stall")]
    each = 1 - (1 - _SHARE) ** (1 / len(faults))
    return [{"match": {"probability": each}, "action": action} for action in faults]


def storm(folder: Path, services: int, seed: int) -> dict[str, float]:
    """Applies a company with so many services under fire, again and again until all is done."""
    wanted = load(folder, "storm", company(services))
    clock = Clock(shortened=float("inf"))
    with (
        pytest.MonkeyPatch.context() as patch,
        SandboxServer(rate_limit_per_minute=_BUDGET, clock=clock.now_s) as server,
        RestApiV2Client(
            TOKEN,
            base_url=server.url,
            retry_ambiguous_posts=False,
            retry={500: 4, 502: 4, 503: 4, 504: 4},
            sleep=clock.sleep,
            clock=clock.now_s,
        ) as client,
    ):
        patch.setitem(connection.CLIENT_OPTIONS, "sleep", clock.sleep)
        patch.setitem(connection.CLIENT_OPTIONS, "clock", clock.now_s)
        add_hosts(client, TOKEN)
        start = server.control.state()
        calm = plan_for(client, wanted, workspace="acme")
        assert apply_plan(calm, client, Watch(sleep=clock.sleep, hand_out=TAKEN.append)).exit_code == 0
        undisturbed = ledger(server.control.state())
        server.control.restore(start)
        server.control.forget()
        plan = plan_for(client, wanted, workspace="acme")
        rules = fault_rules()
        server.control.set_faults({"seed": seed, "rules": rules})
        figures = {"changes": float(len(plan.changes)), "faults": 0.0, "runs": 0.0, "unknown": 0.0}
        for attempt in range(_RUNS):
            result = apply_plan(plan, client, Watch(sleep=clock.sleep, hand_out=TAKEN.append))
            assert len(result.outcomes) == len(plan.changes)
            figures["runs"] += 1
            figures["unknown"] += result.count()[Status.UNKNOWN]
            figures["faults"] += sum(rule["struck"] for rule in server.control.faults())
            server.control.clear_faults()
            plan = plan_for(client, wanted, workspace="acme")
            assert not plan.problems, plan.problems
            if not plan.changes:
                break
            server.control.set_faults({"seed": seed + attempt + 1, "rules": rules})
        server.control.clear_faults()
        assert apply_plan(plan, client, Watch(sleep=clock.sleep, hand_out=TAKEN.append)).exit_code == 0
        state = server.control.state()
        requests = server.requests()
        over = [it for it in requests if it["status"] == 429 and "Refuse" not in it.get("faults", [])]
        assert not duplicates(state)
        assert not difference(ledger(state), undisturbed), difference(ledger(state), undisturbed)
        figures |= {"requests": float(len(requests)), "over_budget": float(len(over))}
        assert len(over) <= 0.01 * len(requests) + 4
    return figures


def test_sixty_changes_in_a_storm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_creation, "BULK", 3)
    assert storm(tmp_path, 60, SEED)["faults"] > 20


@pytest.mark.campaign
def test_two_thousand_changes_in_a_storm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = storm(tmp_path, RUNS or 2000, SEED)
    with capsys.disabled():
        print(f"\nstorm: {figures}, no duplicate, nothing lost")  # noqa: T201


def held(folder: Path, services: int, seed: int) -> dict[str, Any]:
    """What a process holds of memory in and after an apply under fire."""
    (folder / "storm.yaml").write_text(company(services))
    with SandboxServer() as server:
        assert apply(server, load(folder, "small", SMALL)) == 0  # or the storm might end with what all the others need
        server.control.set_faults({"seed": seed, "rules": fault_rules()})
        command = [sys.executable, "-m", "tests.campaigns.applier", server.url, str(folder / "storm.yaml")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["code"] in (0, 3, 6)
    assert said["applied"] > 0.8 * services
    return said


@pytest.mark.campaign
def test_an_apply_holds_on_to_nothing_but_outcomes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither how often it looks for what a lost answer may have made nor how much there is to look through makes it larger."""
    for services in (500, RUNS or 2000):
        said = held(tmp_path, services, SEED)
        points = said["points_mib"]
        with capsys.disabled():
            shown = f"{said['held_kib']:.0f} KiB held at the end, MiB resident by tenths {points}"
            print(f"\nstorm: {services} services, {shown}")  # noqa: T201
        assert said["held_kib"] < _HELD_KIB_PER_CHANGE * services
        assert max(points) - points[0] < _RESIDENT_MIB + _RESIDENT_KIB_PER_CHANGE * services / 1024
