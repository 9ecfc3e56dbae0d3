"""The roster that a command about on-call asks: of the manifests alone, or of the account."""

from __future__ import annotations

from pdsync.cli.connection import open_client
from pdsync.cli.invocation import Invocation
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import Settings
from pdsync.engine.roster import RosterRequest, fetch_plain_roster, fetch_roster, load_roster
from pdsync.oncall.roster import Roster

FROM_MANIFESTS = "From the manifests alone; overrides and maintenance are not known (see --live)."


def read_roster(invocation: Invocation, settings: Settings, request: RosterRequest, *, live: bool) -> Roster:
    """The account with its overrides and maintenance where `live`, else the manifests. Raises the errors of both."""
    terminal, workspace = invocation.terminal, settings.workspace()
    if not live:
        return load_roster(workspace)
    with open_client(invocation, settings) as client:
        return fetch_roster(client, workspace, request, activity=activity_on(terminal), warn=terminal.warn)


def read_plain_roster(invocation: Invocation, settings: Settings, *, live: bool) -> Roster:
    """The account without overrides and maintenance where `live`, else the manifests. Raises the errors of both."""
    workspace = settings.workspace()
    if not live:
        return load_roster(workspace)
    with open_client(invocation, settings) as client:
        terminal = invocation.terminal
        return fetch_plain_roster(client, workspace, activity=activity_on(terminal), warn=terminal.warn)
