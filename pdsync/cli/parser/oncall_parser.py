"""Options of the commands that say who is paged: oncall, explain, lint, schedule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.completer import complete_keys, complete_zones
from pdsync.cli.parser.option import output
from pdsync.cli.parser.program import command, group

_MOMENT = "A time such as 2026-01-05T09:00, in the zone of --timezone. Default: now."
_timezone = click.option(
    "--timezone",
    metavar="ZONE",
    shell_complete=complete_zones,
    help="The time zone for times, as input and output. Default: the zone of this machine.",
)
_live = click.option("--live", is_flag=True, help="Ask the account, with its overrides and maintenance windows.")
_since = click.option("--from", "since", metavar="TIME", help=_MOMENT)
_until = click.option("--to", "until", metavar="TIME", help="The end of the period. Default: 14 days later.")


@command(
    examples=(
        ("Who is on call now, from the manifests", "pdsync oncall"),
        ("One service in the account, overrides included", "pdsync oncall checkout-api --live"),
        ("The next shifts of a person", "pdsync oncall ana@example.com --from 2026-12-21T09:00 --to 2027-01-04T09:00"),
    )
)
@click.argument("name", required=False, metavar="[SERVICE|POLICY|SCHEDULE|USER]", shell_complete=complete_keys)
@click.option("--at", metavar="TIME", help=_MOMENT)
@click.option(
    "--from", "since", metavar="TIME", help="Show a period from this time on, instead of one moment. Default: now."
)
@click.option("--to", "until", metavar="TIME", help="The end of that period. Default: 14 days later.")
@_timezone
@_live
@output("text", "json")
@click.pass_obj
def oncall(invocation: Invocation, /, name: str | None, output: Any, live: bool, **when: Any) -> int:
    """Show who is on call: level, end, schedule and layer.

    Reads only the manifests, unless you add --live. Without a name, it shows everyone. A name is a key, a name in PagerDuty, an email
    address, an id or KIND/NAME. For a person, it also shows the next on-call periods.
    """
    from pdsync.cli.command.oncall import When, oncall

    return oncall(invocation, name, output, When(**when), live=live)


@command(
    examples=(
        ("What happens when this service breaks now", "pdsync explain checkout-api"),
        ("On Sunday at 3, in the account", 'pdsync explain "Checkout API" --at 2026-01-04T03:00 --live'),
    )
)
@click.argument("name", metavar="SERVICE", shell_complete=complete_keys)
@click.option("--at", metavar="TIME", help=_MOMENT)
@_timezone
@_live
@click.pass_obj
def explain(invocation: Invocation, /, name: str, **options: Any) -> int:
    """Explain what happens when a service breaks: the urgency, who is notified when and how, and when it ends.

    Reads only the manifests, unless you add --live. SERVICE is a key, a name in PagerDuty, an id or KIND/NAME.
    """
    from pdsync.cli.command.explain import explain

    return explain(invocation, name, **options)


@command(
    examples=(
        ("Check the manifests against the rules", "pdsync lint"),
        ("Check the account, and annotate a pull request on GitHub", "pdsync lint --live -o github"),
    )
)
@click.option("--at", metavar="TIME", help="The start of the four weeks that pdsync checks. Default: now.")
@_timezone
@click.option("--live", is_flag=True, help="Check the account, with its overrides, instead of the manifests.")
@output("text", "json", "github")
@click.pass_obj
def lint(invocation: Invocation, /, output: Any, **options: Any) -> int:
    """Check on-call against the rules of pdsync.yaml: coverage gaps, levels, hours, people who cannot be reached.

    Reads only the manifests, unless you add --live. Exits with 5 if a rule with severity 'error' is broken or a RoutingTest fails.
    """
    from pdsync.cli.command.lint import lint

    return lint(invocation, output, **options)


@group(
    examples=(
        ("Draw a schedule", "pdsync schedule show payments"),
        ("The calendar of a person", "pdsync schedule show ana@example.com -o ics > ana.ics"),
    )
)
def schedule() -> None:
    """Show schedules, and convert them to version 3."""


@schedule.command(
    "show",
    examples=(
        ("Draw the next two weeks of a schedule", "pdsync schedule show payments"),
        ("In the account, overrides included", "pdsync schedule show payments --live --from 2026-01-05T09:00"),
        ("The calendar of a person", "pdsync schedule show ana@example.com -o ics > ana.ics"),
    ),
)
@click.argument("name", metavar="SCHEDULE|USER", shell_complete=complete_keys)
@_since
@_until
@_timezone
@_live
@output("text", "ics")
@click.pass_obj
def schedule_show(invocation: Invocation, /, name: str, output: Any, live: bool, **when: Any) -> int:
    """Show a schedule: layers, overrides, shifts, gaps and hours.

    Reads only the manifests, unless you add --live. A name is a key, a name in PagerDuty, an email address, an id or KIND/NAME. With the
    name of a person, it shows the schedules with that person. -o ics writes a calendar; for a person, with the shifts of all schedules.
    """
    from pdsync.cli.command.oncall import When
    from pdsync.cli.command.schedule_show import schedule_show

    return schedule_show(invocation, name, output, When(**when), live=live)


@schedule.command(
    "convert",
    examples=(
        ("The shift-based form of a schedule, and the proof", "pdsync schedule convert payments > payments-v3.yaml"),
        ("A schedule that has no manifest", "pdsync schedule convert 'Payments Primary' --live"),
    ),
)
@click.argument("name", metavar="SCHEDULE", shell_complete=complete_keys)
@_timezone
@_live
@click.pass_obj
def schedule_convert(invocation: Invocation, /, name: str, timezone: str | None, live: bool) -> int:
    """Print a schedule with layers as the manifest of a shift-based schedule (version 3).

    Renders both forms over the next 90 days and compares who is on call at every minute. If other people would be on call at some
    time, it lists these times and exits with 2. Reads only the manifests, unless you add --live. Writes nothing to PagerDuty.
    """
    from pdsync.cli.command.schedule_convert import schedule_convert

    return schedule_convert(invocation, name, timezone, live=live)


@command(
    examples=(
        ("Draw one service as a picture", "pdsync graph --service checkout-api -o svg > checkout.svg"),
        ("The whole account, as Mermaid for a Markdown file", "pdsync graph --live"),
    )
)
@click.option(
    "--service",
    metavar="NAME",
    shell_complete=complete_keys,
    help="Only what an incident of this service or business service can reach.",
)
@click.option("--live", is_flag=True, help="Ask the account instead of the manifests.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["mermaid", "dot", "svg"]),
    default="mermaid",
    show_default=True,
    help="Text for Mermaid, which code hosts draw; text for Graphviz; or a picture.",
)
@click.pass_obj
def graph(invocation: Invocation, /, output: Any, service: str | None, live: bool) -> int:
    """Draw business services, services, policies, schedules and people.

    Reads only the manifests, unless you add --live. NAME is a key, a name in PagerDuty, an id or KIND/NAME. An incident reaches the people
    that its service pages, the services that depend on its service, and their subscribers. A business service has the incidents of the
    services that it depends on.
    """
    from pdsync.cli.command.graph import graph

    return graph(invocation, output, service=service, live=live)


@command(
    examples=(
        ("The HTML page of the manifests", "pdsync page --out oncall.html"),
        ("The HTML page of the account, with overrides, in UTC", "pdsync page --live --timezone UTC --out oncall.html"),
    )
)
@click.option("--live", is_flag=True, help="Ask the account, with its overrides, instead of the manifests.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the HTML page to a file instead of stdout."
)
@click.option(
    "--timezone",
    metavar="ZONE",
    shell_complete=complete_zones,
    help="The time zone of the page. Default: the zone of this machine.",
)
@click.pass_obj
def page(invocation: Invocation, /, live: bool, out: Path | None, timezone: str | None) -> int:
    """Write an HTML page of on-call: who is on call now, escalation, hours of each person, and coverage gaps.

    Reads only the manifests, unless you add --live. The page is one file. It has no scripts and loads nothing.
    """
    from pdsync.cli.command.page import page

    return page(invocation, live=live, out=out, timezone=timezone)


def add_oncall_commands(group: click.Group) -> None:
    """Adds them to the program."""
    for each in (explain, graph, lint, oncall, page, schedule):
        group.add_command(each)
