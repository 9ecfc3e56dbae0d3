"""One apply in a process of its own, which says how much memory it held: ``python -m tests.campaigns.applier URL FILE``.

A sandbox in the same process would be measured too, and an account grows.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from pathlib import Path

from pdsync.apply import Watch, apply_plan
from pdsync.client import Error, RestApiV2Client
from pdsync.engine import connection
from pdsync.engine.host import add_hosts
from pdsync.manifest import load_manifests
from pdsync.model import Resource
from pdsync.plan import Outcome, Plan, Status
from tests.campaigns.harness import TOKEN
from tests.campaigns.spoiler import resident_mib
from tests.support.world import TAKEN, plan_for

_READINGS = 10


def _nap(seconds: float) -> None:
    time.sleep(min(seconds / 40, 0.02))


def _plan(client: RestApiV2Client, wanted: tuple[Resource, ...]) -> Plan:
    """Plans as a person does in a storm: again where a truncated answer ended the reading."""
    for _ in range(_READINGS - 1):
        try:
            return plan_for(client, wanted, workspace="acme")
        except Error:
            continue
    return plan_for(client, wanted, workspace="acme")


def main(url: str, file: str) -> None:
    """Prints the exit code, how many changes were applied, the MiB that were resident after each tenth
    of them, and the KiB that the apply still holds at its end."""
    wanted = load_manifests([Path(file)]).resources
    with RestApiV2Client(
        TOKEN, base_url=url, retry_ambiguous_posts=False, retry={500: 4, 502: 4, 503: 4, 504: 4}, sleep=_nap
    ) as client:
        connection.CLIENT_OPTIONS["sleep"] = _nap
        add_hosts(client, TOKEN)
        plan = _plan(client, wanted)
        points: list[float] = []
        tracemalloc.start(1)
        ended = []

        def note(outcome: Outcome) -> None:
            ended.append(outcome.address)
            if len(ended) % (len(plan.changes) // 10) == 0:
                gc.collect()
                points.append(resident_mib())

        result = apply_plan(plan, client, Watch(on_outcome=note, sleep=_nap, hand_out=TAKEN.append))
        gc.collect()
        held_kib = tracemalloc.get_traced_memory()[0] / 1024
    figures = {"code": result.exit_code, "applied": result.count()[Status.APPLIED]}
    sys.stdout.write(json.dumps({**figures, "points_mib": points, "held_kib": held_kib}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
