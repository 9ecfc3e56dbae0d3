"""The roster that a command about on-call asks: of the manifests alone, or of the account."""

from __future__ import annotations

import time

from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import Selection, load, make_options, read_account
from pdsync.cli.setting import Settings
from pdsync.cli.time_zone import read_zone
from pdsync.kinds import Ref
from pdsync.kinds.instant import parse_instant
from pdsync.kinds.suggestion import did_you_mean
from pdsync.oncall.duty import find_named, policies_of, schedules_of
from pdsync.oncall.ladder import LOOK_AHEAD_S
from pdsync.oncall.roster import Roster, roster_of_account, roster_of_resources
from pdsync.oncall.shift import Shift


def read_moment(option: str, at: str | None, timezone: str | None) -> int:
    """The instant that an option names, in seconds since 1970; now without one. Raises UsageError."""
    read_zone(timezone)
    if at is None:
        return int(time.time())
    moment = parse_instant(at, timezone or "Etc/UTC")
    if moment is None or not 1970 < moment.year < 2200:
        raise UsageError(
            f"{option} {at}: no date and time", "Write it like 2026-01-05T09:00 or 2026-01-05T09:00:00+01:00."
        )
    return int(moment.timestamp())


def load_roster(settings: Settings) -> Roster:
    """What the manifests say. Raises ProblemsError."""
    selection = Selection()
    return roster_of_resources(load(settings, selection, make_options(settings, selection)))


def fetch_roster(invocation: Invocation, settings: Settings, name: str | None, moment: int) -> Roster:
    """The account, with the overrides of the schedules that are asked for: a request for each of them."""
    from pdsync.account.override import fetch_overrides

    with open_client(invocation, settings) as client:
        roster = roster_of_account(read_account(invocation, settings, client, ()))
        # An override may bring in somebody who is in no layer, so a person may be on call through any schedule.
        named = find(roster, name)
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


def find(roster: Roster, name: str | None) -> tuple[Ref, ...]:
    """What is called so; nothing without a name. Raises CliError where nothing is."""
    if name is None:
        return ()
    named = find_named(roster, name)
    if not named:
        names = sorted(
            {text for ref, entry in roster.entries.items() if ref.kind != "team" for text in (ref.value, entry.name)}
        )
        raise CliError(f"no service, policy, schedule or person is called {name!r}", did_you_mean(name, names))
    return named
