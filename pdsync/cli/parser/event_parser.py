"""Options of the commands that send events. They are at the top, and again under ``pdsync events``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.option import output
from pdsync.cli.parser.program import command, group

_Function = TypeVar("_Function", bound=Callable[..., Any])
_KEY = click.option(
    "-k",
    "--routing-key",
    "key",
    metavar="KEY",
    help="The key of an Events API v2 integration. Safer: set PAGERDUTY_ROUTING_KEY.",
)
_DEDUP_KEY = click.option(
    "-i", "--dedup-key", metavar="KEY", help="The key of the alert that 'pdsync trigger' printed."
)
_SOURCE = click.option(
    "--source", metavar="TEXT", help="The machine or program that has the problem. Default: the name of this machine."
)
_OUTPUT = output("text", "json")


def _read_details(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Mapping[str, str]:
    pairs = [value.partition("=") for value in values]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise click.BadParameter("Write NAME=VALUE.")
    return {name: value for name, _, value in pairs}


_DETAILS = click.option(
    "--detail",
    "details",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_read_details,
    help="A custom detail. Repeatable.",
)


def _unused(command: _Function) -> _Function:
    """What the command lines of other tools have for every action; only ``trigger`` sends it."""
    for name in ("--description", "--source"):
        command = click.option(name, expose_value=False, hidden=True)(command)
    return command


@command(
    examples=(
        ("Page the people on call", 'pdsync trigger --description "The disk of db-1 is full"'),
        (
            "With your own key, so that it opens one alert only",
            'pdsync trigger -i db-1/disk --description "The disk is full"',
        ),
    )
)
@_KEY
@click.option("-i", "--dedup-key", metavar="KEY", help="Your own key for the problem. Default: a new one.")
@click.option(
    "--description", "--summary", metavar="TEXT", required=True, help="What is wrong, for the person who is paged."
)
@_SOURCE
@click.option(
    "--severity",
    type=click.Choice(["critical", "error", "warning", "info"]),
    default="critical",
    show_default=True,
    help="How bad it is.",
)
@_DETAILS
@_OUTPUT
@click.pass_obj
def trigger(
    invocation: Invocation, /, key: str | None, dedup_key: str | None, description: str, output: Any, **more: Any
) -> int:
    """Trigger an alert, which pages the people on call.

    Prints the deduplication key of the alert. While the alert is open, another event with that key does not open a second alert.
    """
    from pdsync.cli.command.event import Message, trigger

    return trigger(invocation, key, dedup_key, Message(description, **more), output)


@command(
    examples=(
        ("Stop the escalation of an alert", "pdsync acknowledge -i db-1/disk"),
        ("As JSON, for a program", "pdsync acknowledge -i db-1/disk -o json"),
    )
)
@_KEY
@_DEDUP_KEY
@_unused
@_OUTPUT
@click.pass_obj
def acknowledge(invocation: Invocation, /, **options: Any) -> int:
    """Acknowledge an alert: someone is working on it."""
    from pdsync.cli.command.event import acknowledge

    return acknowledge(invocation, **options)


@command(
    examples=(
        ("Resolve an alert", "pdsync resolve -i db-1/disk"),
        ("As JSON, for a program", "pdsync resolve -i db-1/disk -o json"),
    )
)
@_KEY
@_DEDUP_KEY
@_unused
@_OUTPUT
@click.pass_obj
def resolve(invocation: Invocation, /, **options: Any) -> int:
    """Resolve an alert."""
    from pdsync.cli.command.event import resolve

    return resolve(invocation, **options)


@command(
    examples=(
        ("Tell PagerDuty about a deployment", 'pdsync change --summary "Deployed checkout 1.4.2"'),
        ("With details", 'pdsync change --summary "Deployed checkout" --detail version=1.4.2 --detail by=ana'),
    )
)
@_KEY
@click.option("--summary", "--description", metavar="TEXT", required=True, help="What was changed.")
@_SOURCE
@_DETAILS
@_OUTPUT
@click.pass_obj
def change(invocation: Invocation, /, key: str | None, summary: str, output: Any, **more: Any) -> int:
    """Send a change event, such as a deployment. No one is paged."""
    from pdsync.cli.command.event import Message, change

    return change(invocation, key, Message(summary, **more), output)


@group(
    hidden=True,
    examples=(
        ("Page the people on call", 'pdsync events trigger --description "The disk is full"'),
        ("Resolve an alert", "pdsync events resolve -i db-1/disk"),
    ),
)
def events() -> None:
    """Send events. The same commands exist without 'events'."""


COMMANDS = (trigger, acknowledge, resolve, change)
for _command in COMMANDS:
    events.add_command(_command)


def add_event_commands(group: click.Group) -> None:
    """Puts them into the group."""
    for each in (*COMMANDS, events):
        group.add_command(each)
