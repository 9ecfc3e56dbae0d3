#!/usr/bin/env python3
"""How time and memory grow with the manifests: bare libyaml, validate, and validate with planning, each in a process of its own.

benchmarks/growth.py [RESOURCES ...]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from load_manifests import write_files

SIZES = (1_000, 10_000, 50_000)
TIMES = 3
_BEGIN = f"""\
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
files = sorted(Path('.').glob('*.yaml'))
"""
_END = """
took = time.process_time() - begun
print(took, next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])
"""
# What is made with the first document, such as the validator of a kind, is made before the clock begins.
_WORK = {
    "libyaml": """\
import yaml
begun = time.process_time()
x = [list(yaml.load_all(file.read_bytes(), yaml.CSafeLoader)) for file in files[:{files}]]""",
    "validate": """\
from pdsync.manifest import load_manifests
load_manifests([files[0], files[-1]])
begun = time.process_time()
x = load_manifests(files[:{files}])""",
    "plan": """\
from table import PlanOptions, account_of, build_plan, load_manifests
account = account_of({resources})
build_plan(load_manifests([files[0], files[-1]]).resources, account, PlanOptions('bench'))
begun = time.process_time()
x = build_plan(load_manifests(files[:{files}]).resources, account, PlanOptions('bench'))""",
}


@dataclass(frozen=True)
class Cost:
    """Processor time, and the most memory that the process had beyond what it has for nothing (Linux: VmHWM)."""

    seconds: float
    mib: float


def measure(folder: Path, work: str, resources: int) -> Cost:
    """The least time of some runs, and the memory of the last."""
    script = _BEGIN + _WORK[work] + _END
    nothing = _run(folder, script.format(files=0, resources=resources))
    runs = [_run(folder, script.format(files="", resources=resources)) for _ in range(TIMES)]
    return Cost(min(run.seconds for run in runs), runs[-1].mib - nothing.mib)


def _run(folder: Path, script: str) -> Cost:
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, capture_output=True, text=True)
    seconds, kib = done.stdout.split()
    return Cost(float(seconds), int(kib) / 1024)


def row(resources: int) -> str:
    """A line of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, resources, 10)
        costs = {work: measure(folder, work, resources) for work in _WORK}
    bare = costs["libyaml"]
    cells = [f"{resources:,}", f"{bare.seconds:.2f} s", f"{bare.mib:.0f} MiB"]
    for cost in (costs["validate"], costs["plan"]):
        cells += [
            f"{cost.seconds:.2f} s",
            f"{cost.seconds / bare.seconds:.2f} x",
            f"{cost.mib:.0f} MiB",
            f"{cost.seconds / resources * 1e6:.0f} µs, {cost.mib / resources * 1024:.1f} KiB",
        ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("resources", nargs="*", type=int, default=SIZES)
    options = parser.parse_args()
    heads = ["Resources", "libyaml", "its memory"]
    for work in ("validate", "validate and plan"):
        heads += [work, "beside libyaml", "its memory", "each"]
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for resources in options.resources:
        print(row(resources), flush=True)


if __name__ == "__main__":
    main()
