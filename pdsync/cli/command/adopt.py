"""``pdsync adopt``: takes over objects that are exactly as their manifests say, and writes nothing but the ownership line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pdsync.cli.applying import run_plan
from pdsync.cli.command.plan import show_plan
from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode, RefusedError
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, Selection, load, make_options, make_plan, report_problems
from pdsync.cli.problem_text import of_plan
from pdsync.cli.setting.setting import load_settings
from pdsync.kinds import BY_SLUG
from pdsync.model.address import Address
from pdsync.plan import Change, Operation, Plan


def adopt(invocation: Invocation, targets: Sequence[str], *, yes: bool = False) -> int:
    """Stamps the ownership line on live objects whose every managed field is as written. Nothing else is ever changed:
    one target that differs, and nothing at all is written."""
    settings = load_settings(invocation)
    selection = Selection(adopt=True, prune="off", targets=tuple(targets))
    options = make_options(settings, selection)
    try:
        resources = load(settings, selection, options)
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=False)
    with open_client(invocation, settings) as client:
        plan = make_plan(invocation, settings, client, resources, options)
        if plan.problems:
            return report_problems(invocation, of_plan(plan.problems), as_json=False)
        changes = {change.address: change for change in plan.changes}
        _refuse_differences([changes[a] for a in sorted(options.targets) if a in changes])
        kept = [replace(change, waits_for=()) for change in plan.changes if change.address in options.targets]
        _tell_the_rest(invocation, plan, options.targets)
        if not kept:
            return ExitCode.OK
        plan = replace(plan, changes=tuple(kept), refusals=(), notes=(), risks=(), unchanged=0)
        show_plan(invocation, plan)
        return run_plan(invocation, client, plan, yes=yes)[0]


def _refuse_differences(changes: Sequence[Change]) -> None:
    """Raises RefusedError for what adopting would change."""
    wrong = []
    for change in changes:
        differs = [*(delta.path for delta in change.deltas), *(child.list_name for child in change.children)]
        if change.operation is Operation.CREATE:
            wrong.append(f"{change.address}: the account has no such object")
        elif change.operation is not Operation.ADOPT:
            wrong.append(f"{change.address}: is managed already, and differs: run 'pdsync plan'")
        elif differs:
            wrong.append(f"{change.address} ({change.id}): differs in {', '.join(sorted(set(differs)))}")
    if wrong:
        first, *rest = wrong
        raise RefusedError(f"nothing was adopted: {first}", "Change the manifest, or run 'pdsync apply --adopt'.", rest)


def _tell_the_rest(invocation: Invocation, plan: Plan, targets: frozenset[str]) -> None:
    done = targets - {change.address for change in plan.changes}
    for address in sorted(done):
        unmarked = BY_SLUG[Address.parse(address).kind].marker_line is None
        why = "people carry no ownership line: the manifest is enough" if unmarked else "is managed already"
        invocation.terminal.note(f"{address}: {why}")
