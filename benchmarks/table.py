#!/usr/bin/env python3
"""What pdsync costs, as one table in Markdown; every ratio is of figures of this run.

benchmarks/table.py [--resources N] [--changes N]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from load_manifests import parse_bare, write_files

from pdsync.account import fetch_account
from pdsync.apply import apply_plan
from pdsync.client import IncompleteListError, RestApiV2Client
from pdsync.kinds import KINDS, Account
from pdsync.manifest import load_manifests
from pdsync.plan import PlanOptions, build_plan
from pdsync.sandbox import SandboxServer

TOKEN = "u+benchmark-benchmark-1"
LATENCY_S = 0.05
WORKERS = 4
BUDGET = 960
PAGE = 100
VENDORS = {"datadog": "PDATADOG"}


def best(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of processor time, the best of some."""
    found = float("inf")
    for _ in range(times):
        begun = time.process_time()
        work()
        found = min(found, time.process_time() - begun)
    return found


def wall(command: list[str], folder: Path, times: int = 5) -> float:
    found = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        found = min(found, time.perf_counter() - begun)
    return found


def account_of(resources: int) -> Account:
    """An account in which everybody is there whom the manifests refer to, and nothing else."""
    people = [
        {"id": f"PU{n}", "name": f"U{n}", "email": f"person-{n}@example.com"} for n in range(max(1, resources // 100))
    ]
    objects = {kind.slug: tuple(map(kind.read_live, people if kind.slug == "user" else [])) for kind in KINDS}
    return Account(objects, frozenset(objects), "2026-01-01T00:00:00Z", vendors=VENDORS)


def offline(folder: Path, resources: int) -> list[list[str]]:
    files = write_files(folder, resources, 10)
    bare_s = best(lambda: parse_bare(files))
    load_s = best(lambda: load_manifests([folder]))
    wanted = load_manifests([folder]).resources
    account = account_of(resources)
    plan_s = best(lambda: build_plan(wanted, account, PlanOptions("bench")))
    plan = build_plan(wanted, account, PlanOptions("bench"))
    assert len(plan.changes) == resources, plan.problems[:3]
    rows = [
        [
            "(a)",
            f"validate {resources:,} resources",
            f"{load_s:.2f} s",
            f"{load_s / bare_s:.2f} x bare libyaml ({bare_s:.2f} s)",
        ],
        ["(a)", "plan them, without network", f"{plan_s:.2f} s", f"{(load_s + plan_s) / bare_s:.2f} x with validation"],
    ]
    for name, script in (
        ("validate", "from pdsync.manifest import load_manifests as f; x = f(['.'])"),
        (
            "bare libyaml",
            "import yaml, pathlib; x = [list(yaml.load_all(p.read_bytes(), yaml.CSafeLoader)) for p in pathlib.Path('.').glob('*.yaml')]",
        ),
    ):
        script += "; print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
        done = subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, capture_output=True, text=True)
        rows.append(["(d)", f"peak memory, {name}", f"{int(done.stdout) / 1024:.0f} MiB", ""])
    return rows


def state_of(services: int) -> dict[str, object]:
    """The state of an account with so many services."""
    with SandboxServer() as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        me = client.rget("users/me")
        rule = {"escalation_delay_in_minutes": 5, "targets": [{"id": me["id"], "type": "user_reference"}]}
        policy = client.rpost(
            "escalation_policies", json={"type": "escalation_policy", "name": "P", "escalation_rules": [rule]}
        )
        reference = {"id": policy["id"], "type": "escalation_policy_reference"}
        client.rpost("services", json={"type": "service", "name": "S", "escalation_policy": reference})
        state: dict[str, object] = json.loads(json.dumps(server.control.state()))
    (pattern,) = state["service"]  # type: ignore[misc]
    state["service"] = [{**pattern, "id": f"PS{n:012}", "number": 10_000 + n, "name": f"S{n}"} for n in range(services)]  # type: ignore[dict-item]
    state.pop("audit_record", None)
    return state


@contextlib.contextmanager
def served(state: dict[str, object], folder: Path, *options: str) -> Iterator[str]:
    """A sandbox in a process of its own, so that it does not share our interpreter."""
    file = folder / "state.json"
    file.write_text(json.dumps(state))
    command = [sys.executable, "-m", "pdsync", "sandbox", "--state", str(file), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def reading(folder: Path, services: int) -> list[list[str]]:
    state = state_of(services)
    with (
        served(state, folder, "--latency", str(int(LATENCY_S * 1000))) as url,
        RestApiV2Client(TOKEN, base_url=url) as client,
    ):
        begun = time.perf_counter()
        account = fetch_account(client, ())
        build_plan((), account, PlanOptions("bench"))
        took_s = time.perf_counter() - begun
        requests = client.total_call_count
        assert len(account.objects["service"]) == services
    floor_s = requests * LATENCY_S / WORKERS
    return [
        [
            "(b)",
            f"plan of {services:,} live objects, 50 ms latency",
            f"{took_s:.2f} s",
            f"{took_s / floor_s:.2f} x the floor of {requests} requests, {WORKERS} at a time ({floor_s:.2f} s)",
        ],
    ]


class Clock:
    """Time that passes by itself, and by every wait."""

    skipped_s = 0.0

    def now_s(self) -> float:
        return time.monotonic() + self.skipped_s

    def sleep(self, seconds: float) -> None:
        self.skipped_s += seconds


def applying(folder: Path, changes: int) -> list[list[str]]:
    text = "".join(
        f"---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {{name: t{n}}}\nspec: {{name: Team {n}}}\n"
        for n in range(changes)
    )
    (folder / "teams.yaml").write_text(text)
    wanted = load_manifests([folder / "teams.yaml"]).resources
    clock = Clock()
    with (
        SandboxServer(rate_limit_per_minute=BUDGET, clock=clock.now_s) as server,
        RestApiV2Client(
            TOKEN, base_url=server.url, retry_ambiguous_posts=False, sleep=clock.sleep, clock=clock.now_s
        ) as client,
    ):
        plan = build_plan(wanted, fetch_account(client, wanted), PlanOptions("bench"))
        begun = clock.now_s()
        result = apply_plan(plan, client, sleep=clock.sleep)
        took_s = clock.now_s() - begun
        assert result.exit_code == 0
        asked = server.requests()
        refused = sum(it["status"] == 429 for it in asked)
    # The last minute may end early: it is counted by the part of it that passed.
    used = len(asked) / (BUDGET * max(1.0, took_s / 60))
    return [
        [
            "(c)",
            f"apply of {changes:,} changes, {BUDGET} requests a minute",
            f"{took_s / 60:.1f} min of its clock",
            f"{len(asked):,} requests: {used:.0%} of the budget, {refused} refused with 429",
        ],
    ]


def starting(folder: Path) -> list[list[str]]:
    (folder / "one.yaml").write_text("apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: t}\nspec: {name: T}\n")
    nothing_s = wall([sys.executable, "-c", "pass"], folder)
    rows = []
    for name, arguments in (
        ("pdsync --version", ["--version"]),
        ("pdsync validate one.yaml", ["validate", "one.yaml"]),
    ):
        took_s = wall([sys.executable, "-m", "pdsync", *arguments], folder)
        rows.append(
            ["(e)", f"`{name}`", f"{took_s:.2f} s", f"{took_s / nothing_s:.1f} x `python -c pass` ({nothing_s:.3f} s)"]
        )
    return rows


def beyond_the_cap(folder: Path) -> list[list[str]]:
    count = 10_050
    with served(state_of(count), folder) as url, RestApiV2Client(TOKEN, base_url=url) as client:
        try:
            found = len(fetch_account(client, ()).objects["service"])
            says = f"{found:,} read in {client.total_call_count} requests"
        except IncompleteListError:
            says = "stops with an error: the API gives out 10,000 of a listing. Nothing is planned on a part"
    return [["(f)", f"an account of {count:,} services", "", says]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--resources", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=2_000)
    options = parser.parse_args()
    rows: list[list[str]] = []
    for part in (
        lambda folder: offline(folder, options.resources),
        lambda folder: reading(folder, min(options.resources, 9_990)),
        lambda folder: applying(folder, options.changes),
        starting,
        beyond_the_cap,
    ):
        with tempfile.TemporaryDirectory() as folder:
            rows += part(Path(folder))
    print("| | What | Figure | Against |\n| --- | --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPython {sys.version.split()[0]}, {os.cpu_count()} processors, this script's own peak {peak_mib:.0f} MiB.")


if __name__ == "__main__":
    main()
