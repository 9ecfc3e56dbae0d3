"""Options of several commands, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])
PATHS = click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
_PRUNE = click.Choice(["off", "report", "owned"])
_LONGEST_S = 366 * 86_400
REASSIGN = click.option(
    "--reassign-incidents-to",
    "reassign_to",
    metavar="KIND/NAME",
    help="Before a delete, reassign the open incidents that depend on the object to this user or escalation policy. They are never acknowledged or resolved.",
)
ROTATE = click.option(
    "--rotate-key",
    "rotate_keys",
    multiple=True,
    metavar="KIND/NAME",
    help="An integration of this service gets another type or vendor: make the new one, then remove the old one, whose routing key ends. Repeatable.",
)
ALL_ROLES = click.option(
    "--all-roles",
    "in_full",
    is_flag=True,
    help="Also find roles in teams that were changed by hand: one request for each team whose manifest names a role.",
)


STRICT = click.option(
    "--strict",
    is_flag=True,
    help="Exit with 3 where PagerDuty warns about what it stored, now or in an earlier apply: a rule that does nothing is no success.",
)


def _show_defaults(context: click.Context, option: click.Parameter, value: bool) -> None:
    context.obj.shows_defaults = value


FULL = click.option(
    "--full",
    is_flag=True,
    expose_value=False,
    callback=_show_defaults,
    help="Show every field of new objects: PagerDuty's defaults and empty values too.",
)
SAMPLE_EVENTS = click.option(
    "--sample-events",
    type=click.Path(),
    metavar="FILE",
    help="Where the plan changes rules for events, say what would become of these: events or alerts, as a JSON array or JSON lines.",
)
RECENT_ALERTS = click.option(
    "--recent-alerts",
    type=click.IntRange(1, 90),
    metavar="DAYS",
    help="The same for the alerts of so many days, read from the account: one request for each incident, of 300 at most.",
)
TIMEZONE = click.option(
    "--timezone", metavar="ZONE", help="Show times on this clock too, besides that of their schedule."
)


def seconds(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """A length of time in seconds, written like 30m or 24h; None where the option is not given."""
    if value is None:
        return None
    found = read_seconds(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a duration of up to a year: write it like 30m, 24h or 7d.")
    return found


def read_seconds(text: str) -> int | None:
    """The seconds of a duration of up to a year; None for anything else."""
    from pdsync.model.instant import parse_duration

    found = parse_duration(text)
    return found if found and found <= _LONGEST_S else None


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
            click.option("--prune", type=_PRUNE, help="What happens to managed objects without a manifest."),
            click.option(
                "--target",
                "targets",
                multiple=True,
                metavar="KIND/NAME",
                help="Plan only this object and what it needs, such as service/checkout-api. Repeatable.",
            ),
        )
    ):
        command = option(command)
    return command
