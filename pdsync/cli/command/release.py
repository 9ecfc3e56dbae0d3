"""``pdsync release``: releases objects, so that pdsync no longer changes them."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.cli.applying import Manner, run_plan
from pdsync.cli.command.plan import show_plan
from pdsync.cli.connection import open_client
from pdsync.cli.invocation import Invocation
from pdsync.cli.naming import names_of
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.time_limit import WRITING_S
from pdsync.engine.apply import ApplyRequest
from pdsync.engine.ownership import plan_release


def release(invocation: Invocation, targets: Sequence[str], *, yes: bool = False) -> int:
    """Takes the ownership line out of live objects, with or without a manifest, and changes nothing else."""
    settings = load_settings(invocation)
    addresses = list(map(names_of(invocation, settings).address, targets))
    with open_client(invocation, settings, WRITING_S) as client:
        plan = plan_release(client, settings.workspace(), addresses, activity=activity_on(invocation.terminal))
        show_plan(invocation, plan)
        return run_plan(invocation, client, ApplyRequest(plan), Manner(yes))[0]
