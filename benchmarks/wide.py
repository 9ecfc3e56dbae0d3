#!/usr/bin/env python3
"""Plans a world of every kind and list against a sandbox, and prints how many requests that takes, and how many it may.

With a file as its argument, the account is kept there: a second run reads it and does not make it again.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from wide_kinds import APPLY, CONFIG, VARIABLES
from wide_world import PURPOSES, WideWorld, purpose_of

from pdsync.cli.main import main
from pdsync.sandbox import SandboxServer


def plan_of(world: WideWorld, kept: Path | None = None) -> tuple[Counter[str], float]:
    """The requests of a plan that finds nothing to do, by what they are for, and its seconds. `kept` holds the account, once it was made."""
    with SandboxServer(rate_limit_per_minute=1_000_000) as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"PDSYNC_API_URL": server.url, **VARIABLES}
        (folder / "pdsync.yaml").write_text(CONFIG)
        (folder / "manifests").mkdir()
        (folder / "manifests" / "all.yaml").write_text(world.manifests())
        with contextlib.chdir(folder):
            if kept is not None and kept.exists():
                server.control.restore(json.loads(kept.read_text()))
            elif main(list(APPLY)):
                sys.exit("the apply failed")
            elif kept is not None:
                kept.write_text(json.dumps(server.control.state()))
            server.control.forget()
            began_s = time.perf_counter()
            if main(["--quiet", "plan", "--detailed-exitcode"]):
                sys.exit("the plan found something to do")
            seconds = time.perf_counter() - began_s
        return Counter(purpose_of(it["path"]) for it in server.requests()), seconds


def show(name: str, world: WideWorld, kept: Path | None = None) -> None:
    """One line for each purpose, and the sum."""
    (found, seconds), most = plan_of(world, kept), world.rows()
    print(name)
    for purpose in PURPOSES:
        print(f"  {purpose:<24} {found[purpose]:>5} of {most.get(purpose, 0):>5}")
    print(f"  {'in all':<24} {found.total():>5} of {sum(most.values()):>5}, in {seconds:.1f} s")


if __name__ == "__main__":
    show("Every kind and list:", WideWorld(), Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else None)
    show("People, rotas and services alone:", WideWorld().plain())
