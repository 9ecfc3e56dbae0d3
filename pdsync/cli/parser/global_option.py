"""The options that every command takes, before its name or after it. They are declared here, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from pdsync.cli.invocation import show_version, take_option
from pdsync.cli.parser.completer import complete_workspaces
from pdsync.cli.time_limit import take_duration


def _option(*names: str, **attributes: Any) -> click.Option:
    return click.Option(names, **{"callback": take_option, "expose_value": False, **attributes})


GLOBAL_OPTIONS: Sequence[click.Option] = (
    _option(
        "--version", is_flag=True, is_eager=True, callback=show_version, help="Show the version of pdsync, and exit."
    ),
    _option(
        "--config", type=click.Path(), metavar="FILE", help="The configuration. Default: ./pdsync.yaml, if it exists."
    ),
    _option(
        "--workspace",
        metavar="NAME",
        shell_complete=complete_workspaces,
        help="The workspace, if the configuration has several. Environment: PDSYNC_WORKSPACE.",
    ),
    _option("--api-url", metavar="URL", help="Another URL of the API. Environment: PDSYNC_API_URL."),
    _option("--region", type=click.Choice(["us", "eu"]), help="The region of the account."),
    _option(
        "--sandbox", is_flag=True, help="Use a local PagerDuty that needs no token. It is kept in .pdsync/sandbox.db."
    ),
    _option(
        "--sandbox-seed",
        type=click.Choice(["none", "example"]),
        help="What a new sandbox contains. Environment: PDSYNC_SANDBOX_SEED.",
    ),
    _option(
        "--token-file",
        metavar="FILE",
        type=click.Path(allow_dash=True),
        help="A file with the API token; - reads it from standard input. Environment: PAGERDUTY_TOKEN.",
    ),
    _option(
        "--from",
        "from_email",
        metavar="EMAIL",
        help="The user that an account-level key acts for. Environment: PAGERDUTY_FROM.",
    ),
    _option(
        "--timeout",
        "timeout_s",
        callback=take_duration,
        metavar="DURATION",
        help="The most time that the command may take. Default: 30m for commands that write to PagerDuty, 5m for others. Environment: PDSYNC_TIMEOUT.",
    ),
    _option("-v", "--verbose", count=True, help="Print more; -vv prints each API request."),
    _option("-q", "--quiet", is_flag=True, help="Print only results and errors."),
    _option("--color/--no-color", default=None, help="Use colors. Default: on a terminal, unless NO_COLOR is set."),
)
