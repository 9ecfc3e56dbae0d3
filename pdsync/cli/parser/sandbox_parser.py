"""Options of ``pdsync sandbox``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.program import command

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@command(
    examples=(
        ("An empty account, on port 8080", "pdsync sandbox --port 8080"),
        ("An example account that stays between runs", "pdsync sandbox --db account.db --seed example"),
    )
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to listen on. Default: any free one.")
@click.option("--db", default=":memory:", show_default=True, metavar="FILE", help="The file that keeps the account.")
@click.option(
    "--seed",
    type=click.Choice(["none", "example"]),
    default="none",
    show_default=True,
    help="What a new account contains.",
)
@click.option("--state", type=_FILE, metavar="FILE", help="A dump of /_sandbox/state that a new account starts from.")
@click.option(
    "--account",
    type=_FILE,
    metavar="FILE",
    help="A profile of the account, as YAML or JSON: its plan, and how PagerDuty behaves there (see docs/sandbox.md).",
)
@click.option("--faults", type=_FILE, metavar="FILE", help="Fault-injection rules, as JSON (see docs/sandbox.md).")
@click.option(
    "--latency", metavar="MS", help="Milliseconds for every response: 50, 20-80, normal:50:10, exponential:50."
)
@click.option(
    "--rate-limit", type=click.IntRange(1), default=100_000, metavar="N", help="Requests a minute for each token."
)
@click.option("--tls", is_flag=True, help="Serve https, with a self-signed certificate.")
@click.pass_obj
def sandbox(invocation: Invocation, /, **options: Any) -> int:
    """Serve a local PagerDuty until you stop it.

    The first line of output is its URL.
    """
    from pdsync.cli.command.sandbox import SandboxOptions, sandbox

    return sandbox(invocation, SandboxOptions(**options))


def add_sandbox_commands(group: click.Group) -> None:
    """Adds it to the program."""
    group.add_command(sandbox)
