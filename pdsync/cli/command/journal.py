"""``pdsync journal``: what an apply did, request by request, what was there before, and how it is put back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pdsync.cli.applying import Manner, run_plan, take_receiver
from pdsync.cli.command.plan import show_plan
from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, ExitCode
from pdsync.cli.files.journal_file import choose_journal, find_journal, read_journal
from pdsync.cli.invocation import Invocation
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.time_limit import WRITING_S
from pdsync.model.address import without_step
from pdsync.report.result.journal import build_journal
from pdsync.report.result.journal_text import render_before_text, render_journal_text


def show_journal(
    invocation: Invocation, file: Path | None, output: Literal["text", "json"], *, before: bool = False
) -> int:
    """Shows a journal; without `file` that of the last run. Asks PagerDuty nothing. `before`: what the run overwrote or deleted."""
    if file is None:
        load_settings(invocation)
        file = find_journal(invocation.folder)
    journal = build_journal(read_journal(file))
    terminal = invocation.terminal
    if output == "json":
        terminal.out_json(json.dumps(journal.to_json(before=before), indent=2, ensure_ascii=False) + "\n")
        return ExitCode.OK
    terminal.detail(str(file))
    terminal.out(render_journal_text(journal, terminal.color))
    if before:
        terminal.out("\n" + render_before_text(journal, terminal.color))
    return ExitCode.OK


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """How to put back, as the command line says."""

    yes: bool = False
    dry_run: bool = False
    approve_deletes: str | None = None
    """The digest of a plan that may exceed the limits on deletes."""
    secrets_out: Path | None = None
    """A new file for the secrets that PagerDuty shows once, of what comes back with a new one."""
    secrets_to: str | None = None
    """A command that takes them instead, one by one."""


def restore_journal(invocation: Invocation, run: str, targets: Sequence[str], how: RestoreOptions) -> int:
    """Shows a plan that puts back what a run changed or deleted, asks, and carries it out."""
    from pdsync.cli.naming import names_of
    from pdsync.engine.apply import ApplyRequest
    from pdsync.engine.prospect import fetch_prospect
    from pdsync.engine.restore import RestoreRequest, plan_restore

    settings = load_settings(invocation)
    workspace, terminal = settings.workspace(), invocation.terminal
    file = choose_journal(invocation.folder, run)
    journal = build_journal(read_journal(file))
    if journal.workspace != workspace.name:
        raise CliError(
            f"{file}: is a journal of the workspace {journal.workspace!r}, and this is {workspace.name!r}",
            "Run it in the folder of that workspace.",
        )
    if not journal.before and not journal.created:
        raise CliError(f"{file}: this run overwrote and deleted nothing, so there is nothing to put back")
    addresses = tuple(map(names_of(invocation, settings).address, targets))
    receiver = take_receiver(invocation, how.secrets_out, how.secrets_to)
    wanted = RestoreRequest(str(file), journal.before, journal.created, addresses)
    with open_client(invocation, settings, WRITING_S) as client:
        restoration = plan_restore(client, workspace, wanted, activity=activity_on(terminal))
        for address, why in restoration.left.items():
            terminal.note(f"{without_step(address)}: {why}")
        plan = restoration.planned.plan
        prospect = fetch_prospect(client, restoration.planned, activity=activity_on(terminal))
        impact = prospect.impact if prospect is not None else None
        show_plan(invocation, plan, impact)
        for note in restoration.notes:
            terminal.note(note)
        if how.dry_run or not plan.changes:
            is_refused = plan.is_blocked or (impact is not None and impact.refusal)
            return ExitCode.REFUSED if is_refused else ExitCode.OK
        request = ApplyRequest(plan, (), impact, how.approve_deletes or "", receiver is not None)
        return run_plan(invocation, client, request, Manner(how.yes, receiver=receiver))[0]
