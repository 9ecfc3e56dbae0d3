#!/usr/bin/env python3
"""What pdsync costs, as one table in Markdown; every ratio is of figures of this run.

benchmarks/table.py [--resources N] [--changes N]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from load_manifests import parse_bare, write_files
from pace import applying, reading
from sandbox_process import TOKEN, served, state_of

from pdsync.account import Extent, fetch_account
from pdsync.client import IncompleteListError, RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.manifest import load_manifests
from pdsync.model import Account
from pdsync.plan import PlanOptions, build_plan

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
    assert not plan.problems, plan.problems[:3]
    assert len(plan.changes) == resources
    rows = [
        [
            "(a)",
            f"validate {resources:,} resources",
            f"{load_s:.2f} s",
            f"{load_s / bare_s:.2f} x bare libyaml ({bare_s:.2f} s)",
        ],
        [
            "(a)",
            f"plan {resources:,} resources, without network",
            f"{plan_s:.2f} s",
            f"with validation, {(load_s + plan_s) / bare_s:.2f} x bare libyaml",
        ],
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
        rows.append(["(d)", what, f"{full - empty:.0f} MiB", f"not counted: {empty:.0f} MiB of the program itself"])
    return rows


def _peak_mib(folder: Path, script: str) -> float:
    script += "\nprint(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


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


def words_of(number: int) -> str:
    """A name of three words, different for each of 27,000 numbers."""
    words = [
        "billing",
        "cart",
        "catalog",
        "checkout",
        "fraud",
        "gateway",
        "ledger",
        "mail",
        "media",
        "orders",
        "payments",
        "profile",
        "risk",
        "search",
        "stream",
    ]
    words += [f"{word} worker" for word in words]
    return " ".join(words[number // 30**place % 30] for place in range(3)).title()


def beyond_the_cap(folder: Path) -> list[list[str]]:
    rows = []
    for count, name in ((10_050, None), (19_900, None), (20_100, None), (25_000, None), (25_000, words_of)):
        state = state_of(count)
        if name is not None:
            for number, service in enumerate(state["service"]):  # type: ignore[arg-type, var-annotated]
                service["name"] = name(number)
        with served(state, folder) as (url, _), RestApiV2Client(TOKEN, base_url=url) as client:
            try:
                found = len(fetch_account(client, Extent()).objects["service"])
                says = f"all {found:,} read in {client.total_call_count} requests"
            except IncompleteListError as error:
                says = f"an error, and nothing is planned on a part: {error.read:,} of {error.total:,} can be read"
        named = "" if name is None else ", named by words"
        rows.append(["(f)", f"an account of {count:,} services, none of them in a team{named}", "", says])
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
