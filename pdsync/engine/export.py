"""Exports an account as manifests: reads all of the account, and returns the texts of the files. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Workspace
from pdsync.engine.error import EngineError
from pdsync.engine.known_secret import note_known_secrets
from pdsync.engine.plan import Activity, check_account, silent
from pdsync.export import Export, ExportOptions, TeamError, build_export
from pdsync.export.team import is_team, team_kind


class UnknownTeamError(EngineError):
    """The account has no team of that name, or more than one."""


def export_account(
    client: RestApiV2Client, workspace: Workspace, options: ExportOptions, *, activity: Activity = silent
) -> Export:
    """The manifests of an account, or of one team of it, by path. The members of each team cost a request.

    Raises UnknownTeamError, EngineError where there is nothing to export, RefusedError for the wrong account, and the client's errors.
    """
    team = options.team
    note_known_secrets(workspace)

    def is_wanted(raw: Mapping[str, Any]) -> bool:
        return team is None or is_team(team_kind().read_live(raw), team)

    with activity("Reading the account") as say:
        account = fetch_account(client, Extent(also=is_wanted, everything=True, places=workspace.places), on_read=say)
    check_account(workspace, account)
    try:
        made = build_export(account, options)
    except TeamError as error:
        raise UnknownTeamError(error.message, error.hint) from None
    if not made.counts:
        raise EngineError("there is nothing to export", "; ".join(made.left_out[:3]))
    return made
