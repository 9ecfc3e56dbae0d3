"""``pdsync oncall``: who is on call, by the manifests alone or in the account."""

from __future__ import annotations

import json
import time
from typing import Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, Selection, load, make_options, read_account, report_problems
from pdsync.cli.setting import Settings, load_settings
from pdsync.kinds import Ref
from pdsync.kinds.instant import load_zone, parse_instant
from pdsync.kinds.suggestion import did_you_mean
from pdsync.oncall.duty import concerns, duties_at, find_named, policies_of, schedules_of
from pdsync.oncall.ladder import LOOK_AHEAD_S
from pdsync.oncall.roster import Roster, roster_of_account, roster_of_resources
from pdsync.oncall.shift import Shift

Output = Literal["text", "json"]


def oncall(
    invocation: Invocation, name: str | None, output: Output, *, at: str | None, timezone: str | None, live: bool
) -> int:
    """Prints who is on call at an instant. Exits 1 where nothing has that name, or the manifests have problems."""
    from pdsync.report.oncall_text import render_oncall_json, render_oncall_text

    moment = _moment(at, timezone)
    zone = load_zone(timezone) if timezone is not None else None
    settings = load_settings(invocation)
    try:
        roster = _live(invocation, settings, name, moment) if live else _written(settings)
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=output == "json")
    named = _named(roster, name)
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


def _moment(at: str | None, timezone: str | None) -> int:
    if timezone is not None:
        try:
            load_zone(timezone)
        except (KeyError, ValueError, OSError):
            raise UsageError(f"--timezone {timezone}: no such time zone", "Write one like Europe/Berlin.") from None
    if at is None:
        return int(time.time())
    moment = parse_instant(at, timezone or "Etc/UTC")
    if moment is None or not 1970 < moment.year < 2200:
        raise UsageError(f"--at {at}: no date and time", "Write it like 2026-01-05T09:00 or 2026-01-05T09:00:00+01:00.")
    return int(moment.timestamp())


def _written(settings: Settings) -> Roster:
    selection = Selection()
    return roster_of_resources(load(settings, selection, make_options(settings, selection)))


def _live(invocation: Invocation, settings: Settings, name: str | None, moment: int) -> Roster:
    """The account, with the overrides of the schedules that are asked for: a request for each of them."""
    from pdsync.account.override import fetch_overrides

    with open_client(invocation, settings) as client:
        roster = roster_of_account(read_account(invocation, settings, client, ()))
        # An override may bring in somebody who is in no layer, so a person may be on call through any schedule.
        named = _named(roster, name)
        everybody = name is None or any(ref.kind == "user" for ref in named)
        policies = (
            tuple(ref for ref, _ in roster.of_kind("escalation_policy")) if everybody else policies_of(roster, named)
        )
        wanted = {ref.value: ref for ref in schedules_of(roster, policies)}
        found = fetch_overrides(client, sorted(wanted), moment, moment + LOOK_AHEAD_S)
    shifts = {
        wanted[identity]: tuple(Shift(start, end, user, "") for start, end, user in overrides)
        for identity, overrides in found.items()
    }
    return roster.with_overrides(shifts)


def _named(roster: Roster, name: str | None) -> tuple[Ref, ...]:
    if name is None:
        return ()
    named = find_named(roster, name)
    if not named:
        names = sorted(
            {text for ref, entry in roster.entries.items() if ref.kind != "team" for text in (ref.value, entry.name)}
        )
        raise CliError(f"no service, policy, schedule or person is called {name!r}", did_you_mean(name, names))
    return named
