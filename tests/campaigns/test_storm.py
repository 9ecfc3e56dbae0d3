"""A storm: one request in five is struck by some fault while many changes are applied."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.account import fetch_account
from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.plan import PlanOptions, Status, build_plan
from pdsync.sandbox import SandboxServer
from tests.campaigns.harness import SMALL, TOKEN, Clock
from tests.campaigns.ledger import difference, duplicates, ledger
from tests.campaigns.memory import Memory, measured
from tests.campaigns.setting import RUNS, SEED
from tests.campaigns.test_fault import FAULTS
from tests.campaigns.test_race import load

_BUDGET = 960
_RUNS = 6
_SHARE = 0.2
_HELD_MIB_PER_CHANGE = 1 / 1024
"""An outcome, an id and an address."""


def storm(folder: Path, services: int, seed: int, memory: Memory | None = None) -> dict[str, float]:
    """Applies a company with so many services under fire, again and again until all is done. `memory` is noted after each
    quarter of the first run."""
    more = "".join(
        f"---\napiVersion: pdsync/v1\nkind: Service\nmetadata: {{name: s{n}}}\nspec: {{name: Service {n}, escalation_policy: shop}}\n"
        for n in range(services)
    )
    wanted = load(folder, "storm", SMALL + more)
    clock = Clock(shortened=float("inf"))
    faults = [action for name, action in FAULTS.items() if not name.startswith("stall")]
    each = 1 - (1 - _SHARE) ** (1 / len(faults))
    with (
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
        start = server.control.state()
        calm = build_plan(wanted, fetch_account(client, wanted), PlanOptions("acme"))
        assert apply_plan(calm, client, sleep=clock.sleep).exit_code == 0
        undisturbed = ledger(server.control.state())
        server.control.restore(start)
        server.control.forget()
        plan = build_plan(wanted, fetch_account(client, wanted), PlanOptions("acme"))
        rules = [{"match": {"probability": each}, "action": action} for action in faults]
        server.control.set_faults({"seed": seed, "rules": rules})
        figures = {"changes": float(len(plan.changes)), "faults": 0.0, "runs": 0.0, "unknown": 0.0}
        for attempt in range(_RUNS):
            ended = itertools.count(1)

            def note(outcome: object, ended: Iterator[int] = ended, first: bool = not attempt) -> None:
                if next(ended) % max(1, services // 4) == 0 and memory is not None and first:
                    memory.note()

            result = apply_plan(plan, client, on_outcome=note, sleep=clock.sleep)
            assert len(result.outcomes) == len(plan.changes)
            figures["runs"] += 1
            figures["unknown"] += result.count()[Status.UNKNOWN]
            figures["faults"] += sum(rule["struck"] for rule in server.control.faults())
            server.control.clear_faults()
            plan = build_plan(wanted, fetch_account(client, wanted), PlanOptions("acme"))
            assert not plan.problems, plan.problems
            if not plan.changes:
                break
            server.control.set_faults({"seed": seed + attempt + 1, "rules": rules})
        server.control.clear_faults()
        assert apply_plan(plan, client, sleep=clock.sleep).exit_code == 0
        state = server.control.state()
        requests = server.requests()
        over = [it for it in requests if it["status"] == 429 and "Refuse" not in it.get("faults", [])]
        assert not duplicates(state)
        assert not difference(ledger(state), undisturbed), difference(ledger(state), undisturbed)
        figures |= {"requests": float(len(requests)), "over_budget": float(len(over))}
        assert len(over) <= 0.01 * len(requests) + 4
    return figures


def test_sixty_changes_in_a_storm(tmp_path: Path) -> None:
    assert storm(tmp_path, 60, SEED)["faults"] > 20


@pytest.mark.campaign
def test_two_thousand_changes_in_a_storm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is held of a change that is done is its outcome, and nothing that was read or sent for it."""
    for changes in (500, RUNS or 2000):
        with measured() as memory:
            figures = storm(tmp_path, changes, SEED, memory)
        points = ", ".join(f"{point:.2f}" for point in memory.points_mib)
        with capsys.disabled():
            print(f"\nstorm: {figures}, no duplicate, nothing lost; MiB held after each quarter: {points}")  # noqa: T201
        assert memory.grown_mib < _HELD_MIB_PER_CHANGE * changes
