"""Options and arguments of ``pdsync journal``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.completer import complete_addresses, complete_journals
from pdsync.cli.parser.option import SECRETS_OUT, SECRETS_TO, output
from pdsync.cli.parser.program import group


@group(
    examples=(
        ("Show what the last apply did", "pdsync journal show"),
        ("Put back what the last apply changed", "pdsync journal restore last"),
    )
)
def journal() -> None:
    """Show what an apply did, and put back what it changed."""


@journal.command(
    examples=(
        ("Show what the last apply did", "pdsync journal show"),
        ("Show the old values that it overwrote", "pdsync journal show --before"),
    )
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--before", is_flag=True, help="Also show the old values of what the run overwrote or deleted.")
@output("text", "json")
@click.pass_obj
def show(invocation: Invocation, /, file: Path | None, before: bool, output: Any) -> int:
    """Show a journal. Without FILE: the journal of the last run in this folder.

    For each write it shows the outcome (done, refused, or unknown) and the request ids for PagerDuty's support. A run that was killed
    has a journal too.
    """
    from pdsync.cli.command.journal import show_journal

    return show_journal(invocation, file, output, before=before)


@journal.command(
    examples=(
        ("Show the plan that undoes the last apply", "pdsync journal restore last --dry-run"),
        ("Undo it for one object", "pdsync journal restore last service/checkout-api"),
    )
)
@click.argument("run", shell_complete=complete_journals)
@click.argument("targets", nargs=-1, metavar="[KIND/NAME]...", shell_complete=complete_addresses)
@click.option("-n", "--dry-run", is_flag=True, help="Show the plan, and stop there.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option(
    "--approve-deletes", metavar="DIGEST", help="Apply the plan with this digest even if it exceeds a limit on deletes."
)
@SECRETS_OUT
@SECRETS_TO
@click.pass_obj
def restore(invocation: Invocation, /, run: str, targets: tuple[str, ...], **options: Any) -> int:
    """Put back what a run changed or deleted.

    RUN is a journal: 'last', a file, or the beginning of a file name in .pdsync/journal/. pdsync plans against the account as it is now,
    shows the plan, asks, and applies it with the usual checks and limits.

    Objects that the run created stay. A deleted object comes back with a new id and new integration keys. The manifests do not change.
    """
    from pdsync.cli.command.journal import RestoreOptions, restore_journal

    return restore_journal(invocation, run, targets, RestoreOptions(**options))


def add_journal_commands(group: click.Group) -> None:
    """Adds them to the program."""
    group.add_command(journal)
