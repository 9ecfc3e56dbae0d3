"""``pdsync release``: lets go of objects, so that pdsync will not touch them any more."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.cli.applying import run_plan
from pdsync.cli.command.plan import show_plan
from pdsync.cli.connection import open_client
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import parse_target, read_account, report_problems
from pdsync.cli.problem_text import of_plan
from pdsync.cli.setting.setting import load_settings
from pdsync.plan import build_release


def release(invocation: Invocation, targets: Sequence[str], *, yes: bool = False) -> int:
    """Takes the ownership line out of live objects, with or without a manifest, and changes nothing else."""
    settings = load_settings(invocation)
    addresses = [parse_target(target) for target in targets]
    with open_client(invocation, settings) as client:
        account = read_account(invocation, settings, client, ())
        plan = build_release(addresses, account, settings.config.workspace)
        if plan.problems:
            return report_problems(invocation, of_plan(plan.problems), as_json=False)
        show_plan(invocation, plan)
        return run_plan(invocation, client, plan, yes=yes)[0]
