"""The options of init."""

from __future__ import annotations

from pathlib import Path

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.program import command


@command(
    examples=(
        ("Set up the current folder with a small example", "pdsync init"),
        (
            "A new folder with an export of the account, and a CI workflow",
            "pdsync init acme --from-account --host github",
        ),
    )
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--workspace", metavar="NAME", help="The name of the workspace. Default: the name of the folder.")
@click.option(
    "--from-account/--example",
    default=None,
    help="Start from an export of your account, or from a small example. Default: the example.",
)
@click.option(
    "--host",
    type=click.Choice(["github", "gitlab", "none"]),
    help="The code host to write a CI workflow for. Default: the host of the git remote.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask, and use the defaults.")
@click.pass_obj
def init(
    invocation: Invocation,
    /,
    folder: Path,
    workspace: str | None,
    from_account: bool | None,
    host: str | None,
    yes: bool,
) -> int:
    """Set up a folder: pdsync.yaml, first manifests, editor settings and a CI workflow.

    DIR: the folder; pdsync creates it if it does not exist. Default: the current folder. On a terminal, init asks three
    questions. Elsewhere it uses the defaults. It never overwrites a file, and writes nothing to PagerDuty.
    """
    from typing import Any, cast

    from pdsync.cli.command.init import init
    from pdsync.cli.starter.answer import Given

    start: Any = None if from_account is None else "account" if from_account else "example"
    given = Given(workspace or invocation.workspace, start, cast(Any, host), yes)
    return init(invocation, folder, given)
