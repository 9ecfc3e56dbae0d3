"""Options of the commands that suggest overrides: swap and holidays."""

from __future__ import annotations

from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.completer import complete_keys, complete_zones
from pdsync.cli.parser.program import command

_MOMENT = "A time such as 2026-12-24T09:00, in the zone of --timezone, or of the schedule."
_SCHEDULE = click.option(
    "--schedule",
    metavar="SCHEDULE",
    required=True,
    shell_complete=complete_keys,
    help="The schedule: a key, a name in PagerDuty, an id or KIND/NAME.",
)
_TIMEZONE = click.option(
    "--timezone",
    metavar="ZONE",
    shell_complete=complete_zones,
    help="The time zone of --from and --to. Default: the zone of the schedule.",
)
_LIVE = click.option("--live", is_flag=True, help="Ask the account, with its overrides, instead of the manifests.")
_INTO = click.option(
    "--into",
    type=click.Path(),
    metavar="FILE",
    help="Add the items to the ScheduleOverrides manifest of the schedule in this file.",
)


@command(
    examples=(
        (
            "The overrides for a swap over Christmas",
            "pdsync swap ana ben --schedule payments --from 2026-12-24T09:00 --to 2026-12-27T09:00",
        ),
        (
            "Write them into a manifest, for a pull request",
            "pdsync swap ana ben --schedule payments --from 2026-12-24T09:00 --to 2026-12-27T09:00 --into swaps.yaml",
        ),
    )
)
@click.argument("first", metavar="USER", shell_complete=complete_keys)
@click.argument("second", metavar="USER", shell_complete=complete_keys)
@_SCHEDULE
@click.option("--from", "since", metavar="TIME", required=True, help=_MOMENT)
@click.option("--to", "until", metavar="TIME", required=True, help="The end of the swap.")
@_TIMEZONE
@_LIVE
@_INTO
@click.pass_obj
def swap(
    invocation: Invocation, /, first: str, second: str, schedule: str, into: str | None, live: bool, **when: Any
) -> int:
    """Swap the shifts of two people for a time.

    Prints items for a ScheduleOverrides manifest: the shifts of each of the two people in this time go to the other. Writes nothing to
    PagerDuty. USER is a key, a name in PagerDuty, an email address, an id or KIND/NAME.
    """
    from pdsync.cli.command.oncall import When
    from pdsync.cli.command.swap import Swap, swap

    return swap(invocation, Swap(first, second, schedule, into), When(**when), live=live)


@command(
    examples=(
        ("Public holidays of the countries in pdsync.yaml", "pdsync holidays --schedule payments"),
        (
            "Events of a calendar, as days off of two people",
            "pdsync holidays company.ics --schedule payments --for ana --for ben",
        ),
    )
)
@click.argument("calendar", required=False, metavar="[CALENDAR.ics]", type=click.Path())
@_SCHEDULE
@click.option(
    "--for",
    "user_team",  # what a shell completes: keys of these kinds
    multiple=True,
    metavar="USER|TEAM",
    shell_complete=complete_keys,
    help="Who is off at events without attendees. Repeatable. Default: everyone in the schedule.",
)
@click.option("--from", "since", metavar="TIME", help=f"{_MOMENT} Default: now.")
@click.option("--to", "until", metavar="TIME", help="The end of the period. Default: a year later.")
@_TIMEZONE
@_LIVE
@_INTO
@click.pass_obj
def holidays(
    invocation: Invocation,
    /,
    calendar: str | None,
    schedule: str,
    user_team: tuple[str, ...],
    into: str | None,
    live: bool,
    **when: Any,
) -> int:
    """Suggest who takes over on holidays.

    Prints items for a ScheduleOverrides manifest. If the person on call has a day off, the next person of the rotation who is not off
    takes over. Days off are the events of an iCalendar file, and public holidays by the rule public_holidays in pdsync.yaml. Writes
    nothing to PagerDuty.
    """
    from pdsync.cli.command.holidays import Holidays, holidays
    from pdsync.cli.command.oncall import When

    return holidays(invocation, Holidays(schedule, calendar, user_team, into), When(**when), live=live)


def add_override_commands(group: click.Group) -> None:
    """Adds them to the program."""
    group.add_command(holidays)
    group.add_command(swap)
