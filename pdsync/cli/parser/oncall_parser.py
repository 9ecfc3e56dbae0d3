"""Options of the commands that say who is paged: oncall, explain, lint, schedule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.option import output

_MOMENT = "Such as 2026-01-05T09:00, on the clock of --timezone. Default: now."
_timezone = click.option(
    "--timezone", metavar="ZONE", help="The zone that times are read and shown in. Default: that of this machine."
)
_live = click.option("--live", is_flag=True, help="Ask the account, overrides and maintenance included.")
_since = click.option("--from", "since", metavar="TIME", help=_MOMENT)
_until = click.option("--to", "until", metavar="TIME", help="Default: 14 days later.")


@click.command()
@click.argument("name", required=False, metavar="[SERVICE|POLICY|SCHEDULE|USER]")
@click.option("--at", metavar="TIME", help=_MOMENT)
@click.option("--from", "since", metavar="TIME", help="Show a period instead of a moment, from here. Default: now.")
@click.option("--to", "until", metavar="TIME", help="Where that period ends. Default: 14 days later.")
@_timezone
@_live
@output("text", "json")
@click.pass_obj
def oncall(invocation: Invocation, /, name: str | None, output: Any, live: bool, **when: Any) -> int:
    """Show who is on call: at which level, until when, through which schedule and layer.

    Reads the manifests only, without an account, unless --live is given. Without a name: everyone. A name may be a key, a name as PagerDuty
    shows it, an id or an email address. For a person, the next on-call periods are shown too.
    """
    from pdsync.cli.command.oncall import When, oncall

    return oncall(invocation, name, output, When(**when), live=live)


@click.command()
@click.argument("name", metavar="SERVICE")
@click.option("--at", metavar="TIME", help=_MOMENT)
@_timezone
@_live
@click.pass_obj
def explain(invocation: Invocation, /, name: str, **options: Any) -> int:
    """Explain what happens when a service breaks: how urgent it is, who is notified when and how, and when it ends.

    Reads the manifests only, without an account, unless --live is given.
    """
    from pdsync.cli.command.explain import explain

    return explain(invocation, name, **options)


@click.command()
@click.option("--at", metavar="TIME", help="When the four weeks that are looked at begin. Default: now.")
@_timezone
@click.option("--live", is_flag=True, help="Judge the account, overrides included, instead of the manifests.")
@output("text", "json", "github")
@click.pass_obj
def lint(invocation: Invocation, /, output: Any, **options: Any) -> int:
    """Check on-call against the rules of pdsync.yaml: coverage gaps, levels, hours, people who cannot be reached.

    Reads the manifests only, without an account, unless --live is given. Exits 5 where a rule with the severity error is broken.
    """
    from pdsync.cli.command.lint import lint

    return lint(invocation, output, **options)


@click.group()
def schedule() -> None:
    """Show schedules."""


@schedule.command("show")
@click.argument("name", metavar="SCHEDULE|USER")
@_since
@_until
@_timezone
@_live
@output("text", "ics")
@click.pass_obj
def schedule_show(invocation: Invocation, /, name: str, output: Any, live: bool, **when: Any) -> int:
    """Show a schedule: layers, overrides, shifts, gaps and hours. -o ics: a calendar of a schedule or a person.

    Reads the manifests only, without an account, unless --live is given. The calendar of a person holds the shifts of all schedules.
    """
    from pdsync.cli.command.oncall import When
    from pdsync.cli.command.schedule_show import schedule_show

    return schedule_show(invocation, name, output, When(**when), live=live)


@click.command()
@click.option(
    "--service", metavar="NAME", help="Only what an incident of this service, or business service, can reach."
)
@click.option("--live", is_flag=True, help="Ask the account instead of the manifests.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["mermaid", "dot", "svg"]),
    default="mermaid",
    show_default=True,
    help="Text for Mermaid, as code hosts draw it, or for Graphviz; or a picture.",
)
@click.pass_obj
def graph(invocation: Invocation, /, output: Any, service: str | None, live: bool) -> int:
    """Draw business services, services, policies, schedules and people.

    Reads the manifests only, without an account, unless --live is given. NAME may be a key, a name as PagerDuty shows it, or an id.
    An incident reaches whom its service pages, what depends on the service, and the subscribers of that. A business service has the
    incidents of what it depends on.
    """
    from pdsync.cli.command.graph import graph

    return graph(invocation, output, service=service, live=live)


@click.command()
@click.option("--live", is_flag=True, help="Ask the account, overrides included, instead of the manifests.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the page to a file, in place of stdout."
)
@click.option("--timezone", metavar="ZONE", help="The zone that times are shown in. Default: that of this machine.")
@click.pass_obj
def report(invocation: Invocation, /, live: bool, out: Path | None, timezone: str | None) -> int:
    """Write an HTML report: who is on call now, escalation, hours of each person, and coverage gaps.

    Reads the manifests only, without an account, unless --live is given. The page is one file: no scripts, nothing loaded from elsewhere.
    """
    from pdsync.cli.command.report import report

    return report(invocation, live=live, out=out, timezone=timezone)


def add_oncall_commands(group: click.Group) -> None:
    """Adds them to the program."""
    for command in (explain, graph, lint, oncall, report, schedule):
        group.add_command(command)
