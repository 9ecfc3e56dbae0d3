"""Carries out a plan that was shown, for every command that writes: asks, shows each outcome, keeps a journal."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace as replace_form

from pdsync.apply import Watch
from pdsync.cli.client_error import HINT_403
from pdsync.cli.error import ExitCode, UsageError, handle_error
from pdsync.cli.files.journal_file import open_journal
from pdsync.cli.interrupt import stop_on_signals
from pdsync.cli.invocation import Done, Invocation
from pdsync.cli.progress import show_progress
from pdsync.cli.time_limit import GRACE_S
from pdsync.client import RestApiV2Client
from pdsync.engine.apply import (
    ApplyRequest,
    BlockedError,
    ConflictError,
    carry_out_plan,
    check_apply,
    find_handing_out,
)
from pdsync.engine.connection import CLIENT_OPTIONS
from pdsync.engine.error import EngineError, MissingSecretsError, PlanError, RefusedError
from pdsync.model.address import without_step
from pdsync.plan import Outcome, Result, Status
from pdsync.plan.change import PARTS
from pdsync.report.impact.impact_risk import find_impact_risks, render_risk_words
from pdsync.report.plan.conflict_text import render_conflicts
from pdsync.report.result.result_text import render_outcome_text, render_result_summary

if TYPE_CHECKING:
    from pdsync.apply.handed_out import HandOut
    from pdsync.cli.secret_receiver import SecretReceiver

_DENIED = (401, 403)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a plan is carried out in front of a user."""

    yes: bool = False
    """True where the user agreed already, so is not asked."""
    as_text: bool = True
    """False where stdout carries another format."""
    journal: Path | None = None
    """The file of the journal; None: a new one in ``.pdsync/journal/``."""
    strict: bool = False
    """True where a warning of PagerDuty makes the apply a failure."""
    receiver: SecretReceiver | None = None
    """Takes the secrets that PagerDuty shows once. The request says whether there is one."""


def run_plan(
    invocation: Invocation, client: RestApiV2Client, request: ApplyRequest, manner: Manner = Manner()
) -> tuple[int, Result | None]:
    """Asks unless the user agreed already, writes, and shows each outcome. The plan itself was shown before.

    Gives the exit code, and the result; None where nothing may be done, or was not agreed to. Raises UsageError where
    no user can be asked.
    """
    terminal = invocation.terminal
    try:
        result = check_apply(request)
    except (PlanError, RefusedError, ConflictError, MissingSecretsError) as error:
        return _tell_why_not(invocation, request, error, manner), None
    if result is not None:
        result = replace_form(result, strict=manner.strict)
        invocation.done = _done(result)
        if manner.as_text and (request.plan.changes or result.exit_code):
            terminal.out("\n" + render_result_summary(result, terminal.color))
        return result.exit_code, result
    if not manner.yes and not _agreed_in_own_time(invocation, client, request):
        terminal.note("Nothing was applied.")
        return ExitCode.ERROR, None
    if manner.as_text and terminal.verbosity >= 0:
        terminal.out("\n")
    result = _write(invocation, client, request, manner)
    invocation.done = _done(result)
    if manner.as_text:
        terminal.out("\n" + render_result_summary(result, terminal.color))
    if invocation.time_limit is not None and invocation.time_limit.is_over and result.exit_code:
        terminal.error(
            f"the time limit is reached (--timeout, {invocation.time_limit})",
            "Run it again to continue where this run ended.",
        )
    _tell_denial(invocation, result)
    return result.exit_code, result


def _tell_denial(invocation: Invocation, result: Result) -> None:
    """A token that wrote something may write: then a refusal can be about the account as well."""
    if not any(outcome.http_status in _DENIED for outcome in result.outcomes):
        return
    source = invocation.token_source
    if any(outcome.status is Status.APPLIED for outcome in result.outcomes):
        hint = "The owner of the token needs more rights, or the account's plan lacks the feature. See PagerDuty's answer above."
        invocation.terminal.error(f"the token from {source} may write some of these objects, but not all", hint)
    else:
        invocation.terminal.error(f"the token from {source} may not write these objects", HINT_403)


def _done(result: Result) -> Done:
    return Done(result.exit_code, render_result_summary(result, color=False).rstrip("\n"))


def _tell_why_not(invocation: Invocation, request: ApplyRequest, error: EngineError, manner: Manner) -> int:
    """Says why the plan may not be applied, unless the plan that was shown says it; gives the exit code."""
    terminal = invocation.terminal
    if isinstance(error, PlanError):
        return ExitCode.ERROR
    if isinstance(error, MissingSecretsError):
        return handle_error(error, invocation)
    if isinstance(error, ConflictError):
        if manner.as_text:
            shown = render_conflicts(request.staleness, request.plan.labels, terminal.color, terminal.width)
            terminal.out("\n" + shown)
        return ExitCode.STALE
    if not isinstance(error, BlockedError):
        terminal.error(error.message, error.hint)
    return ExitCode.REFUSED


def _write(invocation: Invocation, client: RestApiV2Client, request: ApplyRequest, manner: Manner) -> Result:
    terminal = invocation.terminal
    with (
        _taking_secrets(request, manner) as hand_out,
        open_journal(invocation, manner.journal) as journal_file,
        stop_on_signals(terminal) as stop,
        show_progress(terminal, "Applying", len(request.plan.changes)) as step,
    ):

        def on_outcome(outcome: Outcome) -> None:
            done = outcome.status in (Status.APPLIED, Status.ALREADY)
            quiet = not manner.as_text or (terminal.verbosity < 0 and done)
            step("" if quiet else render_outcome_text(outcome, terminal.color))

        sleep = CLIENT_OPTIONS.get("sleep", time.sleep)
        watch = Watch(on_outcome, stop=stop, sleep=sleep, is_over=_is_over(invocation), is_strict=manner.strict)
        watch = replace(watch, hand_out=hand_out)
        if journal_file is not None:
            watch = replace(watch, journal=journal_file.tell)
        _extend(client, GRACE_S)  # what is under way when the time is up is finished
        return carry_out_plan(client, request, watch)


def take_receiver(invocation: Invocation, out: Path | None, to: str | None) -> SecretReceiver | None:
    """What takes the secrets that PagerDuty shows once, as options name it, checked. Raises UsageError."""
    if out is None and to is None:
        return None
    from pdsync.cli.secret_receiver import receiver_of  # most plans make no object with such a secret

    return receiver_of(invocation, out, to)


def _taking_secrets(request: ApplyRequest, manner: Manner) -> AbstractContextManager[HandOut | None]:
    """What takes secrets; None where no change has one."""
    return manner.receiver.opened() if manner.receiver is not None and find_handing_out(request) else nullcontext()


def _is_over(invocation: Invocation) -> Callable[[], bool]:
    limit = invocation.time_limit
    return lambda: limit is not None and limit.is_over


def _extend(client: RestApiV2Client, seconds: float) -> None:
    if client.total_time_s is not None:
        client.total_time_s += seconds


def _agreed_in_own_time(invocation: Invocation, client: RestApiV2Client, request: ApplyRequest) -> bool:
    """Asks the user. The time that they take is not counted."""
    before_s = time.monotonic()
    agreed = _agreed(invocation, request)
    asked_s = time.monotonic() - before_s
    _extend(client, asked_s)
    if invocation.time_limit is not None:
        invocation.time_limit.extend(asked_s)
    return agreed


def _agreed(invocation: Invocation, request: ApplyRequest) -> bool:
    """Asks the user. Raises UsageError where there is no terminal to ask on."""
    plan, terminal = request.plan, invocation.terminal
    done = [change for change in plan.changes if change.address not in plan.skipped]
    addresses = {change.address for change in done}
    # A step of another change does not count as a change.
    count = sum(1 for it in done if it.operation not in PARTS or without_step(it.address) not in addresses)
    if not terminal.is_interactive:
        raise UsageError(
            f"cannot ask whether to apply {'this change' if count == 1 else f'these {count} changes'}: stdin is not a terminal",
            "Nothing was applied. Without a terminal, use --yes.",
        )
    deletes = sum(1 for change in done if change.ends)
    which = "this change" if count == 1 else f"these {count} changes"
    says = [f"{deletes} of them {'deletes an object' if deletes == 1 else 'delete objects'}"] if deletes else []
    if plan.items_removed:
        says.append(f"{plan.items_removed} {'item is' if plan.items_removed == 1 else 'items are'} removed")
    warning = f" ({', '.join(says)})" if says else ""
    risks = render_risk_words((*plan.risks, *(placed.risk for placed in find_impact_risks(request.impact))))
    if risks:
        terminal.err(f"\n{terminal.error_palette.paint('error', '!')} This {risks}.\n")
    return terminal.ask(f"\nApply {which}{warning}? [y/N] ").casefold() in ("y", "yes")
