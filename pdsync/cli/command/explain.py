"""``pdsync explain``: what happens when a service breaks, in sentences."""

from __future__ import annotations

import shlex

from pdsync.cli.error import CliError
from pdsync.cli.invocation import Invocation
from pdsync.cli.roster_source import FROM_MANIFESTS, Asked, note_hand_off_aware, read_roster
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import read_clock, read_moment
from pdsync.engine.roster import find_objects
from pdsync.oncall.escalation_level import policies_of
from pdsync.oncall.pending import pending_of, schedules_asked
from pdsync.oncall.question import services_among


def explain(invocation: Invocation, name: str, *, at: str | None, timezone: str | None, live: bool) -> int:
    """Prints what happens with an incident of each service of that name. Exits 1 where there is none."""
    from pdsync.report.oncall.explanation import render_explanation
    from pdsync.report.oncall.pending_text import render_pending_lines

    clock = read_clock(timezone)
    asked = Asked(read_moment(at, timezone, invocation.terminal.warn), name)
    settings = load_settings(invocation)
    roster, period = read_roster(invocation, settings, asked, live=live)
    services = services_among(find_objects(roster, name))
    if not services:
        raise CliError(f"{name!r} is not a service", f"To see who is on call: pdsync oncall {shlex.quote(name)}")
    terminal = invocation.terminal
    text = "\n".join(render_explanation(roster, service, period.since, clock, terminal.width) for service in services)
    schedules = schedules_asked(roster, policies_of(roster, services), services)
    pending = list(pending_of(roster, schedules, period.since))
    lines = render_pending_lines(roster, pending, terminal.palette, terminal.width)
    terminal.out(text + "".join(f"{line}\n" for line in lines))
    if not live:
        note_hand_off_aware(terminal, roster, schedules)
        terminal.note(FROM_MANIFESTS)
    return 0
