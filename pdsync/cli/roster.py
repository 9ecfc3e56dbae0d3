"""The roster that a command about on-call asks: of the manifests alone, or of the account."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import Selection, load, make_options, read_account
from pdsync.cli.setting.setting import Settings
from pdsync.cli.setting.time_zone import read_zone
from pdsync.model import Ref
from pdsync.model.instant import parse_instant
from pdsync.model.suggestion import did_you_mean
from pdsync.oncall.duty import find_named, find_unused, policies_of, schedules_of, services_of
from pdsync.oncall.ladder import LOOK_AHEAD_S
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.roster import Roster, roster_of_account, roster_of_resources
from pdsync.oncall.shift import Shift
from pdsync.report.text.clock import Clock

_DEFAULT_PERIOD_S = 14 * 86_400
_LONGEST_PERIOD_S = 366 * 86_400
FROM_MANIFESTS = "From the manifests alone; overrides and maintenance are not known (see --live)."


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to, and without, `until` (seconds since 1970)."""

    since: int
    until: int


def read_clock(timezone: str | None) -> Clock:
    """The clock of the reader. Raises UsageError for a zone that there is not."""
    return Clock(read_zone(timezone))


def read_moment(option: str, at: str | None, timezone: str | None) -> int:
    """The instant that an option names, in seconds since 1970; now without one. Without an offset it is on the reader's clock.
    Raises UsageError."""
    read_zone(timezone)
    if at is None:
        return int(time.time())
    moment = parse_instant(at, timezone) or (_on_this_machine(at) if timezone is None else None)
    if moment is None or not 1970 < moment.year < 2200:
        raise UsageError(
            f"{option} {at}: no date and time", "Write it like 2026-01-05T09:00 or 2026-01-05T09:00:00+01:00."
        )
    return int(moment.timestamp())


def _on_this_machine(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def settle_moment(moment: int, at: str | None, *, live: bool) -> int:
    """The instant that is shown, once everything was read. Now is when the account was read and not when that began: a layer that
    came in between (those of a sandbox that was only just made) would have nobody yet."""
    return int(time.time()) if live and at is None else moment


def read_period(since: str | None, until: str | None, timezone: str | None) -> Period:
    """What --from and --to name: from now, and for 14 days, where they are not given. Raises UsageError."""
    start = read_moment("--from", since, timezone)
    end = start + _DEFAULT_PERIOD_S if until is None else read_moment("--to", until, timezone)
    if not start < end <= start + _LONGEST_PERIOD_S:
        raise UsageError("--to must be after --from, by a year at most", "Without --to: 14 days.")
    return Period(start, end)


def load_roster(settings: Settings) -> Roster:
    """What the manifests say. Raises ProblemsError."""
    selection = Selection()
    return roster_of_resources(load(settings, selection, make_options(settings, selection)))


def fetch_account_roster(invocation: Invocation, settings: Settings) -> Roster:
    """The account alone, without what people set up there from day to day."""
    with open_client(invocation, settings) as client:
        return roster_of_account(read_account(invocation, settings, client, ()))


def fetch_roster(invocation: Invocation, settings: Settings, name: str | None, period: Period) -> Roster:
    """The account, with what people set up there by hand: the overrides of the schedules that are asked for, a request for each of
    them, and the maintenance of the services, one listing."""
    from pdsync.account.maintenance import fetch_maintenance
    from pdsync.account.override import fetch_overrides
    from pdsync.client import HttpError

    with open_client(invocation, settings) as client:
        roster = roster_of_account(read_account(invocation, settings, client, ()))
        # An override may bring in somebody who is in no layer, so a person may be on call through any schedule.
        named = find(roster, name)
        everybody = name is None or any(ref.kind == "user" for ref in named)
        policies = (
            tuple(ref for ref, _ in roster.of_kind("escalation_policy")) if everybody else policies_of(roster, named)
        )
        schedules = schedules_of(roster, policies) | {ref for ref in named if ref.kind == "schedule"}
        if any(ref.kind == "user" for ref in named):
            schedules |= set(find_unused(roster))
        wanted = {ref.value: ref for ref in schedules}
        overrides = fetch_overrides(client, sorted(wanted), period.since, period.until + LOOK_AHEAD_S)
        services = {ref.value: ref for ref in services_of(roster, policies, named)}
        try:
            kept = fetch_maintenance(client, sorted(services), period.since, period.until, int(time.time()))
        except HttpError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            kept = None
            invocation.terminal.warn("the token may not read maintenance windows, so they are not known here")
    shifts = {
        wanted[identity]: tuple(Shift(start, end, user, "") for start, end, user in found)
        for identity, found in overrides.items()
    }
    roster = roster.with_overrides(shifts)
    if kept is None:
        return roster
    windows = {services[identity]: tuple(Maintenance(*window) for window in found) for identity, found in kept.items()}
    return roster.with_maintenance(windows)


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
