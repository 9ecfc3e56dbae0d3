#!/usr/bin/env python3
"""Rows (b) and (c) of the table: how fast an account is read, and how much of an announced budget an apply uses.

benchmarks/pace.py [--services N] [--changes N]
"""

from __future__ import annotations

import argparse
import http.client
import math
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox_process import TOKEN, Served, processor_s, served, state_of

from pdsync.account import Extent, fetch_account
from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.manifest import load_manifests
from pdsync.plan import PlanOptions, build_plan
from pdsync.sandbox import SandboxServer

LATENCIES_S = (0.05, 0.2)
WORKERS = (4, 8, MOST_IN_FLIGHT)
ROUNDS = 5
BUDGET = 960
QUICKER = 5
"""How many seconds of the rate limit's clock pass in one."""
HEADERS = {"Authorization": f"Token token={TOKEN}"}


def read_bare(url: str, paths: Sequence[str], workers: int) -> float:
    """Seconds that these requests take someone who throws the answers away. The first page of each collection tells how many
    there are, so its other pages follow it."""
    local = threading.local()

    def ask(path: str) -> None:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection(urlsplit(url).netloc)
        local.connection.request("GET", path, headers=HEADERS)
        local.connection.getresponse().read()

    first = [path for path in paths if "offset=" not in path or "offset=0" in path]
    rest = [path for path in paths if path not in first]
    begun = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        asked = {path: pool.submit(ask, path) for path in first}
        for path in rest:
            for known, answer in asked.items():
                if urlsplit(known).path == urlsplit(path).path:
                    answer.result()
            pool.submit(ask, path)
    return time.perf_counter() - begun


def read_account(where: Served, services: int) -> tuple[float, float, float, float, list[str]]:
    """Seconds that a plan takes, from a new client on, and of them those after the last answer; processor time of pdsync and of the
    sandbox; and what was asked."""
    paths: list[str] = []
    with RestApiV2Client(TOKEN, base_url=where.url) as client:
        client.hooks["response"].append(lambda response, *args, **options: paths.append(response.request.path_url))
        theirs_s, begun, mine_s = processor_s(where.pid), time.perf_counter(), time.process_time()
        account = fetch_account(client, Extent())
        read_s = time.perf_counter() - begun
        build_plan((), account, PlanOptions("bench"))
        took_s, used_s = time.perf_counter() - begun, time.process_time() - mine_s
        assert len(account.objects["service"]) == services
    return took_s, took_s - read_s, used_s, processor_s(where.pid) - theirs_s, paths


def reading(folder: Path, services: int) -> list[list[str]]:
    """Row (b)."""
    state, rows = state_of(services), []
    for latency_s in LATENCIES_S:
        bare = dict.fromkeys(WORKERS, math.inf)
        ours = []
        with served(state, folder, "--latency", str(int(latency_s * 1000))) as where:
            paths = read_account(where, services)[4]
            for _ in range(ROUNDS):  # in turns, and the best of each
                for workers in WORKERS:
                    bare[workers] = min(bare[workers], read_bare(where.url, paths, workers))
                ours.append(read_account(where, services))
        took_s, after_s, used_s, theirs_s, _ = min(ours)
        best = min(bare, key=bare.__getitem__)
        floor_s = math.ceil(len(paths) / best) * latency_s
        shown = ", ".join(f"{workers}: {seconds:.2f} s" for workers, seconds in bare.items())
        rows += [
            [
                "(b)",
                f"plan of {services:,} live objects, {latency_s * 1000:.0f} ms latency",
                f"{took_s:.2f} s",
                f"{took_s / bare[best]:.2f} x the same {len(paths)} requests with the responses discarded, {best} in parallel",
            ],
            [
                "(b)",
                "the same requests with the responses discarded, by number of parallel requests",
                shown,
                f"{bare[best] / floor_s:.2f} x the latency alone ({floor_s:.2f} s); pdsync {took_s / floor_s:.2f} x",
            ],
            [
                "(b)",
                "processor time of pdsync for this plan",
                f"{used_s:.2f} s",
                f"planning, after the last response, {after_s:.2f} s; the sandbox uses {theirs_s:.2f} s",
            ],
        ]
    return rows


def now_s() -> float:
    return time.monotonic() * QUICKER


def sleep(seconds: float) -> None:
    time.sleep(seconds / QUICKER)


class Other:
    """Another program with the same token, which makes a request every so often and knows nothing of budgets."""

    def __init__(self, url: str, per_s: float) -> None:
        self._host, self._interval_s = urlsplit(url).netloc, 1 / per_s
        self._over = threading.Event()
        self.refused_s: list[float] = []
        self.asked_s: list[float] = []
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Other:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection(self._host)
        while not self._over.wait(self._interval_s / QUICKER):
            connection.request("GET", "/abilities", headers=HEADERS)
            answer = connection.getresponse()
            answer.read()
            self.asked_s.append(now_s())
            if answer.status == 429:
                self.refused_s.append(now_s())


def applying(folder: Path, changes: int) -> list[list[str]]:
    """Row (c)."""
    text = "".join(
        f"---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {{name: t{n}}}\nspec: {{name: Team {n}}}\n"
        for n in range(changes)
    )
    (folder / "teams.yaml").write_text(text)
    wanted = load_manifests([folder / "teams.yaml"]).resources
    return [_apply(wanted, per_s) for per_s in (0.0, 2.0, 6.0)]


def _apply(wanted: Any, others_per_s: float) -> list[str]:
    left: list[int] = []
    with (
        SandboxServer(rate_limit_per_minute=BUDGET, clock=now_s) as server,
        RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False, sleep=sleep, clock=now_s) as client,
    ):
        client.hooks["response"].append(lambda answer, *a, **o: left.append(int(answer.headers["ratelimit-remaining"])))
        plan = build_plan(wanted, fetch_account(client, Extent(wanted)), PlanOptions("bench"))
        begun_s = now_s()
        with Other(server.url, others_per_s or 1e-3) as other:
            result = apply_plan(plan, client, Watch(sleep=sleep))
            took_s = now_s() - begun_s
        assert result.exit_code == 0
        statuses = [it["status"] for it in server.requests()]
    later = [it for it in other.refused_s if it > begun_s + 60]
    says = f"{statuses.count(429)} refused with 429"
    if others_per_s:
        of = f"{len(later)} of its {sum(it > begun_s + 60 for it in other.asked_s)} after the first minute"
        says = f"{len(statuses) - len(left)} of them of another program ({len(other.refused_s)} refused, {of}), {says} in all"
    used = ", ".join(f"{BUDGET - least:,}" for least in _least_left(left))
    return [
        "(c)",
        f"apply of {len(plan.changes):,} changes, {BUDGET} requests a minute"
        + (f", while another program makes {others_per_s:g} a second" if others_per_s else ""),
        f"{took_s / 60:.1f} min",
        f"{len(statuses):,} requests; of each minute's budget were used {used}; {says}",
    ]


def _least_left(left: Sequence[int]) -> list[int]:
    """The least that was left in each of the minutes: where much more is left than before, a new one has begun."""
    least = [left[0]]
    for count in left:
        if count > least[-1] + BUDGET / 2:
            least.append(count)
        least[-1] = min(least[-1], count)
    return least


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--services", type=int, default=9_990)
    parser.add_argument("--changes", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for row in (
            *reading(Path(folder), options.services),
            *(applying(Path(folder), options.changes) if options.changes else []),
        ):
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
