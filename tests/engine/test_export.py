"""An account as manifests: what they mean is what the account holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import RefusedError, Workspace, load_desired, make_plan
from pdsync.engine.export import UnknownTeamError, export_account
from pdsync.export import ExportOptions
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes


def test_an_export_of_what_was_applied_plans_no_change(
    client: RestApiV2Client, sandbox: SandboxServer, applied: Workspace, tmp_path: Path
) -> None:
    forget(sandbox)
    made = export_account(client, applied, ExportOptions(applied.name))
    assert not writes(sandbox)
    assert made.counts["service"] >= 1
    folder = tmp_path / "exported"
    for name, text in made.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    again = make_plan(client, load_desired(replace(applied, paths=(str(folder),)))).plan
    checkout = [change for change in again.changes if change.address == "service/checkout"]
    assert not [change.deltas for change in checkout if change.deltas]


def test_a_team_that_is_not_there_is_named(client: RestApiV2Client, applied: Workspace) -> None:
    with pytest.raises(UnknownTeamError, match="Booking"):
        export_account(client, applied, ExportOptions(applied.name, team="Booking"))


def test_another_account_is_not_exported(client: RestApiV2Client, workspace: Workspace) -> None:
    with pytest.raises(RefusedError):
        export_account(client, replace(workspace, subdomain="other"), ExportOptions(workspace.name))
