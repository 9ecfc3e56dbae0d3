"""Options of the commands that say who is paged: oncall, explain, lint, schedule."""

from __future__ import annotations

from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.option import output


@click.command()
@click.argument("name", required=False, metavar="[SERVICE|POLICY|SCHEDULE|USER]")
@click.option("--at", metavar="TIME", help="Such as 2026-01-05T09:00, in --timezone or UTC. Default: now.")
@click.option("--timezone", metavar="ZONE", help="The zone that times are shown in. Default: that of this machine.")
@click.option("--live", is_flag=True, help="Ask the account, overrides included, instead of the manifests.")
@output("text", "json")
@click.pass_obj
def oncall(invocation: Invocation, /, name: str | None, output: Any, **options: Any) -> int:
    """Show who is on call: at which level, until when, through which schedule and layer.

    By the manifests alone, without an account, unless --live. Without a name: everybody. A name may be a key, a name as PagerDuty
    shows it, an id or an email address.
    """
    from pdsync.cli.command.oncall import oncall

    return oncall(invocation, name, output, **options)


@click.command()
@click.argument("name", metavar="SERVICE")
@click.option("--at", metavar="TIME", help="Such as 2026-01-05T09:00, in --timezone or UTC. Default: now.")
@click.option("--timezone", metavar="ZONE", help="The zone that times are shown in. Default: that of this machine.")
@click.option("--live", is_flag=True, help="Ask the account, overrides included, instead of the manifests.")
@click.pass_obj
def explain(invocation: Invocation, /, name: str, **options: Any) -> int:
    """Tell what happens when a service breaks: how urgent it is, who is notified when and how, and when it ends.

    By the manifests alone, without an account, unless --live.
    """
    from pdsync.cli.command.explain import explain

    return explain(invocation, name, **options)


@click.command()
@click.option("--at", metavar="TIME", help="When the four weeks that are looked at begin. Default: now.")
@click.option("--timezone", metavar="ZONE", help="The zone that times are shown in. Default: that of this machine.")
@click.option("--live", is_flag=True, help="Judge the account, overrides included, instead of the manifests.")
@output("text", "json", "github")
@click.pass_obj
def lint(invocation: Invocation, /, output: Any, **options: Any) -> int:
    """Check on-call against the rules of pdsync.yaml: gaps, levels, hours, people nobody can reach.

    By the manifests alone, without an account, unless --live. Exits 5 where a rule with the severity error is broken.
    """
    from pdsync.cli.command.lint import lint

    return lint(invocation, output, **options)


@click.group()
def schedule() -> None:
    """Look at schedules."""


@schedule.command("show")
@click.argument("name", metavar="SCHEDULE|USER")
@click.option("--from", "since", metavar="TIME", help="Such as 2026-01-05T09:00, in --timezone or UTC. Default: now.")
@click.option("--to", "until", metavar="TIME", help="Default: 14 days later.")
@click.option("--timezone", metavar="ZONE", help="The zone that times are shown in. Default: that of this machine.")
@output("text", "ics")
@click.pass_obj
def schedule_show(invocation: Invocation, /, name: str, output: Any, **options: Any) -> int:
    """Show a schedule by the manifests alone: layers, shifts, gaps and hours. -o ics: a calendar of a schedule or a person."""
    from pdsync.cli.command.schedule_show import schedule_show

    return schedule_show(invocation, name, output, **options)


def add_oncall_commands(group: click.Group) -> None:
    """Adds them to the program."""
    for command in (explain, lint, oncall, schedule):
        group.add_command(command)
