"""Options of ``pdsync verify-account``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.option import output


@click.command("verify-account")
@click.option(
    "--yes-this-is-a-test-account",
    "agreed",
    is_flag=True,
    help="No one depends on this account: objects may be made in it, and are removed again.",
)
@click.option(
    "--with-incidents",
    is_flag=True,
    help="Also ask what takes an incident. It is assigned only to users made for it, whose addresses no person reads.",
)
@click.option("--only", "names", multiple=True, metavar="QUESTION", help="Ask only this question. Repeatable.")
@click.option("--list", "is_list", is_flag=True, help="List the questions, and ask nothing of PagerDuty.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the report to a file, as JSON. It names nothing of the account.",
)
@click.option(
    "--profile",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what was found as an account profile, for pdsync sandbox --account.",
)
@output("text", "json")
@click.pass_obj
def verify_account(invocation: Invocation, /, output: Any, **options: Any) -> int:
    """Find out how a real account answers what no document says.

    The account must be one to spare. Objects whose names begin with pdsync-probe- are made in it and removed at the end, also after Ctrl-C; after a kill, run it
    again. An account that holds more than a few objects is refused.
    """
    from pdsync.cli.command.verify_account import VerifyOptions, verify_account

    return verify_account(invocation, VerifyOptions(**options), output)


def add_probe_commands(group: click.Group) -> None:
    """Adds it to the program."""
    group.add_command(verify_account)
