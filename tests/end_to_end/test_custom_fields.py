"""Custom fields from files and back: export, drift and accept, and applies that are cut off at any request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    Desired,
    Selection,
    Workspace,
    accept_live,
    carry_out_plan,
    export_account,
    find_drift,
    load_desired,
    load_for_accept,
    make_plan,
    parse_place,
)
from pdsync.export import ExportOptions
from pdsync.sandbox import SandboxServer

MANIFESTS = """apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {email: ana@example.com}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: first}
spec: {escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [{user: ana}]}]}
---
apiVersion: pdsync/v1
kind: ServiceCustomField
metadata: {name: tier}
spec: {display_name: Tier, type: choice, options: [gold, silver]}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: shop}
spec:
  escalation_policy: first
  custom_fields:
    tier: gold  # as agreed
---
apiVersion: pdsync/v1
kind: IncidentType
metadata: {name: incident_default}
spec: {name: incident_default, custom_fields: [{name: ticket, display_name: Ticket, type: url}]}
---
apiVersion: pdsync/v1
kind: IncidentType
metadata: {name: security}
spec:
  name: security_incident
  display_name: Security incident
  parent_type: incident_default
  custom_fields:
    - name: level
      display_name: Level
      type: choice
      options: [low, high]
      default: low
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "all.yaml").write_text(MANIFESTS, encoding="utf-8")
    return Workspace("test", paths=(str(tmp_path),), max_deletes=9, max_delete_percent=100)


def load(workspace: Workspace) -> Desired:
    return load_desired(workspace, Selection())


def apply(client: RestApiV2Client, workspace: Workspace) -> int:
    plan = make_plan(client, load(workspace)).plan
    assert not plan.problems, plan.problems
    return carry_out_plan(client, ApplyRequest(plan)).exit_code


def fields(client: RestApiV2Client) -> dict[str, Any]:
    return {
        it["name"]: it
        for it in client.list_all(
            "incidents/types/security_incident/custom_fields", params={"include[]": "field_options"}
        )
    }


def edit(client: RestApiV2Client) -> None:
    """Edits by hand."""
    shop = client.find("services", "shop")
    assert shop is not None
    values = {"custom_fields": [{"name": "tier", "value": "silver"}]}
    client.jput(f"services/{shop['id']}/custom_fields/values", json=values)
    level = fields(client)["level"]
    client.rput(level["self"], json={"display_name": "Grade"})
    client.rput("incidents/types/security_incident", json={"display_name": "Breach"})


def test_edits_by_hand_are_drift_and_can_be_accepted(
    client: RestApiV2Client, workspace: Workspace, tmp_path: Path
) -> None:
    assert apply(client, workspace) == 0
    edit(client)
    moved = find_drift(client, load(workspace)).moved
    assert sorted(it.change.address for it in moved) == ["incident_type/security", "service/shop"]
    for text in ("service/shop:custom_fields", "incident_type/security"):
        place = parse_place(text)
        accepted = accept_live(client, load_for_accept(workspace, place), place)
        assert accepted is not None
        accepted.write()
    text = (tmp_path / "all.yaml").read_text(encoding="utf-8")
    assert "tier: silver  # as agreed" in text
    assert "display_name: Breach" in text
    assert "display_name: Grade" in text
    assert apply(client, workspace) == 0
    assert make_plan(client, load(workspace)).plan.changes == ()


def test_an_export_reads_back_to_no_difference(client: RestApiV2Client, workspace: Workspace, tmp_path: Path) -> None:
    assert apply(client, workspace) == 0
    export = export_account(client, Workspace(name="test", paths=()), ExportOptions("test"))
    folder = tmp_path / "exported"
    for name, text in export.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    whole = "\n".join(export.files.values())
    assert "parent_type: incident-default\n" in whole or "parent_type: incident_default\n" in whole
    assert "custom_fields: {tier: gold}" in whole or "tier: gold" in whole
    plan = make_plan(client, load(Workspace("test", paths=(str(folder),)))).plan
    assert not plan.problems, plan.problems
    assert [delta for change in plan.changes for delta in change.deltas] == []
    assert [child for change in plan.changes for child in change.children] == []


def test_an_apply_that_is_cut_off_at_any_write_is_completed_by_the_next(
    sandbox: SandboxServer, client: RestApiV2Client, workspace: Workspace
) -> None:
    """The first write that fails is carried out; those after it are not."""
    empty = sandbox.control.state()
    for number in range(1, 20):
        sandbox.control.restore(empty)
        match, error = {"method": ["POST", "PUT", "DELETE"]}, {"type": "error", "status": 403}
        cut = {"match": {**match, "nth": number}, "action": {**error, "commit": True}}
        rest = {"match": {**match, "nth": [*range(number + 1, 40)]}, "action": error}
        sandbox.control.set_faults([cut, rest])
        code = apply(client, workspace)
        sandbox.control.clear_faults()
        if code == 0:
            break
        assert apply(client, workspace) == 0, number
        assert make_plan(client, load(workspace)).plan.changes == (), number
        assert [it["name"] for it in client.list_all("services/custom_fields")].count("tier") == 1
        assert sorted(fields(client)) == ["level", "ticket"]
    assert number > 6, "a person, a policy, a field, a service with its values, a type, and two fields of types"
