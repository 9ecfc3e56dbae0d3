"""``pdsync explain``: what happens when a service breaks, in sentences."""

from __future__ import annotations

from pdsync.cli.error import CliError
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, report_problems
from pdsync.cli.roster import fetch_roster, find, load_roster, read_moment
from pdsync.cli.setting import load_settings
from pdsync.kinds.instant import load_zone


def explain(invocation: Invocation, name: str, *, at: str | None, timezone: str | None, live: bool) -> int:
    """Prints the story of an incident of each service of that name. Exits 1 where there is none."""
    from pdsync.report.explanation import render_explanation

    moment = read_moment("--at", at, timezone)
    settings = load_settings(invocation)
    try:
        roster = fetch_roster(invocation, settings, name, moment) if live else load_roster(settings)
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=False)
    services = [ref for ref in find(roster, name) if ref.kind == "service"]
    if not services:
        raise CliError(f"{name!r} is no service", "'pdsync oncall' takes policies, schedules and people too.")
    zone = load_zone(timezone) if timezone is not None else None
    invocation.terminal.out("\n".join(render_explanation(roster, service, moment, zone) for service in services))
    if not live:
        invocation.terminal.note(
            "From the manifests alone: overrides, and what is not managed, are not known. See --live."
        )
    return 0
