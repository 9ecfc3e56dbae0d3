"""``pdsync explain``: what happens when a service breaks, in sentences."""

from __future__ import annotations

from pdsync.cli.error import CliError
from pdsync.cli.invocation import Invocation
from pdsync.cli.roster_source import FROM_MANIFESTS, Asked, read_roster
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import read_clock, read_moment
from pdsync.engine.roster import find_objects
from pdsync.oncall.question import services_among


def explain(invocation: Invocation, name: str, *, at: str | None, timezone: str | None, live: bool) -> int:
    """Prints what happens with an incident of each service of that name. Exits 1 where there is none."""
    from pdsync.report.oncall.explanation import render_explanation

    clock = read_clock(timezone)
    asked = Asked(read_moment(at, timezone), name)
    settings = load_settings(invocation)
    roster, period = read_roster(invocation, settings, asked, live=live)
    services = services_among(find_objects(roster, name))
    if not services:
        raise CliError(f"{name!r} is not a service", "'pdsync oncall' takes policies, schedules and people too.")
    terminal = invocation.terminal
    terminal.out(
        "\n".join(render_explanation(roster, service, period.since, clock, terminal.width) for service in services)
    )
    if not live:
        terminal.note(FROM_MANIFESTS)
    return 0
