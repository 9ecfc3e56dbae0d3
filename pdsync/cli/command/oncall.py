"""``pdsync oncall``: who is on call, by the manifests alone or in the account."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, report_problems
from pdsync.cli.roster import (
    FROM_MANIFESTS,
    Period,
    fetch_roster,
    find,
    load_roster,
    read_clock,
    read_moment,
    read_period,
    settle_moment,
)
from pdsync.cli.setting.setting import load_settings
from pdsync.model import Ref
from pdsync.oncall.duty import asks_narrowly, concerns, duties_at, policies_of, services_of
from pdsync.oncall.roster import Roster
from pdsync.oncall.stint import Stint, next_stints, stints_between, stints_of_unused
from pdsync.report.text.clock import Clock, utc

Output = Literal["text", "json"]


def oncall(
    invocation: Invocation,
    name: str | None,
    output: Output,
    *,
    at: str | None,
    since: str | None,
    until: str | None,
    timezone: str | None,
    live: bool,
) -> int:
    """Prints who is on call at an instant, or over a period. Exits 1 where nothing has that name, or the manifests have problems."""
    clock = read_clock(timezone)
    if at is not None and (since is not None or until is not None):
        raise UsageError("--at asks for a moment, --from and --to for a period", "Leave one of them out.")
    at_once = since is None and until is None
    moment = read_moment("--at", at, timezone)
    period = Period(moment, moment + 1) if at_once else read_period(since, until, timezone)
    settings = load_settings(invocation)
    try:
        roster = fetch_roster(invocation, settings, name, period) if live else load_roster(settings)
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=output == "json")
    if at_once:
        moment = settle_moment(moment, at, live=live)
        period = Period(moment, moment + 1)
    named = find(roster, name)
    policies = (
        policies_of(roster, named) if name is not None else tuple(ref for ref, _ in roster.of_kind("escalation_policy"))
    )
    answer = _at_once if at_once else _over
    text = answer(roster, named, policies, period, clock, output, invocation)
    if output == "json":
        invocation.terminal.out_json(text)
        return 0
    invocation.terminal.out(text)
    if not live:
        invocation.terminal.note(FROM_MANIFESTS)
    return 0


def _at_once(
    roster: Roster,
    named: tuple[Ref, ...],
    policies: tuple[Ref, ...],
    period: Period,
    clock: Clock,
    output: Output,
    invocation: Invocation,
) -> str:
    from pdsync.report.oncall.oncall_text import Answer, render_oncall_json, render_oncall_text

    moment = period.since
    people = [ref for ref in named if ref.kind == "user"]
    under = [(it, roster.maintenance_at(it, moment)) for it in services_of(roster, policies, named)]
    answer = Answer(
        moment,
        [duty for each in policies for duty in duties_at(roster, each, moment) if concerns(duty, named)],
        [stint for person in people for stint in next_stints(roster, person, moment)] if people else None,
        [(service, window) for service, window in under if window is not None],
        list(stints_of_unused(roster, named, moment, moment + 1)),
    )
    if output == "json":
        return _document(render_oncall_json(roster, answer))
    terminal = invocation.terminal
    return render_oncall_text(roster, answer, clock, terminal.palette, terminal.width)


def _over(
    roster: Roster,
    named: tuple[Ref, ...],
    policies: tuple[Ref, ...],
    period: Period,
    clock: Clock,
    output: Output,
    invocation: Invocation,
) -> str:
    from pdsync.report.oncall.stint_text import render_stints_text, stint_json

    stints = _stints(roster, named, policies, period)
    if output == "json":
        body = {"from": utc(period.since), "to": utc(period.until)}
        return _document({**body, "on_call": [stint_json(roster, stint) for stint in stints]})
    terminal = invocation.terminal
    return render_stints_text(roster, stints, period.since, period.until, clock, terminal.palette, terminal.width)


def _stints(roster: Roster, named: tuple[Ref, ...], policies: tuple[Ref, ...], period: Period) -> Sequence[Stint]:
    found = [stint for each in policies for stint in stints_between(roster, each, period.since, period.until)]
    found += stints_of_unused(roster, named, period.since, period.until)
    if asks_narrowly(named):
        found = [stint for stint in found if stint.user in named or stint.schedule in named]
    return found


def _document(body: object) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
