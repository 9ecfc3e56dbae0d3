#!/usr/bin/env python3
"""What pdsync costs, as one table in Markdown; every ratio is of figures of this run.

benchmarks/table.py [--resources N] [--changes N]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from load_manifests import parse_bare, write_files
from sandbox_process import TOKEN, processor_s, served

from pdsync.account import Extent, fetch_account
from pdsync.apply import Watch, apply_plan
from pdsync.client import IncompleteListError, RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.manifest import load_manifests
from pdsync.model import Account
from pdsync.plan import PlanOptions, build_plan
from pdsync.sandbox import SandboxServer

LATENCY_S = 0.05
WORKERS = 4
BUDGET = 960
PAGE = 100
VENDORS = {"datadog": ("PDATADOG",)}


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of processor time that it takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def wall(command: list[str], folder: Path, times: int = 5) -> float:
    found = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        found = min(found, time.perf_counter() - begun)
    return found


def account_of(resources: int) -> Account:
    """An account in which everyone is there whom the manifests refer to, and nothing else."""
    people = [
        {"id": f"PU{n}", "name": f"U{n}", "email": f"person-{n}@example.com"} for n in range(max(1, resources // 100))
    ]
    objects = {kind.slug: tuple(map(kind.read_live, people if kind.slug == "user" else [])) for kind in KINDS}
    return Account(objects, frozenset(objects), "2026-01-01T00:00:00Z", lookups={"vendor": VENDORS})


def offline(folder: Path, resources: int) -> list[list[str]]:
    files = write_files(folder, resources, 10)
    wanted = load_manifests([folder]).resources
    account = account_of(resources)
    parts = (
        lambda: parse_bare(files),
        lambda: load_manifests([folder]),
        lambda: build_plan(wanted, account, PlanOptions("bench")),
    )
    # In turns, so that what else the machine does strikes all of them.
    rounds = [[processor_time(part) for part in parts] for _ in range(5)]
    bare_s, load_s, plan_s = map(min, zip(*rounds, strict=True))
    plan = build_plan(wanted, account, PlanOptions("bench"))
    assert len(plan.changes) == resources and not plan.problems, plan.problems[:3]
    rows = [
        [
            "(a)",
            f"validate {resources:,} resources",
            f"{load_s:.2f} s",
            f"{load_s / bare_s:.2f} x bare libyaml ({bare_s:.2f} s)",
        ],
        ["(a)", "plan them, without network", f"{plan_s:.2f} s", f"{(load_s + plan_s) / bare_s:.2f} x with validation"],
    ]
    return [*rows, *memory(folder, resources)]


def memory(folder: Path, resources: int) -> list[list[str]]:
    """Peak memory of processes of their own, less what one that only imports the same holds. Linux: VmHWM, which begins
    again when a process starts a program."""
    here = str(Path(__file__).parent)
    table = f"import sys; sys.path.insert(0, {here!r}); from table import *"
    every = "(p.read_bytes() for p in pathlib.Path('.').glob('*.yaml'))"
    parts = {
        "bare libyaml": ("import yaml, pathlib", f"x = [list(yaml.load_all(p, yaml.CSafeLoader)) for p in {every}]"),
        "validate": ("from pdsync.manifest import load_manifests", "x = load_manifests(['.'])"),
        "validate and plan": (
            table,
            f"x = build_plan(load_manifests(['.']).resources, account_of({resources}), PlanOptions('bench'))",
        ),
    }
    rows = []
    for name, (imports, work) in parts.items():
        empty, full = (_peak_mib(folder, script) for script in (imports, f"{imports}\n{work}"))
        what = f"peak memory, {name} of {resources:,} resources"
        rows.append(["(d)", what, f"{full - empty:.0f} MiB", f"beside {empty:.0f} MiB of the program"])
    return rows


def _peak_mib(folder: Path, script: str) -> float:
    script += "\nprint(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


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


def read_bare(url: str, pages: int) -> float:
    """Seconds that the pages take someone who throws the answers away: who the token is alone, the first page alone, and
    the rest by as many threads as pdsync has workers."""
    local = threading.local()
    listing = f"/services?limit={PAGE}&total=true&include[]=integrations&include[]=auto_pause_notifications_parameters"

    def ask(path: str) -> None:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection(urlsplit(url).netloc)
        local.connection.request("GET", path, headers={"Authorization": f"Token token={TOKEN}"})
        local.connection.getresponse().read()

    begun = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        ask("/users/me")
        ask(f"{listing}&offset=0")
        list(pool.map(lambda page: ask(f"{listing}&offset={page * (PAGE - 1)}"), range(1, pages)))  # they share a row
    return time.perf_counter() - begun


def reading(folder: Path, services: int) -> list[list[str]]:
    bare: list[float] = []
    ours: list[tuple[float, float, float, float]] = []
    with (
        served(state_of(services), folder, "--latency", str(int(LATENCY_S * 1000))) as (url, sandbox),
        RestApiV2Client(TOKEN, base_url=url) as client,
    ):
        for _ in range(3):  # in turns, and the best of each
            bare.append(read_bare(url, -(-(services - 1) // (PAGE - 1))))
            calls, theirs_s = client.total_call_count, processor_s(sandbox)
            begun, mine_s = time.perf_counter(), time.process_time()
            account = fetch_account(client, Extent(), workers=WORKERS)
            read_s = time.perf_counter() - begun
            build_plan((), account, PlanOptions("bench"))
            took_s, used_s = time.perf_counter() - begun, time.process_time() - mine_s
            ours.append((took_s, took_s - read_s, used_s, processor_s(sandbox) - theirs_s))
            requests = client.total_call_count - calls
            assert len(account.objects["service"]) == services
    (took_s, plan_s, used_s, theirs_s), bare_s = min(ours), min(bare)
    floor_s = requests * LATENCY_S / WORKERS
    return [
        [
            "(b)",
            f"plan of {services:,} live objects, 50 ms latency",
            f"{took_s:.2f} s",
            f"{took_s / floor_s:.2f} x the floor of {requests} requests, {WORKERS} at a time ({floor_s:.2f} s)",
        ],
        [
            "(b)",
            "the same pages, answers thrown away",
            f"{bare_s:.2f} s",
            f"{bare_s / floor_s:.2f} x the floor; pdsync takes {took_s / bare_s:.2f} x this",
        ],
        [
            "(b)",
            "processor time of pdsync in it",
            f"{used_s:.2f} s",
            f"planning, after the last answer, {plan_s:.2f} s; the sandbox uses {theirs_s:.2f} s",
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
        plan = build_plan(wanted, fetch_account(client, Extent(wanted)), PlanOptions("bench"))
        begun = clock.now_s()
        result = apply_plan(plan, client, Watch(sleep=clock.sleep))
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
    rows = []
    for count in (10_050, 19_900, 20_100):
        with served(state_of(count), folder) as (url, _), RestApiV2Client(TOKEN, base_url=url) as client:
            try:
                found = len(fetch_account(client, Extent()).objects["service"])
                says = f"all {found:,} read in {client.total_call_count} requests"
            except IncompleteListError as error:
                says = f"an error, and nothing is planned on a part: {error.read:,} of {error.total:,} can be read"
        rows.append(["(f)", f"an account of {count:,} services, none of them in a team", "", says])
    return rows


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
