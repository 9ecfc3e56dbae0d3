"""Options of several commands, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pdsync.cli.invocation import take_option
from pdsync.cli.parser.completer import complete_addresses, complete_zones

_Function = TypeVar("_Function", bound=Callable[..., Any])
PATHS = click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
_PRUNE = click.Choice(["off", "report", "owned"])
REASSIGN = click.option(
    "--reassign-incidents-to",
    "reassign_to",
    metavar="KIND/NAME",
    shell_complete=complete_addresses,
    help="Before a delete, reassign the open incidents of the object to this user or escalation policy. pdsync never acknowledges or resolves them.",
)
ROTATE = click.option(
    "--rotate-key",
    "rotate_keys",
    multiple=True,
    metavar="KIND/NAME",
    shell_complete=complete_addresses,
    help="Replace an integration of this service whose type or vendor changes: add the new one, then remove the old one and its routing key. Repeatable.",
)
SEND_SECRETS = click.option(
    "--send-secrets",
    "send_secrets",
    multiple=True,
    metavar="KIND/NAME",
    shell_complete=complete_addresses,
    help="Send the secrets of this object again, because PagerDuty does not show whether they changed. A webhook is replaced. Repeatable.",
)
ALL_ROLES = click.option(
    "--all-roles",
    "in_full",
    is_flag=True,
    help="Also find team roles that were changed by hand. Costs one request for each team whose manifest names a role.",
)


STRICT = click.option(
    "--strict",
    is_flag=True,
    help="Exit with 3 if PagerDuty warned, in this apply or an earlier one, about something that it stored, such as a rule without effect.",
)


SECRETS_OUT = click.option(
    "--secrets-out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the secrets that PagerDuty shows only once, such as the signing secret of a new webhook, to this new file (mode 0600, JSON lines).",
)
SECRETS_TO = click.option(
    "--secrets-to",
    metavar="COMMAND",
    help="Instead, run this command for each of these secrets, with the JSON line on its standard input. The command is split into words and run without a shell: for a pipe or a redirection, write \"sh -c '...'\".",
)


FULL = click.option(
    "--full",
    "shows_defaults",
    is_flag=True,
    expose_value=False,
    callback=take_option,
    help="Show every field of new objects: PagerDuty's defaults and empty values too.",
)
SAMPLE_EVENTS = click.option(
    "--sample-events",
    type=click.Path(),
    metavar="FILE",
    help="If the plan changes event rules, show the effect on these events or alerts: a JSON array, or JSON lines.",
)
RECENT_ALERTS = click.option(
    "--recent-alerts",
    type=click.IntRange(1, 90),
    metavar="DAYS",
    help="If the plan changes event rules, show the effect on the account's alerts of the last DAYS days. Costs one request for each incident, 300 at most.",
)
TIMEZONE = click.option(
    "--timezone",
    metavar="ZONE",
    shell_complete=complete_zones,
    help="Also show times in this zone, as well as in the zone of their schedule.",
)


def output(*formats: str) -> Callable[[_Function], _Function]:
    """How a command prints its result: one of the formats, ``text`` by default."""
    says = "How to print the result."
    return click.option("-o", "--output", type=click.Choice(formats), default="text", show_default=True, help=says)


def selection(command: _Function) -> _Function:
    """The options of every command that makes a plan."""
    for option in reversed(
        (
            PATHS,
            click.option("--adopt", is_flag=True, help="Adopt existing objects whose name matches a manifest."),
            click.option("--prune", type=_PRUNE, help="What happens to managed objects that have no manifest."),
            click.option(
                "--target",
                "targets",
                multiple=True,
                metavar="KIND/NAME",
                shell_complete=complete_addresses,
                help="Only this object and the objects that it refers to: service/checkout-api, or its name, email or id. Repeatable.",
            ),
        )
    ):
        command = option(command)
    return command
