"""``pdsync adopt``: adopts objects that are exactly as their manifests say, and writes nothing but the ownership line."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.cli.applying import Manner, run_plan
from pdsync.cli.command.plan import show_plan
from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Invocation
from pdsync.cli.naming import with_addresses
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.time_limit import WRITING_S
from pdsync.engine.apply import ApplyRequest
from pdsync.engine.desired import load_desired
from pdsync.engine.ownership import adoption_of, plan_adoption


def adopt(invocation: Invocation, targets: Sequence[str], *, yes: bool = False) -> int:
    """Stamps the ownership line. Where one target differs from its manifest, nothing at all is written."""
    settings = load_settings(invocation)
    desired = load_desired(settings.workspace(), with_addresses(invocation, settings, adoption_of(targets)))
    with open_client(invocation, settings, WRITING_S) as client:
        adoption = plan_adoption(client, desired, activity=activity_on(invocation.terminal))
        for address, why in adoption.left.items():
            invocation.terminal.note(f"{address}: {why}")
        if not adoption.plan.changes:
            return ExitCode.OK
        show_plan(invocation, adoption.plan)
        return run_plan(invocation, client, ApplyRequest(adoption.plan), Manner(yes))[0]
