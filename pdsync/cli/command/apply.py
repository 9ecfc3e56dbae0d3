"""``pdsync apply``: shows the plan, asks, and does what the plan says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pdsync.account import NeedsChildren
from pdsync.cli.applying import run_plan
from pdsync.cli.command.plan import impact_form, show_plan, show_problems
from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, RefusedError, StaleError, UsageError
from pdsync.cli.files.journal_file import check_journal_path
from pdsync.cli.files.plan_file import SavedPlan, read_plan_file
from pdsync.cli.files.report_file import check_report_file, write_report_file
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import (
    ProblemsError,
    Selection,
    load,
    make_options,
    plan_account,
    read_account,
)
from pdsync.cli.problem_text import of_plan
from pdsync.cli.prospect import foresee
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.cli.setting.time_zone import read_zone
from pdsync.model import Account, Resource, compute_manifest_digest
from pdsync.plan import (
    SHORTEST_DIGEST,
    Plan,
    Result,
    Standing,
    State,
    build_plan,
    compute_standings,
    find_unasked,
)
from pdsync.report.plan.plan_text import DIGEST_SHOWN

Output = Literal["text", "json", "markdown"]


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
    notify: str | None = None
    """A routing key for a change event, or ``env`` for the one of the environment."""
    report: Path | None = None
    """Where to write the result as Markdown."""
    journal: Path | None = None
    """Where to keep the journal; None: in ``.pdsync/journal/``."""
    timezone: str | None = None
    """The zone that times are shown in, besides that of their schedule."""


def apply(invocation: Invocation, selection: Selection, output: Output, how: ApplyOptions) -> int:
    """Applies. Nothing is written unless the plan has no problem or blocker and somebody said yes."""
    as_text = output == "text"
    if not as_text and not how.yes:
        raise UsageError(
            f"-o {output} needs --yes", "The plan is not shown to a person then, so nobody can be asked about it."
        )
    chosen = selection.adopt or selection.prune or selection.targets or selection.reassign_to
    if how.plan_file is not None and chosen:
        says = "--plan cannot go with --adopt, --prune, --target or --reassign-incidents-to"
        raise UsageError(says, "The saved plan says all of that.")
    for option, digest in (("--expect-digest", how.expect_digest), ("--approve-deletes", how.approve_deletes)):
        if digest is not None and len(digest) < SHORTEST_DIGEST:
            raise UsageError(f"{option}: needs at least {SHORTEST_DIGEST} characters of the plan's digest")
    reader = read_zone(how.timezone)
    settings = load_settings(invocation)
    options = make_options(settings, selection)
    if how.report is not None:
        check_report_file(how.report)
    if how.journal is not None:
        check_journal_path(how.journal)
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
            fresh = _check_asked(
                settings, saved, replace(saved.selection, paths=selection.paths), resources, account, standings, how
            )
        else:
            plan, account = plan_account(invocation, settings, client, resources, options)
            fresh = plan
        if plan.problems and output != "json":
            problems = of_plan(plan.problems)
            return show_problems(invocation, settings, problems, output, how.report, title="pdsync apply")
        # Of a saved plan that was applied in part, what is left to do counts.
        prospect = foresee(fresh, account, resources, settings.config.rules) if fresh is not None else None
        impact = prospect.impact if prospect is not None else None
        if as_text:
            show_plan(invocation, plan, impact, reader)
        _check_digest(plan, how.expect_digest)
        code, result = run_plan(
            invocation,
            client,
            plan,
            standings=standings,
            yes=how.yes,
            workers=how.workers,
            approve_deletes=how.approve_deletes or "",
            as_text=as_text,
            journal=how.journal,
            impact=impact,
        )
    if output == "json":
        body = {
            "plan": plan.to_json(),
            "impact": found.to_json() if (found := impact_form(impact)) is not None else None,
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
        from pdsync.report.result.result_markdown import render_result_markdown

        text = render_result_markdown(plan, result, standings, impact=impact, reader=reader)
        if output == "markdown":
            invocation.terminal.out(text)
        if how.report is not None:
            write_report_file(text, how.report)
    if how.notify is not None and result is not None:
        return _notify(invocation, how.notify, plan, result, code)
    return code


def _notify(invocation: Invocation, key: str, plan: Plan, result: Result, code: int) -> int:
    """The exit code: what the apply ended with counts more than that nobody was told."""
    from pdsync.cli.notification import notify_apply

    try:
        notify_apply(invocation, key, plan, result)
    except CliError as error:
        invocation.terminal.error(error.message, error.hint)
        return code or error.exit_code
    return code


def _touched_by(plan: Plan) -> NeedsChildren:
    """What the plan read the child lists of, and must see again."""
    touched = {(change.kind, change.id) for change in plan.changes if change.child_lists}
    return lambda slug, identity, marker: (slug, identity) in touched


def _check_asked(
    settings: Settings,
    saved: SavedPlan,
    selection: Selection,
    resources: Sequence[Resource],
    account: Account,
    standings: Sequence[Standing],
    how: ApplyOptions,
) -> Plan | None:
    """A plan made now must ask for the same, under the limits of today: a file can be rewritten, and so can a policy.

    Gives that plan; None where there are conflicts. Raises StaleError and RefusedError.
    """
    if any(standing.state is State.CONFLICT for standing in standings):
        return None  # that is told, and nothing is written
    fresh = build_plan(resources, account, replace(make_options(settings, selection), has_from=True))
    unasked = find_unasked(saved.plan, fresh, standings)
    if unasked:
        raise StaleError(
            f"{saved.path}: {', '.join(unasked[:5])}: a plan from these manifests and settings does not say that now",
            "Nothing was applied. Make a new plan.",
        )
    if fresh.refusals and not saved.plan.is_digest(how.approve_deletes or ""):
        raise RefusedError(f"{saved.path}: {fresh.refusals[0]}")
    return fresh


def _check_digest(plan: Plan, expected: str | None) -> None:
    if expected is not None and not plan.is_digest(expected):
        raise StaleError(
            f"the plan is not the one that was reviewed: its digest is {plan.digest[:DIGEST_SHOWN]}, and {expected} was expected",
            "Nothing was applied. Review it anew: the manifests or the account have changed.",
        )
