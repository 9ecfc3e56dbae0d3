"""The package gives each of its names when it is first used."""

from __future__ import annotations

import subprocess
import sys

import pdsync.plan


def test_every_name_leads_somewhere() -> None:
    for name in pdsync.plan.__all__:
        assert getattr(pdsync.plan, name) is not None
    assert not hasattr(pdsync.plan, "no_such_name")


def test_validating_needs_nothing_of_planning_or_of_the_network() -> None:
    script = "import sys, pdsync.cli.command.validate; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert {"pdsync.manifest", "pdsync.kinds"} <= set(loaded)
    heavy = {
        "pdsync.plan.build",
        "pdsync.plan.saved.staleness",
        "pdsync.client",
        "requests",
        "flask",
        "msgspec",
        "deepdiff",
    }
    assert not heavy & set(loaded)
