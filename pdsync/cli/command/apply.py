"""``pdsync apply``: shows the plan, asks, and does what the plan says."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pdsync.cli.applying import Manner, run_plan, take_receiver
from pdsync.cli.command.plan import NoPlan, impact_form, show_plan
from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, UsageError, loss_told
from pdsync.cli.files.journal_file import check_journal_path
from pdsync.cli.files.output_file import MARKDOWN, OutputFile
from pdsync.cli.files.plan_file import is_plan_name, read_plan_file
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import of_plan, shown_problems
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import read_zone
from pdsync.cli.time_limit import WRITING_S
from pdsync.client import RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.engine.apply import ApplyRequest
from pdsync.engine.desired import Desired, Selection, load_desired
from pdsync.engine.error import ManifestsError, StaleError
from pdsync.engine.plan import Planned, make_plan
from pdsync.engine.prospect import fetch_prospect
from pdsync.engine.saved_plan import SavedPlan, compare_saved_plan
from pdsync.model import compute_manifest_digest
from pdsync.oncall.impact import Impact
from pdsync.plan import DIGEST_SHOWN, SHORTEST_DIGEST, Plan, Result

Output = Literal["text", "json", "markdown"]


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """How to apply, as the command line says."""

    yes: bool = False
    workers: int = MOST_IN_FLIGHT
    plan_file: Path | None = None
    """A saved plan: nothing else is applied, and only where the account is still as it was planned against."""
    expect_digest: str | None = None
    """The digest that the review showed."""
    approve_deletes: str | None = None
    """The digest of a plan that may exceed the limits on deletes."""
    notify: str | None = None
    """A routing key for a change event, or ``env`` for the one of the environment."""
    report: Path | None = None
    """Where to write the Markdown report of the result."""
    journal: Path | None = None
    """Where to keep the journal; None: in ``.pdsync/journal/``."""
    strict: bool = False
    """Whether a warning of PagerDuty makes the apply a failure."""
    secrets_out: Path | None = None
    """A new file for the secrets that PagerDuty shows once."""
    secrets_to: str | None = None
    """A command that takes them instead, one by one."""
    timezone: str | None = None
    """The zone that times are shown in, besides that of their schedule."""


def apply(invocation: Invocation, selection: Selection, output: Output, how: ApplyOptions) -> int:
    """Applies. Nothing is written unless the plan has no problem or blocker and the user agreed."""
    selection, how = _take_saved_plan(selection, how)
    _check_options(selection, output, how)
    reader = read_zone(how.timezone)
    settings = load_settings(invocation)
    if selection.names:
        from pdsync.cli.naming import with_addresses

        selection = with_addresses(invocation, settings, selection)
    workspace = settings.workspace()
    if how.report is not None:
        OutputFile(how.report, "--report", MARKDOWN).check(invocation)
    if how.journal is not None:
        check_journal_path(how.journal, invocation)
    receiver = take_receiver(invocation, how.secrets_out, how.secrets_to)
    saved = read_plan_file(how.plan_file) if how.plan_file is not None else None
    no_plan = NoPlan(invocation, workspace.name, output, how.report, "pdsync apply")
    try:
        desired = load_desired(workspace, selection)
    except ManifestsError as error:
        return no_plan.show(shown_problems(error))
    if saved is not None:
        saved.check_for(workspace.name, compute_manifest_digest(desired.resources))
    with open_client(invocation, settings, WRITING_S) as client:
        planned = _plan(invocation, client, desired, saved, how)
        plan = planned.plan
        if plan.problems and output != "json":
            return no_plan.show(of_plan(plan.problems))
        prospect = fetch_prospect(client, planned, activity=activity_on(invocation.terminal))
        impact = prospect.impact if prospect is not None else None
        if output == "text":
            show_plan(invocation, plan, impact, reader)
        _check_digest(plan, how.expect_digest)
        taken = receiver is not None
        request = ApplyRequest(plan, planned.staleness, impact, how.approve_deletes or "", taken, how.workers)
        manner = Manner(how.yes, output == "text", how.journal, how.strict, receiver)
        code, result = run_plan(invocation, client, request, manner)
    if output == "json":
        _show_json(invocation, planned, impact, result)
    if plan.problems:
        no_plan.show(of_plan(plan.problems), said=output == "json")
    else:
        _report_result(invocation, request, result, output, how)
    if how.notify is not None and result is not None:
        _notify(invocation, how.notify, plan, result)
    return code


def _take_saved_plan(selection: Selection, how: ApplyOptions) -> tuple[Selection, ApplyOptions]:
    """A saved plan among the paths is the plan to apply. Raises UsageError where it is not alone."""
    saved = [path for path in selection.paths if is_plan_name(path)]
    if not saved:
        return selection, how
    if how.plan_file is not None or len(selection.paths) > 1:
        raise UsageError(
            f"{saved[0]}: is a saved plan, so it cannot go with other files", "A saved plan is applied alone."
        )
    return replace(selection, paths=()), replace(how, plan_file=Path(saved[0]))


def _check_options(selection: Selection, output: Output, how: ApplyOptions) -> None:
    """Raises UsageError for options that exclude each other."""
    if output != "text" and not how.yes:
        raise UsageError(f"-o {output} needs --yes", "pdsync cannot show the plan and ask for confirmation there.")
    chosen = selection != Selection(selection.paths)
    if how.plan_file is not None and chosen:
        says = "a saved plan cannot go with --adopt, --prune, --target, --rotate-key, --send-secrets, --reassign-incidents-to or --all-roles"
        raise UsageError(says, "The saved plan contains these choices already.")
    for option, digest in (("--expect-digest", how.expect_digest), ("--approve-deletes", how.approve_deletes)):
        if digest is not None and len(digest) < SHORTEST_DIGEST:
            raise UsageError(f"{option}: write at least {SHORTEST_DIGEST} characters of the digest")


def _plan(
    invocation: Invocation, client: RestApiV2Client, desired: Desired, saved: SavedPlan | None, how: ApplyOptions
) -> Planned:
    activity = activity_on(invocation.terminal)
    if saved is None:
        return make_plan(client, desired, activity=activity)
    return compare_saved_plan(client, desired, saved, approve_deletes=how.approve_deletes or "", activity=activity)


def _show_json(invocation: Invocation, planned: Planned, impact: Impact | None, result: Result | None) -> None:
    form = impact_form(impact)
    body = {
        "plan": planned.plan.to_json(),
        "impact": form.to_json() if form is not None else None,
        "standings": [it.to_json() for it in planned.staleness],
        "result": result.to_json() if result is not None else None,
    }
    invocation.terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")


def _report_result(
    invocation: Invocation, request: ApplyRequest, result: Result | None, output: Output, how: ApplyOptions
) -> None:
    """Gives the Markdown report of the result, where that was asked for."""
    if output != "markdown" and how.report is None:
        return
    from pdsync.report.plan.plan_markdown import Reading
    from pdsync.report.result.result_markdown import render_result_markdown

    reading = Reading(request.impact, read_zone(how.timezone), invocation.detail)
    text = render_result_markdown(request.plan, result, request.staleness, reading)
    if output == "markdown":
        invocation.terminal.out(text)
    if how.report is not None:
        with loss_told(invocation):
            OutputFile(how.report, "--report", MARKDOWN).write(text, invocation)


def _notify(invocation: Invocation, key: str, plan: Plan, result: Result) -> None:
    """How the apply ended counts more than that its event was not sent."""
    from pdsync.cli.announcement import notify_apply

    try:
        notify_apply(invocation, key, plan, result)
    except CliError as error:
        invocation.terminal.error(error.message, error.hint)
        invocation.has_lost_report = True


def _check_digest(plan: Plan, expected: str | None) -> None:
    """Raises StaleError where this is not the plan that was reviewed."""
    if expected is not None and not plan.is_digest(expected):
        raise StaleError(
            f"this plan is not the reviewed one: its digest is {plan.digest[:DIGEST_SHOWN]}, not {expected}",
            "Nothing was applied. The manifests or the account changed: review the plan again.",
        )
