"""``pdsync oncall``: who is on call, by the manifests alone or in the account."""

from __future__ import annotations

import json
from typing import Literal

from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, report_problems
from pdsync.cli.roster import fetch_roster, find, load_roster, read_moment
from pdsync.cli.setting import load_settings
from pdsync.kinds.instant import load_zone
from pdsync.oncall.duty import concerns, duties_at, policies_of

Output = Literal["text", "json"]


def oncall(
    invocation: Invocation, name: str | None, output: Output, *, at: str | None, timezone: str | None, live: bool
) -> int:
    """Prints who is on call at an instant. Exits 1 where nothing has that name, or the manifests have problems."""
    from pdsync.report.oncall_text import render_oncall_json, render_oncall_text

    moment = read_moment("--at", at, timezone)
    zone = load_zone(timezone) if timezone is not None else None
    settings = load_settings(invocation)
    try:
        roster = fetch_roster(invocation, settings, name, moment) if live else load_roster(settings)
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=output == "json")
    named = find(roster, name)
    policies = (
        policies_of(roster, named) if name is not None else tuple(ref for ref, _ in roster.of_kind("escalation_policy"))
    )
    duties = [duty for each in policies for duty in duties_at(roster, each, moment) if concerns(duty, named)]
    terminal = invocation.terminal
    if output == "json":
        body = render_oncall_json(roster, duties, moment)
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    else:
        terminal.out(render_oncall_text(roster, duties, moment, zone, terminal.palette))
        if not live:
            terminal.note("From the manifests alone: overrides, and what is not managed, are not known. See --live.")
    return 0
