"""A workspace in a folder that is a repository, and an account with a team and services, for automation actions and runners."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    ManifestsError,
    Planned,
    Selection,
    Watch,
    Workspace,
    carry_out_plan,
    load_desired,
    make_plan,
)
from pdsync.plan import Plan
from pdsync.sandbox import SandboxServer

ACTIONS, RUNNERS = "automation_actions/actions", "automation_actions/runners"
SCRIPT: dict[str, Any] = {"action_type": "script", "script": "echo one"}
JOB: dict[str, Any] = {"action_type": "process_automation", "process_automation": {"job_id": "7c2f"}}


@dataclass
class AutomationWorld:
    """`write` puts all manifests in one file, `apply` holds that the next plan is empty."""

    sandbox: SandboxServer
    client: RestApiV2Client
    folder: Path
    prune: str = "owned"
    taken: list[Any] = field(default_factory=list)
    """The secrets that were handed out."""

    @property
    def workspace(self) -> Workspace:
        return Workspace("test", paths=(str(self.folder),), prune=self.prune, max_deletes=9, max_delete_percent=100)  # type: ignore[arg-type]

    def write(self, **kinds: Any) -> None:
        """`kinds`: by the name of the kind the specs by key; in a spec `lifecycle` is beside it."""
        documents = []
        for kind, specs in kinds.items():
            for key, spec in specs.items():
                spec = dict(spec)
                lifecycle = {"lifecycle": spec.pop("lifecycle")} if "lifecycle" in spec else {}
                document = {"apiVersion": "pdsync/v1", "kind": kind, "metadata": {"name": key}, **lifecycle}
                documents.append({**document, "spec": spec})
        (self.folder / "all.yaml").write_text(yaml.safe_dump_all(documents, sort_keys=False), encoding="utf-8")

    def make(self, **selection: Any) -> Planned:
        return make_plan(self.client, load_desired(self.workspace, Selection(**selection)))

    def plan(self, **selection: Any) -> Plan:
        return self.make(**selection).plan

    def apply(self, **selection: Any) -> Plan:
        """Applies, and holds that the next plan is empty."""
        plan = self.plan(**selection)
        assert not plan.problems, plan.problems
        result = carry_out_plan(self.client, ApplyRequest(plan, takes_secrets=True), Watch(hand_out=self.taken.append))
        assert result.exit_code == 0, [outcome for outcome in result.outcomes if outcome.message]
        assert not [outcome.warning for outcome in result.outcomes if outcome.warning]
        again = self.plan(**{**selection, "adopt": False})
        assert not again.changes, again.changes
        return plan

    def problems(self) -> list[str]:
        with pytest.raises(ManifestsError) as refused:
            load_desired(self.workspace)
        return [it.message for it in refused.value.problems]

    def action(self, name: str = "one") -> dict[str, Any]:
        """The action of that name, as its own GET shows it."""
        return self._one(ACTIONS, name)

    def runner(self, name: str = "one") -> dict[str, Any]:
        return self._one(RUNNERS, name)

    def _one(self, path: str, name: str) -> dict[str, Any]:
        (row,) = (it for it in self.client.list_all(path) if it["name"] == name)
        found: dict[str, Any] = self.client.rget(f"{path}/{row['id']}")
        return found
