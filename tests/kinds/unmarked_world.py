"""A workspace in a folder, and an account, for kinds whose objects carry no ownership line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    ManifestsError,
    Selection,
    Workspace,
    carry_out_plan,
    export_account,
    load_desired,
    make_plan,
)
from pdsync.export import ExportOptions
from pdsync.plan import Operation, Plan, Result
from pdsync.sandbox import SandboxServer


@dataclass
class UnmarkedWorld:
    """What a test does with both."""

    sandbox: SandboxServer
    client: RestApiV2Client
    folder: Path

    @property
    def workspace(self) -> Workspace:
        return Workspace("test", paths=(str(self.folder),), max_deletes=9, max_delete_percent=100)

    def write(self, text: str) -> None:
        """The only manifests."""
        (self.folder / "all.yaml").write_text(text, encoding="utf-8")

    def plan(self, **selection: Any) -> Plan:
        return make_plan(self.client, load_desired(self.workspace, Selection(**selection))).plan

    def carry_out(self, plan: Plan) -> Result:
        return carry_out_plan(self.client, ApplyRequest(plan))

    def apply(self) -> list[tuple[str, Operation]]:
        """Applies, and holds that all of it was written and that the next plan is empty. Gives what changed."""
        plan = self.plan()
        assert not plan.problems, plan.problems
        result = self.carry_out(plan)
        assert result.exit_code == 0, [it.message for it in result.outcomes if it.message]
        assert not [it.warning for it in result.outcomes if it.warning]
        again = self.plan()
        assert not again.changes, again.changes
        return [(change.address, change.operation) for change in plan.changes]

    def blockers(self) -> list[str]:
        """Why the plan cannot be applied, and what is wrong with it."""
        plan = self.plan()
        found = [f"{it.message} {it.hint}" for it in plan.problems]
        return [*found, *(text for change in plan.changes for text in change.blockers)]

    def problems(self) -> list[tuple[int, str, str]]:
        """What is wrong with the manifests: line, message, hint."""
        with pytest.raises(ManifestsError) as refused:
            load_desired(self.workspace)
        return [(it.source.line, it.message, it.hint) for it in refused.value.problems]

    def exported(self) -> dict[str, str]:
        """The files of an export of the account."""
        made = export_account(self.client, self.workspace, ExportOptions("test"))
        return {str(name): text for name, text in made.files.items()}


def begin(sandbox: SandboxServer, client: RestApiV2Client, folder: Path, *collections: str) -> UnmarkedWorld:
    """A new workspace; the account holds nothing of these collections."""
    for collection in collections:
        for row in client.list_all(collection):
            client.delete(f"{collection}/{row['id']}")
    (folder / ".git").mkdir()
    (folder / "pagerduty").mkdir()
    return UnmarkedWorld(sandbox, client, folder / "pagerduty")
