"""Options and arguments of ``pdsync journal``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.option import output


@click.group()
def journal() -> None:
    """Show what an apply did, request by request."""


@journal.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@output("text", "json")
@click.pass_obj
def show(invocation: Invocation, /, file: Path | None, output: Any) -> int:
    """Show a journal; without FILE that of the last run here.

    It says of each write whether it was done, was refused, or may have been done, with the request ids for PagerDuty's support. A run
    that was killed has one too.
    """
    from pdsync.cli.command.journal import show_journal

    return show_journal(invocation, file, output)


def add_journal_commands(group: click.Group) -> None:
    """Adds them to the program."""
    group.add_command(journal)
