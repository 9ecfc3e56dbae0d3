"""Options and arguments of ``pdsync journal``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.option import output


@click.group()
def journal() -> None:
    """Show what an apply did, and put back what it changed."""


@journal.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--before", is_flag=True, help="Show what the run overwrote or deleted, as it was before.")
@output("text", "json")
@click.pass_obj
def show(invocation: Invocation, /, file: Path | None, before: bool, output: Any) -> int:
    """Show a journal; without FILE that of the last run here.

    It says of each write whether it was done, was refused, or may have been done, with the request ids for PagerDuty's support. A run
    that was killed has one too.
    """
    from pdsync.cli.command.journal import show_journal

    return show_journal(invocation, file, output, before=before)


@journal.command()
@click.argument("run")
@click.argument("targets", nargs=-1, metavar="[KIND/NAME]...")
@click.option("-n", "--dry-run", is_flag=True, help="Show the plan, and write nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--approve-deletes", metavar="DIGEST", help="Apply this plan although it exceeds the limits on deletes.")
@click.pass_obj
def restore(invocation: Invocation, /, run: str, targets: tuple[str, ...], **options: Any) -> int:
    """Put back what a run changed or deleted.

    RUN is a journal: 'last', a file, or how the name of one in .pdsync/journal/ begins. Makes a plan against the account as it is now, shows
    it, asks, and carries it out under the usual checks and limits. What the run did not change stays, and so does an
    object that it created. A deleted object is created again, with a new id and new integration keys. The manifests are not changed.
    """
    from pdsync.cli.command.journal import RestoreOptions, restore_journal

    return restore_journal(invocation, run, targets, RestoreOptions(**options))


def add_journal_commands(group: click.Group) -> None:
    """Adds them to the program."""
    group.add_command(journal)
