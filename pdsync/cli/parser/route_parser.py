"""Options of ``pdsync route``."""

from __future__ import annotations

from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.option import output


@click.command()
@click.argument("event", metavar="EVENT", type=click.Path(allow_dash=True))
@click.option(
    "--orchestration",
    metavar="NAME",
    help="The event orchestration that the event comes to: a key, a name or an id. Default: the only one there is.",
)
@click.option(
    "--routing-key-of",
    "integration",
    metavar="INTEGRATION",
    help="The integration whose routing key the event has, such as Prometheus or prod-events/Prometheus; one of a service too.",
)
@click.option(
    "--at", metavar="TIME", help="When it arrives, such as 2026-01-05T09:00, on the clock of --timezone. Default: now."
)
@click.option(
    "--timezone", metavar="ZONE", help="The zone that times are read and shown in. Default: that of this machine."
)
@click.option(
    "--trigger-count",
    type=click.IntRange(1),
    metavar="N",
    help="How many trigger events each rule has seen that asks for a count. Without it both cases are told.",
)
@click.option(
    "--cache-var",
    "cache_variables",
    multiple=True,
    metavar="NAME=VALUE",
    help="What a cache variable holds. Repeatable. Without it both cases are told.",
)
@click.option("--live", is_flag=True, help="Ask the account, overrides and maintenance included.")
@output("text", "json")
@click.pass_obj
def route(invocation: Invocation, /, event: str, output: Any, **options: Any) -> int:
    """Show what becomes of an event: which rules match and why, which service gets it, and who is paged.

    EVENT: a file with the body of an Events API v2 event, as JSON; - reads it from the standard input. Nothing is sent to PagerDuty.
    Reads the manifests only, without an account, unless --live is given.
    """
    from pdsync.cli.command.route import RouteOptions, route

    return route(invocation, event, output, RouteOptions(**options))


def add_route_commands(group: click.Group) -> None:
    """Adds it to the program."""
    group.add_command(route)
