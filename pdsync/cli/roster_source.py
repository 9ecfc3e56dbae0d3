"""The roster that a command about on-call asks: of the manifests alone, or of the account."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pdsync.account.extent import ALWAYS_READ, Extent
from pdsync.cli.connection import open_client
from pdsync.cli.invocation import Invocation
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import Settings
from pdsync.cli.setting.time_option import AskedTime, local_seconds
from pdsync.engine.roster import (
    Period,
    RosterRequest,
    add_hand_edits,
    fetch_plain_roster,
    load_roster,
    with_names_for,
    with_shift_schedules_of,
)
from pdsync.model import Ref
from pdsync.oncall.question import all_policies
from pdsync.oncall.roster import Roster

if TYPE_CHECKING:
    from pdsync.cli.terminal import Terminal
    from pdsync.client import RestApiV2Client

FROM_MANIFESTS = "From the manifests alone. Add --live to include overrides and maintenance windows that people made."
LOCAL_CLOCK = "'Now' is the clock of this machine. With --live, it is PagerDuty's clock."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command asks of a roster: about a time; with a name, about what has that name."""

    time: AskedTime
    name: str | None = None
    time_of: Callable[[Roster], AskedTime] | None = None
    """What gives the time of the roster of an account, where it is on the clock of an object there."""


def read_roster(invocation: Invocation, settings: Settings, asked: Asked, *, live: bool) -> tuple[Roster, Period]:
    """The account with its overrides and maintenance where `live`, else the manifests; and the time that is asked about.

    "Now" is when the account was read, by PagerDuty's clock, and not when reading began: a layer that started in between (as in
    a sandbox that has just been seeded) would still be empty. Without the account it is by the clock of this machine.
    Raises the errors of both, and UsageError for a time that ends before it begins.
    """
    terminal, workspace = invocation.terminal, settings.workspace()
    if not live:
        period = asked.time.at(local_seconds())
        roster = load_roster(workspace, period.since)
        if asked.time.needs_now:
            terminal.note(LOCAL_CLOCK)
        return roster, period
    with open_client(invocation, settings) as client:
        roster = fetch_plain_roster(client, workspace, activity=activity_on(terminal), warn=terminal.warn)
        time = asked.time if asked.time_of is None else asked.time_of(roster)
        period = time.at(_seconds(client))
        roster = with_names_for(client, roster, workspace, asked.name)
        return add_hand_edits(client, roster, RosterRequest(period, asked.name), warn=terminal.warn), period


def read_plain_roster(
    invocation: Invocation, settings: Settings, extent: Extent = ALWAYS_READ, *, live: bool
) -> tuple[Roster, int]:
    """The account without overrides and maintenance where `live`, else the manifests; and now. Raises the errors of both."""
    workspace = settings.workspace()
    if not live:
        now = local_seconds()
        return load_roster(workspace, now), now
    with open_client(invocation, settings) as client:
        terminal = invocation.terminal
        roster = fetch_plain_roster(client, workspace, extent, activity=activity_on(terminal), warn=terminal.warn)
        roster = with_shift_schedules_of(client, roster, all_policies(roster), warn=terminal.warn)
        return roster, _seconds(client)


def note_hand_off_aware(terminal: Terminal, roster: Roster, schedules: Iterable[Ref]) -> None:
    """Names the schedules where the account may differ from the manifests although everything was applied."""
    aware = [ref.address for ref in schedules if ref in roster.entries and roster.entries[ref].hand_off_aware]
    if aware:
        rest = f" and {len(aware) - 5} more are" if len(aware) > 5 else " is" if len(aware) == 1 else " are"
        terminal.note(
            f"{', '.join(map(str, aware[:5]))}{rest} hand-off aware: in the account, an edit waits for its hand-off. Add --live to see "
            "who is on call until then."
        )


def _seconds(client: RestApiV2Client) -> int:
    return int(client.server_clock.now().timestamp())
