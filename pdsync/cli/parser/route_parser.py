"""Options of ``pdsync route``."""

from __future__ import annotations

from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.completer import complete_keys, complete_zones
from pdsync.cli.parser.option import output
from pdsync.cli.parser.program import command


@command(
    examples=(
        ("Which rules match this event, and who is paged", "pdsync route event.json"),
        (
            "With one orchestration, in the account, on Sunday at 3",
            "pdsync route event.json --orchestration prod-events --live --at 2026-01-04T03:00",
        ),
    )
)
@click.argument("event", metavar="EVENT", type=click.Path(allow_dash=True))
@click.option(
    "--orchestration",
    metavar="NAME",
    shell_complete=complete_keys,
    help="The event orchestration that gets the event: its key, name or id. Default: the only one.",
)
@click.option(
    "--routing-key-of",
    "integration",
    metavar="INTEGRATION",
    help="The integration whose routing key the event has, of an orchestration or a service: Prometheus, or prod-events/Prometheus.",
)
@click.option(
    "--at",
    metavar="TIME",
    help="When the event arrives, such as 2026-01-05T09:00, in the zone of --timezone. Default: now.",
)
@click.option(
    "--timezone",
    metavar="ZONE",
    shell_complete=complete_zones,
    help="The time zone for times, as input and output. Default: the zone of this machine.",
)
@click.option(
    "--trigger-count",
    type=click.IntRange(1),
    metavar="N",
    help="The number of trigger events that a rule with a count has seen. Without it, pdsync shows both cases.",
)
@click.option(
    "--cache-var",
    "cache_variables",
    multiple=True,
    metavar="NAME=VALUE",
    help="The value of a cache variable. Repeatable. Without it, pdsync shows both cases.",
)
@click.option("--live", is_flag=True, help="Ask the account, with its overrides and maintenance windows.")
@output("text", "json")
@click.pass_obj
def route(invocation: Invocation, /, event: str, output: Any, **options: Any) -> int:
    """Show what happens with an event: which rules match and why, which service gets it, and who is paged.

    EVENT is a file with the body of an Events API v2 event, as JSON; - reads it from standard input. Sends nothing to PagerDuty. Reads only
    the manifests, unless you add --live.
    """
    from pdsync.cli.command.route import RouteOptions, route

    return route(invocation, event, output, RouteOptions(**options))


def add_route_commands(group: click.Group) -> None:
    """Adds it to the program."""
    group.add_command(route)
