"""``pdsync apply``: shows the plan, asks, and does what the plan says."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pdsync.account import NeedsChildren
from pdsync.apply import apply_plan
from pdsync.cli.client_error import HINT_403
from pdsync.cli.command.plan import show_plan, show_problems
from pdsync.cli.connection import CLIENT_OPTIONS, open_client
from pdsync.cli.error import ExitCode, StaleError, UsageError
from pdsync.cli.interrupt import stop_on_signals
from pdsync.cli.invocation import Invocation
from pdsync.cli.plan_file import read_plan_file
from pdsync.cli.planning import (
    ProblemsError,
    Selection,
    load,
    make_options,
    make_plan,
    read_account,
)
from pdsync.cli.problem_text import of_plan
from pdsync.cli.progress import show_progress
from pdsync.cli.report_file import check_report_file, write_report_file
from pdsync.cli.setting import load_settings
from pdsync.client import RestApiV2Client
from pdsync.kinds import compute_manifest_digest
from pdsync.plan import (
    SHORTEST_DIGEST,
    Change,
    Operation,
    Outcome,
    Plan,
    Result,
    Standing,
    State,
    Status,
    compute_standings,
)
from pdsync.report.conflict_text import render_conflicts
from pdsync.report.plan_text import DIGEST_SHOWN
from pdsync.report.result_text import render_outcome_text, render_result_summary

Output = Literal["text", "json", "markdown"]
_DENIED = (401, 403)


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """How to apply, as it stood on the command line."""

    yes: bool = False
    workers: int = 4
    plan_file: Path | None = None
    """A saved plan: nothing else is applied, and it only where the account is still as it was planned against."""
    expect_digest: str | None = None
    """The digest that the review showed."""
    approve_deletes: str | None = None
    """The digest of a plan that may exceed the limits on deletes."""
    report: Path | None = None
    """Where to write the result as Markdown."""


def apply(invocation: Invocation, selection: Selection, output: Output, how: ApplyOptions) -> int:
    """Applies. Nothing is written unless the plan has no problem or blocker and somebody said yes."""
    as_text = output == "text"
    if not as_text and not how.yes:
        raise UsageError(
            f"-o {output} needs --yes", "The plan is not shown to a person then, so nobody can be asked about it."
        )
    if how.plan_file is not None and (selection.adopt or selection.prune or selection.targets):
        raise UsageError("--plan cannot go with --adopt, --prune or --target", "The saved plan says all of that.")
    for option, digest in (("--expect-digest", how.expect_digest), ("--approve-deletes", how.approve_deletes)):
        if digest is not None and len(digest) < SHORTEST_DIGEST:
            raise UsageError(f"{option}: needs at least {SHORTEST_DIGEST} characters of the plan's digest")
    settings = load_settings(invocation)
    options = make_options(settings, selection)
    if how.report is not None:
        check_report_file(how.report)
    saved = read_plan_file(how.plan_file) if how.plan_file is not None else None
    try:
        resources = load(settings, selection, options)
    except ProblemsError as error:
        return show_problems(invocation, settings, error.problems, output, how.report, title="pdsync apply")
    if saved is not None:
        saved.check_fresh(datetime.now(UTC))
        saved.check_for(settings.config.workspace, compute_manifest_digest(resources))
    with open_client(invocation, settings) as client:
        standings: tuple[Standing, ...] = ()
        if saved is not None:
            plan = saved.plan
            account = read_account(invocation, settings, client, resources, _touched_by(plan))
            saved.check_account(account.subdomain)
            standings = compute_standings(plan, account)
        else:
            plan = make_plan(invocation, settings, client, resources, options)
        if plan.problems and output != "json":
            problems = of_plan(plan.problems)
            return show_problems(invocation, settings, problems, output, how.report, title="pdsync apply")
        if as_text:
            show_plan(invocation, plan)
        _check_digest(plan, how.expect_digest)
        code, result = _apply(invocation, client, plan, standings, how, as_text=as_text)
    if output == "json":
        body = {
            "plan": plan.to_json(),
            "standings": [standing.to_json() for standing in standings],
            "result": result.to_json() if result is not None else None,
        }
        invocation.terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    if plan.problems:
        show_problems(
            invocation,
            settings,
            of_plan(plan.problems),
            output,
            how.report,
            title="pdsync apply",
            said=output == "json",
        )
    elif output == "markdown" or how.report is not None:
        _report(invocation, plan, standings, result, output, how.report)
    return code


def _report(
    invocation: Invocation,
    plan: Plan,
    standings: tuple[Standing, ...],
    result: Result | None,
    output: Output,
    report: Path | None,
) -> None:
    from pdsync.report.result_markdown import render_result_markdown

    text = render_result_markdown(plan, result, standings)
    if output == "markdown":
        invocation.terminal.out(text)
    if report is not None:
        write_report_file(text, report)


def _touched_by(plan: Plan) -> NeedsChildren:
    """What the plan read the child lists of, and must see again."""
    touched = {(change.kind, change.id) for change in plan.changes if change.child_lists}
    return lambda slug, identity, marker: (slug, identity) in touched


def _check_digest(plan: Plan, expected: str | None) -> None:
    if expected is not None and not plan.is_digest(expected):
        raise StaleError(
            f"the plan is not the one that was reviewed: its digest is {plan.digest[:DIGEST_SHOWN]}, and {expected} was expected",
            "Nothing was applied. Review it anew: the manifests or the account have changed.",
        )


def _apply(
    invocation: Invocation,
    client: RestApiV2Client,
    plan: Plan,
    standings: tuple[Standing, ...],
    how: ApplyOptions,
    *,
    as_text: bool,
) -> tuple[int, Result | None]:
    """The exit code, and the result; None where nothing may be done, or was not agreed to."""
    terminal = invocation.terminal
    if plan.problems:
        return ExitCode.ERROR, None
    approved = how.approve_deletes or ""
    if plan.has_blockers or (plan.refusals and not plan.is_digest(approved)):
        if plan.refusals and not plan.has_blockers:
            hint = f"After a review of the deletes: --approve-deletes {plan.digest[:DIGEST_SHOWN]}"
            terminal.error(
                "the limits on deletes are exceeded" + (", and another plan was approved" if approved else ""), hint
            )
        return ExitCode.REFUSED, None
    if any(standing.state is State.CONFLICT for standing in standings):
        if as_text:
            terminal.out("\n" + render_conflicts(standings, plan.labels, terminal.color, terminal.width))
        return ExitCode.STALE, None
    if all(standing.state is State.ALREADY for standing in standings) and (standings or not plan.changes):
        result = Result(tuple(map(_already, plan.changes)))
        if as_text and plan.changes:
            terminal.out("\n" + render_result_summary(result, terminal.color))
        return ExitCode.OK, result
    if not how.yes and not _agreed(invocation, plan):
        terminal.note("Nothing was applied.")
        return ExitCode.ERROR, None
    if as_text and terminal.verbosity >= 0:
        terminal.out("\n")
    with (
        stop_on_signals(terminal) as stop,
        show_progress(terminal, "Applying", len(plan.changes)) as step,
    ):

        def on_outcome(outcome: Outcome) -> None:
            quiet = not as_text or (terminal.verbosity < 0 and outcome.status in (Status.APPLIED, Status.ALREADY))
            step("" if quiet else render_outcome_text(outcome, terminal.color))

        sleep = CLIENT_OPTIONS.get("sleep", time.sleep)
        result = apply_plan(
            plan,
            client,
            workers=how.workers,
            on_outcome=on_outcome,
            stop=stop,
            sleep=sleep,
            approved_deletes=approved,
        )
    if as_text:
        terminal.out("\n" + render_result_summary(result, terminal.color))
    if any(outcome.http_status in _DENIED for outcome in result.outcomes):
        terminal.error(f"the token from {invocation.token_source} may not write this", HINT_403)
    return result.exit_code, result


def _already(change: Change) -> Outcome:
    return Outcome(change.address, change.operation, change.name, Status.ALREADY, change.id)


def _agreed(invocation: Invocation, plan: Plan) -> bool:
    """Asks. Raises UsageError where there is nobody to ask."""
    count = sum(1 for change in plan.changes if change.operation is not Operation.INTERIM)
    if not invocation.terminal.is_interactive:
        raise UsageError(
            f"there is nobody to ask whether to apply {'this change' if count == 1 else f'these {count} changes'}",
            "Nothing was applied. Without a terminal, use --yes.",
        )
    deletes = plan.count()[Operation.DELETE]
    which = "this change" if count == 1 else f"these {count} changes"
    warning = f" ({deletes} of them {'deletes an object' if deletes == 1 else 'delete objects'})" if deletes else ""
    return invocation.terminal.ask(f"\nApply {which}{warning}? [y/N] ").casefold() in ("y", "yes")
