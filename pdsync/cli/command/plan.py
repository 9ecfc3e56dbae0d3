"""``pdsync plan``: what would be done. Nothing is written to PagerDuty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode, UsageError, loss_told
from pdsync.cli.files.output_file import MARKDOWN, PLAN, OutputFile
from pdsync.cli.files.page_file import PageFiles
from pdsync.cli.files.plan_file import EXPIRES_AFTER_S, render_plan_file
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import (
    ShownProblem,
    of_plan,
    render_annotations,
    render_problems,
    shown_problems,
    tell_problems,
)
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.cli.setting.time_option import read_zone
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Selection, load_desired
from pdsync.engine.error import ManifestsError
from pdsync.engine.plan import Planned, make_plan
from pdsync.engine.prospect import fetch_prospect
from pdsync.oncall.impact import Impact
from pdsync.plan import Plan, render_plan_json
from pdsync.plan.saved.impact_form import ImpactForm
from pdsync.report.plan.plan_text import render_plan_summary, render_plan_text
from pdsync.report.text.palette import Palette, Style

Output = Literal["text", "json", "markdown", "github", "html"]


@dataclass(frozen=True, slots=True)
class PlanOutput:
    """Where the plan goes, and how it is shown."""

    out: Path | None = None
    """A file for the saved plan."""
    report: Path | None = None
    """Where to write the Markdown report."""
    page: Path | None = None
    """Where to write the HTML page."""
    expires_after_s: int = EXPIRES_AFTER_S
    detailed_exitcode: bool = False
    timezone: str | None = None
    """The zone that times are shown in, besides that of their schedule."""
    sample_events: str | None = None
    """The file of the sample events that the plan is compared for."""
    recent_alerts: int | None = None
    """The days whose alerts are the sample events."""


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Says why there is no plan, in every output that was asked for."""

    invocation: Invocation
    workspace: str
    output: str
    report: Path | None = None
    title: str = "pdsync plan"

    def show(self, problems: Sequence[ShownProblem], *, said: bool = False) -> int:
        """Gives the exit code. `said`: stdout has the problems already."""
        if self.output == "markdown" or self.report is not None:
            from pdsync.report.plan.plan_markdown import render_problems_markdown

            text = render_problems_markdown(self.title, self.workspace, render_problems(problems, Palette()))
            if self.report is not None:
                with loss_told(self.invocation):
                    OutputFile(self.report, "--report", MARKDOWN).write(text, self.invocation)
            if self.output == "markdown":
                self.invocation.terminal.out(text)
                return ExitCode.ERROR
        if self.output == "github":
            self.invocation.terminal.out(render_annotations(problems))
        elif not said:
            tell_problems(self.invocation.terminal, problems, as_json=self.output == "json")
        return ExitCode.ERROR


def plan(invocation: Invocation, selection: Selection, output: Output, how: PlanOutput) -> int:
    """Shows the plan; exits 1 on problems, 5 when it may not be applied, 2 when changes are pending and that was asked for."""
    reader = read_zone(how.timezone)
    if how.sample_events is not None and how.recent_alerts is not None:
        raise UsageError("--sample-events and --recent-alerts exclude each other", "Leave one of them out.")
    if how.out is not None and output == "html":
        raise UsageError(
            "--out saves a plan, and -o html prints an HTML page", f"To write the HTML page, use --page {how.out}."
        )
    settings = load_settings(invocation)
    if selection.names:
        from pdsync.cli.naming import with_addresses

        selection = with_addresses(invocation, settings, selection)
    terminal, workspace = invocation.terminal, settings.workspace()
    pages = PageFiles(how.page, to_stdout=output == "html")
    pages.check(invocation)
    if how.out is not None:
        OutputFile(how.out, "--out", PLAN).check(invocation)
    if how.report is not None:
        OutputFile(how.report, "--report", MARKDOWN).check(invocation)
    no_plan = NoPlan(invocation, workspace.name, output, how.report)
    try:
        desired = load_desired(workspace, selection)
    except ManifestsError as error:
        pages.give_problems(invocation, workspace.name, shown_problems(error))
        return no_plan.show(shown_problems(error))
    with open_client(invocation, settings) as client:
        planned = make_plan(client, desired, activity=activity_on(terminal))
        planned = _with_samples(invocation, settings, how, client, planned)
        prospect = fetch_prospect(client, planned, activity=activity_on(terminal))
    made = planned.plan
    if made.problems:
        if output == "json":
            terminal.out_json(render_plan_json(made))
        problems = of_plan(made.problems)
        pages.give_problems(invocation, workspace.name, problems)
        return no_plan.show(problems, said=output == "json")
    impact = prospect.impact if prospect is not None else None
    if output == "text":
        show_plan(invocation, made, impact, reader)
    elif output != "html":
        _show_for_program(invocation, planned, output, impact, reader)
    pages.give_plan(invocation, made, prospect, reader)
    _write_files(invocation, planned, how, impact)
    if made.is_blocked or (impact is not None and impact.refusal):
        return ExitCode.REFUSED
    return ExitCode.PENDING if how.detailed_exitcode and made.changes else ExitCode.OK


def _with_samples(
    invocation: Invocation, settings: Settings, how: PlanOutput, client: RestApiV2Client, planned: Planned
) -> Planned:
    """The plan with what it changes for sample events, where there are some. Where it changes no rules for events, nothing is read."""
    file, days = how.sample_events, how.recent_alerts
    is_asked = file is not None or days is not None
    file = file if is_asked else settings.sample_events
    if file is None and days is None:
        return planned
    if planned.plan.problems or not any(change.documents for change in planned.plan.changes):
        tell = invocation.terminal.note if is_asked else invocation.terminal.detail
        tell("The plan changes no event rules, so the sample events are not used.")
        return planned
    from pdsync.cli.sample_source import add_samples

    return add_samples(invocation, client, planned, file, days)


def _write_files(invocation: Invocation, planned: Planned, how: PlanOutput, impact: Impact | None) -> None:
    """Writes the Markdown report and the saved plan."""
    if how.report is not None:
        from pdsync.report.plan.plan_markdown import render_plan_markdown

        reader = read_zone(how.timezone)
        text = render_plan_markdown(planned.plan, impact=impact, reader=reader, detail=invocation.detail)
        with loss_told(invocation):
            OutputFile(how.report, "--report", MARKDOWN).write(text, invocation)
    if how.out is not None:
        selection = planned.desired.selection
        text = render_plan_file(planned.plan, how.expires_after_s, selection, impact=impact_form(impact))
        with loss_told(invocation):
            OutputFile(how.out, "--out", PLAN).write(text, invocation)
            invocation.terminal.note(f"Saved the plan to {how.out}.")


def show_plan(invocation: Invocation, made: Plan, impact: Impact | None = None, reader: tzinfo | None = None) -> None:
    """Shows a plan as text, and who is paged differently; with -q just its summary."""
    terminal = invocation.terminal
    if terminal.verbosity < 0:
        terminal.out(render_plan_summary(made, terminal.color, impact))
    else:
        terminal.out(
            render_plan_text(
                made,
                Style(terminal.color, terminal.width, terminal.is_screen, invocation.detail),
                impact=impact,
                reader=reader,
            )
        )


def impact_form(impact: Impact | None) -> ImpactForm | None:
    """The impact of a plan in its JSON form; None where the plan has none."""
    if impact is None:
        return None
    from pdsync.report.impact.impact_json import build_impact_form

    return build_impact_form(impact)


def _show_for_program(
    invocation: Invocation, planned: Planned, output: Output, impact: Impact | None, reader: tzinfo | None
) -> None:
    """Shows a plan in a form for a program. The renderers are imported only here: most runs need none of them."""
    made, terminal = planned.plan, invocation.terminal
    if output == "json":
        terminal.out_json(render_plan_json(made, impact_form(impact)))
    elif output == "markdown":
        from pdsync.report.plan.plan_markdown import render_plan_markdown

        terminal.out(render_plan_markdown(made, impact=impact, reader=reader, detail=invocation.detail))
    else:
        from pdsync.report.plan.plan_annotation import render_plan_annotations

        positions = {resource.address: resource.positions for resource in planned.desired.resources}
        terminal.out(render_plan_annotations(made, positions, impact=impact, reader=reader))
