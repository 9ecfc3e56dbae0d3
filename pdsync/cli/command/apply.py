"""``pdsync apply``: shows the plan, asks, and does what the plan says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pdsync.apply import apply_plan
from pdsync.cli.client_error import HINT_403
from pdsync.cli.command.plan import show_plan, show_problems
from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode, UsageError
from pdsync.cli.interrupt import stop_on_signals
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, Selection, load, make_options, make_plan
from pdsync.cli.problem_text import of_plan
from pdsync.cli.progress import show_progress
from pdsync.cli.report_file import check_report_file, write_report_file
from pdsync.cli.setting import load_settings
from pdsync.client import RestApiV2Client
from pdsync.plan import Operation, Outcome, Plan, Result, Status
from pdsync.report.result_text import render_outcome_text, render_result_summary

Output = Literal["text", "json", "markdown"]
_DENIED = (401, 403)


def apply(
    invocation: Invocation,
    selection: Selection,
    output: Output,
    *,
    yes: bool = False,
    workers: int = 4,
    report: Path | None = None,
) -> int:
    """Applies. Nothing is written unless the plan has no problem or blocker and somebody said yes."""
    as_text = output == "text"
    if not as_text and not yes:
        raise UsageError(
            f"-o {output} needs --yes", "The plan is not shown to a person then, so nobody can be asked about it."
        )
    settings = load_settings(invocation)
    options = make_options(settings, selection)
    if report is not None:
        check_report_file(report)
    try:
        resources = load(settings, selection, options)
    except ProblemsError as error:
        return show_problems(invocation, settings, error.problems, output, report, title="pdsync apply")
    with open_client(invocation, settings) as client:
        plan = make_plan(invocation, settings, client, resources, options)
        if plan.problems and output != "json":
            problems = of_plan(plan.problems)
            return show_problems(invocation, settings, problems, output, report, title="pdsync apply")
        if as_text:
            show_plan(invocation, plan)
        result = _apply(invocation, client, plan, yes=yes, workers=workers, as_text=as_text)
    if output == "json":
        body = {"plan": plan.to_json(), "result": result.to_json() if result is not None else None}
        invocation.terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    if plan.problems:
        problems = of_plan(plan.problems)
        return show_problems(invocation, settings, problems, output, report, title="pdsync apply", said=True)
    if output == "markdown" or report is not None:
        _report(invocation, plan, result, output, report)
    if plan.is_blocked:
        return ExitCode.REFUSED
    return result.exit_code if result is not None else ExitCode.ERROR


def _apply(
    invocation: Invocation, client: RestApiV2Client, plan: Plan, *, yes: bool, workers: int, as_text: bool
) -> Result | None:
    """The result; None where nothing may be done, or was not agreed to."""
    if plan.problems or plan.is_blocked:
        return None
    if not plan.changes:
        return Result(())
    terminal = invocation.terminal
    if not yes and not _agreed(invocation, plan):
        terminal.note("Nothing was applied.")
        return None
    if as_text and terminal.verbosity >= 0:
        terminal.out("\n")
    with (
        stop_on_signals(terminal) as stop,
        show_progress(terminal, "Applying", len(plan.changes)) as step,
    ):

        def on_outcome(outcome: Outcome) -> None:
            quiet = not as_text or (terminal.verbosity < 0 and outcome.status in (Status.APPLIED, Status.ALREADY))
            step("" if quiet else render_outcome_text(outcome, terminal.color))

        result = apply_plan(plan, client, workers=workers, on_outcome=on_outcome, stop=stop)
    if as_text:
        terminal.out("\n" + render_result_summary(result, terminal.color))
    if any(outcome.http_status in _DENIED for outcome in result.outcomes):
        terminal.error(f"the token from {invocation.token_source} may not write this", HINT_403)
    return result


def _report(invocation: Invocation, plan: Plan, result: Result | None, output: Output, report: Path | None) -> None:
    from pdsync.report.result_markdown import render_result_markdown

    text = render_result_markdown(plan, result)
    if output == "markdown":
        invocation.terminal.out(text)
    if report is not None:
        write_report_file(text, report)


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
