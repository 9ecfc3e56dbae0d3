#!/usr/bin/env python3
"""Plans a world of every kind and list against a sandbox, and prints how many requests that takes, and how many it may."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from wide_world import PURPOSES, WideWorld, purpose_of

from pdsync.cli.main import main
from pdsync.sandbox import SandboxServer

_TOKEN = "u+wide-wide-wide-wide"


def plan_of(world: WideWorld) -> Counter[str]:
    """The requests of a plan that finds nothing to do, by what they are for."""
    with SandboxServer(rate_limit_per_minute=1_000_000) as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"PDSYNC_API_URL": server.url, "PAGERDUTY_TOKEN": _TOKEN}
        (folder / "pdsync.yaml").write_text("workspace: wide\npaths: [manifests]\npeople: managed\n")
        (folder / "manifests").mkdir()
        (folder / "manifests" / "all.yaml").write_text(world.manifests())
        with contextlib.chdir(folder):
            if main(["--quiet", "--timeout", "2h", "apply", "--yes"]):
                sys.exit("the apply failed")
            server.control.forget()
            if main(["--quiet", "plan", "--detailed-exitcode"]):
                sys.exit("the plan found something to do")
        return Counter(purpose_of(it["path"]) for it in server.requests())


def show(name: str, world: WideWorld) -> None:
    """One line for each purpose, and the sum."""
    found, most = plan_of(world), world.rows()
    print(name)
    for purpose in PURPOSES:
        print(f"  {purpose:<20} {found[purpose]:>5} of {most[purpose]:>5}")
    print(f"  {'in all':<20} {found.total():>5} of {sum(most.values()):>5}")


if __name__ == "__main__":
    show("Every kind and list:", WideWorld())
    show("People, rotas and services alone:", WideWorld().plain())
