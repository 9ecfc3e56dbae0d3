"""Options of ``pdsync verify-account``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.option import output
from pdsync.cli.parser.program import command


@command(
    "verify-account",
    examples=(
        ("List the questions, without an account", "pdsync verify-account --list"),
        (
            "Ask them all, and keep the answers for the sandbox",
            "pdsync verify-account --yes-this-is-a-test-account --profile account.yaml",
        ),
    ),
)
@click.option(
    "--yes-this-is-a-test-account",
    "agreed",
    is_flag=True,
    help="Confirm that no one depends on this account: pdsync creates objects in it, and removes them again.",
)
@click.option(
    "--with-incidents",
    is_flag=True,
    help="Also ask the questions that need an incident. pdsync assigns it only to users that it created, with addresses that no one reads.",
)
@click.option("--only", "names", multiple=True, metavar="QUESTION", help="Ask only this question. Repeatable.")
@click.option("--list", "is_list", is_flag=True, help="List the questions, and stop there.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the answers to a file, as JSON. It contains no names from the account.",
)
@click.option(
    "--profile",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the answers as an account profile, for 'pdsync sandbox --account'.",
)
@output("text", "json")
@click.pass_obj
def verify_account(invocation: Invocation, /, output: Any, **options: Any) -> int:
    """Ask a test account how PagerDuty behaves where its documentation does not say.

    Use a test account. pdsync creates objects there whose names begin with pdsync-probe-, and removes them at the end, also after Ctrl-C.
    After a kill, run the command again. It refuses an account with more than a few objects.
    """
    from pdsync.cli.command.verify_account import VerifyOptions, verify_account

    return verify_account(invocation, VerifyOptions(**options), output)


def add_probe_commands(group: click.Group) -> None:
    """Adds it to the program."""
    group.add_command(verify_account)
