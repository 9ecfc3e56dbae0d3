"""``pdsync plan``: what would be done. Nothing is written to PagerDuty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode
from pdsync.cli.files.page_file import PageFiles
from pdsync.cli.files.plan_file import EXPIRES_AFTER_S, check_plan_file, write_plan_file
from pdsync.cli.files.report_file import check_report_file, write_report_file
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, Selection, load, make_options, plan_account, report_problems
from pdsync.cli.problem_text import ShownProblem, of_plan, render_annotations, render_problems
from pdsync.cli.prospect import foresee
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.cli.setting.time_zone import read_zone
from pdsync.model import Resource
from pdsync.oncall.impact import Impact
from pdsync.plan import Plan, render_plan_json
from pdsync.plan.saved.impact_form import ImpactForm
from pdsync.report.impact.impact_rule import rule_refusal
from pdsync.report.plan.plan_text import render_plan_summary, render_plan_text
from pdsync.report.text.palette import Palette

Output = Literal["text", "json", "markdown", "github", "html"]


def plan(
    invocation: Invocation,
    selection: Selection,
    output: Output,
    *,
    out: Path | None = None,
    report: Path | None = None,
    page: Path | None = None,
    expires_after_s: int = EXPIRES_AFTER_S,
    detailed_exitcode: bool = False,
    timezone: str | None = None,
) -> int:
    """Shows the plan; exits 1 on problems, 5 when it may not be applied, 2 when `detailed_exitcode` and changes.

    For html `out` is where the page goes in place of stdout; for all others it is a plan that can be applied. `page` is where
    the page goes beside any output.
    """
    reader = read_zone(timezone)
    settings = load_settings(invocation)
    options = make_options(settings, selection)
    pages = PageFiles(page, out if output == "html" else None, to_stdout=output == "html" and out is None)
    pages.check()
    out = None if output == "html" else out
    if out is not None:
        check_plan_file(out)
    if report is not None:
        check_report_file(report)
    try:
        resources = load(settings, selection, options)
    except ProblemsError as error:
        pages.give_problems(invocation.terminal, settings.config.workspace, error.problems)
        return show_problems(invocation, settings, error.problems, output, report)
    with open_client(invocation, settings) as client:
        made, account = plan_account(invocation, settings, client, resources, options)
    if made.problems:
        if output == "json":
            invocation.terminal.out_json(render_plan_json(made))
        problems = of_plan(made.problems)
        pages.give_problems(invocation.terminal, settings.config.workspace, problems)
        return show_problems(invocation, settings, problems, output, report, said=output == "json")
    prospect = foresee(made, account, resources, settings.config.rules)
    impact = prospect.impact if prospect is not None else None
    if output == "text":
        show_plan(invocation, made, impact, reader)
    elif output != "html":
        _show_for_program(invocation, made, resources, output, impact, reader)
    pages.give_plan(invocation.terminal, made, prospect, reader)
    if report is not None:
        from pdsync.report.plan.plan_markdown import render_plan_markdown

        write_report_file(render_plan_markdown(made, impact=impact, reader=reader), report)
    if out is not None:
        write_plan_file(made, out, expires_after_s, selection, impact=impact_form(impact))
        invocation.terminal.note(f"Plan written to {out}.")
    if made.is_blocked or rule_refusal(impact):
        return ExitCode.REFUSED
    return ExitCode.PENDING if detailed_exitcode and made.changes else ExitCode.OK


def show_plan(invocation: Invocation, made: Plan, impact: Impact | None = None, reader: tzinfo | None = None) -> None:
    """Shows a plan as text, and who is paged differently; with -q just its summary."""
    terminal = invocation.terminal
    if terminal.verbosity < 0:
        terminal.out(render_plan_summary(made, terminal.color, impact))
    else:
        terminal.out(
            render_plan_text(
                made, terminal.color, terminal.width, impact=impact, reader=reader, wraps=terminal.is_screen
            )
        )


def impact_form(impact: Impact | None) -> ImpactForm | None:
    """The impact as it is printed beside a plan in JSON; None where the plan has none."""
    if impact is None:
        return None
    from pdsync.report.impact.impact_json import build_impact_form

    return build_impact_form(impact)


def show_problems(
    invocation: Invocation,
    settings: Settings,
    problems: Sequence[ShownProblem],
    output: Output,
    report: Path | None = None,
    *,
    title: str = "pdsync plan",
    said: bool = False,
) -> int:
    """Says why there is no plan, in every output that was asked for; gives the exit code. `said`: not on stdout again."""
    if output == "markdown" or report is not None:
        from pdsync.report.plan.plan_markdown import render_problems_markdown

        text = render_problems_markdown(title, settings.config.workspace, render_problems(problems, Palette()))
        if report is not None:
            write_report_file(text, report)
        if output == "markdown":
            invocation.terminal.out(text)
            return ExitCode.ERROR
    if output == "github":
        invocation.terminal.out(render_annotations(problems))
    elif not said:
        report_problems(invocation, problems, as_json=output == "json")
    return ExitCode.ERROR


def _show_for_program(
    invocation: Invocation,
    made: Plan,
    resources: Sequence[Resource],
    output: Output,
    impact: Impact | None,
    reader: tzinfo | None,
) -> None:
    """Shows a plan in a form for a program. The renderers are imported only here: most runs need none of them."""
    if output == "json":
        invocation.terminal.out_json(render_plan_json(made, impact_form(impact)))
    elif output == "markdown":
        from pdsync.report.plan.plan_markdown import render_plan_markdown

        invocation.terminal.out(render_plan_markdown(made, impact=impact, reader=reader))
    else:
        from pdsync.report.plan.plan_annotation import render_plan_annotations

        positions = {resource.address: resource.positions for resource in resources}
        invocation.terminal.out(render_plan_annotations(made, positions, impact=impact, reader=reader))
