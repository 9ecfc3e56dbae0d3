#!/usr/bin/env python3
"""How validating and planning grow: processor time and peak memory for 1,000, 10,000 and 50,000 manifests, as a table in Markdown.

benchmarks/growth.py [COUNT ...]

Each figure is of a process of its own, less what one holds that only imports the same. A factor of ten for ten times as much is linear.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from load_manifests import write_files

SIZES = (1_000, 10_000, 50_000)
IMPORTS = """
import sys, time
sys.path.insert(0, {here!r})
from table import account_of
from pdsync.manifest import load_manifests
from pdsync.plan import PlanOptions, build_plan
"""
VALIDATE = "loaded = load_manifests(['.']); assert len(loaded.resources) == {count}, loaded.problems[:3]"
PLAN = "plan = build_plan(loaded.resources, account_of({count}), PlanOptions('bench')); assert len(plan.changes) == {count}"
SAYS = """
memory = next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1]
print(time.process_time() - begun, int(memory) / 1024)
"""


def measure(folder: Path, *steps: str) -> tuple[float, float]:
    """Seconds of processor time after the imports, and the peak of memory in MiB (Linux)."""
    script = "\n".join([IMPORTS.format(here=str(Path(__file__).parent)), "begun = time.process_time()", *steps, SAYS])
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, capture_output=True, text=True)
    time_s, memory_mib = map(float, done.stdout.split())
    return time_s, memory_mib


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or SIZES
    print("| Manifests | validate | factor | memory | validate and plan | factor | memory |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    before: tuple[int, float, float] | None = None
    for count in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_files(folder, count, 10)
            _, empty_mib = measure(folder)
            steps = VALIDATE.format(count=count), PLAN.format(count=count), "plan.digest"
            load_s, load_mib = measure(folder, steps[0])
            plan_s, plan_mib = measure(folder, *steps)
        shown = [f"{load_s / before[1]:.1f}", f"{plan_s / before[2]:.1f}"] if before else ["", ""]
        times = f" for {count / before[0]:g}" if before else ""
        print(
            f"| {count:,} | {load_s:.2f} s | {shown[0]}{times} | {load_mib - empty_mib:.0f} MiB "
            f"| {plan_s:.2f} s | {shown[1]}{times} | {plan_mib - empty_mib:.0f} MiB |",
            flush=True,
        )
        before = count, load_s, plan_s


if __name__ == "__main__":
    main()
