"""``pdsync plan``: what would be done. Nothing is written to PagerDuty."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Invocation
from pdsync.cli.plan_file import EXPIRES_AFTER_S, check_plan_file, write_plan_file
from pdsync.cli.planning import ProblemsError, Selection, load, make_options, make_plan, report_problems
from pdsync.cli.problem_text import of_plan
from pdsync.cli.setting import load_settings
from pdsync.plan import Plan, render_plan_json
from pdsync.report.plan_text import render_plan_summary, render_plan_text

Output = Literal["text", "json"]


def plan(
    invocation: Invocation,
    selection: Selection,
    output: Output,
    *,
    out: Path | None = None,
    expires_after_s: int = EXPIRES_AFTER_S,
    detailed_exitcode: bool = False,
) -> int:
    """Shows the plan; exits 1 on problems, 5 when it may not be applied, 2 when `detailed_exitcode` and changes."""
    settings = load_settings(invocation)
    options = make_options(settings, selection)
    if out is not None:
        check_plan_file(out)
    try:
        resources = load(settings, selection, options)
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=output == "json")
    with open_client(invocation, settings) as client:
        made = make_plan(invocation, settings, client, resources, options)
    if output == "json":
        invocation.terminal.out_json(render_plan_json(made))
    if made.problems:
        if output != "json":
            report_problems(invocation, of_plan(made.problems), as_json=False)
        return ExitCode.ERROR
    if output != "json":
        show_plan(invocation, made)
    if out is not None:
        write_plan_file(made, out, expires_after_s)
        invocation.terminal.note(f"Plan written to {out}.")
    if made.is_blocked:
        return ExitCode.REFUSED
    return ExitCode.PENDING if detailed_exitcode and made.changes else ExitCode.OK


def show_plan(invocation: Invocation, made: Plan) -> None:
    """Shows a plan as text; with -q just its summary."""
    terminal = invocation.terminal
    if terminal.verbosity < 0:
        terminal.out(render_plan_summary(made, terminal.color))
    else:
        terminal.out(render_plan_text(made, terminal.color, terminal.width))
