#!/usr/bin/env python3
"""A race: pdsync, a plain script on PagerDuty's own library, and Terraform build the same world, one after another.

benchmarks/race.py [--scale FACTOR] [--only NAME]... [--latency MS]   # 860 objects and 300 memberships unless said otherwise
benchmarks/race.py --growth [100 1000 10000]                          # pdsync alone, at these numbers of objects

Each starts with an empty account in a sandbox of its own. Requests are those in the sandbox's log; seconds are what a clock on the wall
shows for the whole program, its start included. What is not installed is left out, and the last lines say so.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from race_contestants import CHANGES, CONTESTANTS, QUIET, Contestant
from race_world import World
from sandbox_process import Served, served

BUDGET = 960
"""Requests a minute that PagerDuty takes with one token."""
FIRST, APPLY, QUIET_PLAN, CHANGE = (
    "plan, empty account",
    "apply, empty account",
    "plan, nothing to do",
    "apply, every service changed",
)


@dataclass(frozen=True)
class Lap:
    """What one phase took one contestant. `floor` is the least number of requests that can do it."""

    phase: str
    who: str
    requests: int
    seconds: float
    floor: int


@dataclass(frozen=True)
class Track:
    """One contestant with its folder and its sandbox."""

    contestant: Contestant
    folder: Path
    sandbox: Served
    plans: int

    def run(self, phase: str, what: str, *, expects: int, floor: int) -> Lap:
        """`what` is `plan` or `apply`."""
        laps = [self._once(what, expects) for _ in range(self.plans if what == "plan" else 1)]
        requests, seconds = zip(*laps, strict=True)
        return Lap(phase, self.contestant.name, max(requests), min(seconds), floor)

    def _once(self, what: str, expects: int) -> tuple[int, float]:
        self.sandbox.forget()
        begun = time.perf_counter()
        done = subprocess.run(
            self.contestant.command(what, self.folder),
            check=False,
            cwd=self.folder,
            env=os.environ | self.contestant.environment(self.folder, self.sandbox.url),
            capture_output=True,
            text=True,
        )
        took_s = time.perf_counter() - begun
        if done.returncode != expects:
            sys.exit(
                f"{self.contestant.name}: {what} exited with {done.returncode}, not {expects}.\n{done.stdout}{done.stderr}"
            )
        return len(self.sandbox.requests()), took_s


def drive(contestant: Contestant, world: World, latency_ms: int, plans: int) -> Iterator[Lap]:
    with tempfile.TemporaryDirectory() as name, served(None, Path(name), "--latency", str(latency_ms)) as sandbox:
        track = Track(contestant, Path(name), sandbox, plans)
        contestant.write(world, track.folder, sandbox.url)
        yield track.run(FIRST, "plan", expects=CHANGES, floor=World(0, 0, 0, 0, 0, 0).least_reads)
        yield track.run(APPLY, "apply", expects=0, floor=world.least_creates)
        check_built(sandbox, world, contestant.name)
        yield track.run(QUIET_PLAN, "plan", expects=QUIET, floor=world.least_reads)
        contestant.write(world.changed(), track.folder, sandbox.url)
        yield track.run(CHANGE, "apply", expects=0, floor=world.services)
        check_built(sandbox, world.changed(), contestant.name)


def check_built(sandbox: Served, world: World, who: str) -> None:
    """Whoever counts fewer requests must have built as much."""
    state = sandbox.state()
    counts = {
        name: len(state.get(name, ()))
        for name in ("user", "team", "membership", "schedule", "escalation_policy", "service")
    }
    wanted = (world.users + 1, world.teams, world.memberships, world.schedules, world.policies, world.services)
    assert tuple(counts.values()) == wanted, f"{who} built {counts}"
    told = sum(f"Revision {world.revision} " in it["description"] for it in state["service"])
    assert told == world.services, f"{who} described {told} services"


def race_table(laps: Sequence[Lap]) -> Iterator[str]:
    yield "| Phase | | Requests | x the floor | Minutes at 960 a minute | Seconds | Requests, pdsync = 1 | Seconds, pdsync = 1 |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for phase in dict.fromkeys(lap.phase for lap in laps):
        of_phase = [lap for lap in laps if lap.phase == phase]
        ours = next((lap for lap in of_phase if lap.who == "pdsync"), None)
        yield f"| {phase} | floor | {of_phase[0].floor:,} | 1 | {of_phase[0].floor / BUDGET:.1f} | | | |"
        for lap in of_phase:
            against = f"{lap.requests / ours.requests:.2f} | {lap.seconds / ours.seconds:.1f}" if ours else "|"
            yield (
                f"| | {lap.who} | {lap.requests:,} | {lap.requests / lap.floor:.2f} | {lap.requests / BUDGET:.1f} "
                f"| {lap.seconds:.1f} | {against} |"
            )


def growth_table(sizes: Sequence[int], latency_ms: int, plans: int) -> Iterator[str]:
    yield "| Objects | Memberships | Plan: requests | x the floor | seconds | Apply: requests | x the floor | seconds |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for size in sizes:
        world = World().of_objects(size)
        laps = {lap.phase: lap for lap in drive(CONTESTANTS["pdsync"], world, latency_ms, plans)}
        cells = [
            f"{lap.requests:,} | {lap.requests / lap.floor:.2f} | {lap.seconds:.1f}"
            for lap in (laps[QUIET_PLAN], laps[APPLY])
        ]
        yield f"| {world.objects:,} | {world.memberships:,} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--scale", type=float, default=1.0, metavar="FACTOR", help="how many times the world of 860 objects"
    )
    parser.add_argument("--only", action="append", choices=CONTESTANTS, help="who takes part; may be repeated")
    parser.add_argument("--latency", type=int, default=50, metavar="MS", help="milliseconds for every answer")
    parser.add_argument("--growth", type=int, nargs="*", metavar="OBJECTS", help="pdsync alone, at these sizes")
    parser.add_argument(
        "--plans",
        type=int,
        default=3,
        metavar="TIMES",
        help="how often to plan: the quickest counts, and the most requests",
    )
    options = parser.parse_args()
    if options.growth is not None:
        for line in growth_table(options.growth or (100, 1_000, 10_000), options.latency, options.plans):
            print(line, flush=True)
        return
    world = World().scaled(options.scale)
    chosen = [CONTESTANTS[name] for name in options.only or CONTESTANTS]
    absent = [sentence for it in chosen if (sentence := it.missing()) is not None]
    laps = [lap for it in chosen if it.missing() is None for lap in drive(it, world, options.latency, options.plans)]
    print(f"{world.objects:,} objects, {world.memberships:,} memberships, {options.latency} ms for every answer.\n")
    print("\n".join([*race_table(laps), "", *absent]))


if __name__ == "__main__":
    main()
