"""Carries out a plan that was shown, for every command that writes."""

from __future__ import annotations

import time
from pathlib import Path

from pdsync.apply import apply_plan
from pdsync.cli.client_error import HINT_403
from pdsync.cli.connection import CLIENT_OPTIONS
from pdsync.cli.error import ExitCode, UsageError
from pdsync.cli.files.journal_file import open_journal
from pdsync.cli.interrupt import stop_on_signals
from pdsync.cli.invocation import Invocation
from pdsync.cli.progress import show_progress
from pdsync.client import RestApiV2Client
from pdsync.oncall.impact import Impact
from pdsync.plan import Change, Operation, Outcome, Plan, Result, Standing, State, Status
from pdsync.report.impact.impact_risk import find_impact_risks, render_risk_words
from pdsync.report.impact.impact_rule import rule_refusal
from pdsync.report.plan.conflict_text import render_conflicts
from pdsync.report.plan.plan_text import DIGEST_SHOWN
from pdsync.report.result.result_text import render_outcome_text, render_result_summary

_DENIED = (401, 403)


def run_plan(
    invocation: Invocation,
    client: RestApiV2Client,
    plan: Plan,
    *,
    standings: tuple[Standing, ...] = (),
    yes: bool = False,
    workers: int = 4,
    approve_deletes: str = "",
    as_text: bool = True,
    journal: Path | None = None,
    impact: Impact | None = None,
) -> tuple[int, Result | None]:
    """Asks where `yes` was not said, writes, and shows each outcome. The plan itself was shown already. What is done is
    told to a journal, in the file of that name or in ``.pdsync/journal/``.

    Gives the exit code, and the result; None where nothing may be done, or was not agreed to. Raises UsageError where
    there is nobody to ask.
    """
    terminal = invocation.terminal
    if plan.problems:
        return ExitCode.ERROR, None
    if plan.has_blockers or (plan.refusals and not plan.is_digest(approve_deletes)):
        if plan.refusals and not plan.has_blockers:
            hint = f"After a review of the deletes: --approve-deletes {plan.digest[:DIGEST_SHOWN]}"
            other = ", and another plan was approved" if approve_deletes else ""
            terminal.error(f"the limits on deletes are exceeded{other}", hint)
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
    refusal = rule_refusal(impact)
    if refusal:
        terminal.error(refusal, "Change the plan, or, after a review, except the object from the rule in pdsync.yaml.")
        return ExitCode.REFUSED, None
    if not yes and not _agreed(invocation, plan, impact):
        terminal.note("Nothing was applied.")
        return ExitCode.ERROR, None
    if as_text and terminal.verbosity >= 0:
        terminal.out("\n")
    with (
        open_journal(invocation, journal) as journal_file,
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
            workers=workers,
            on_outcome=on_outcome,
            stop=stop,
            sleep=sleep,
            approved_deletes=approve_deletes,
            **({"journal": journal_file.tell} if journal_file is not None else {}),
        )
    if as_text:
        terminal.out("\n" + render_result_summary(result, terminal.color))
    if any(outcome.http_status in _DENIED for outcome in result.outcomes):
        terminal.error(f"the token from {invocation.token_source} may not write this", HINT_403)
    return result.exit_code, result


def _already(change: Change) -> Outcome:
    return Outcome(change.address, change.operation, change.name, Status.ALREADY, change.id)


def _agreed(invocation: Invocation, plan: Plan, impact: Impact | None) -> bool:
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
    risks = render_risk_words((*plan.risks, *(placed.risk for placed in find_impact_risks(impact))))
    if risks:
        palette = invocation.terminal.error_palette
        invocation.terminal.err(f"\n{palette.paint('error', '!')} This {risks}.\n")
    return invocation.terminal.ask(f"\nApply {which}{warning}? [y/N] ").casefold() in ("y", "yes")
