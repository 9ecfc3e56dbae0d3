"""Drift: what was edited by hand, by whom, and what was not applied yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import PlanError, Workspace, load_desired
from pdsync.engine.drift import find_drift
from pdsync.plan.diff.last_applied import Origin
from pdsync.sandbox import SandboxServer
from tests.engine.conftest import MANIFESTS
from tests.support.recorded import forget, writes

OTHER = "u+another-person-here"


def test_an_edit_by_hand_is_told_from_a_change_in_git(
    client: RestApiV2Client, sandbox: SandboxServer, applied: Workspace, manifest: Path
) -> None:
    assert not find_drift(client, load_desired(applied)).moved
    found = client.find("services", "Checkout")
    assert found is not None
    with RestApiV2Client(OTHER, base_url=sandbox.url) as other:
        other.headers["User-Agent"] = client.headers["User-Agent"]
        other.rput(found, json={"type": "service", "auto_resolve_timeout": 7200})
    manifest.write_text(MANIFESTS.replace("name: Shop", "name: Store"))
    forget(sandbox)
    drift = find_drift(client, load_desired(applied))
    origins = {moved.change.address: moved.origin for moved in drift.moved}
    assert origins == {"service/checkout": Origin.THEIRS, "escalation_policy/shop": Origin.OURS}
    (edited,) = drift.edited
    assert edited.editor is not None
    assert edited.editor.action == "update"
    assert not writes(sandbox)


def test_a_write_with_the_same_token_is_not_an_edit_by_hand(client: RestApiV2Client, applied: Workspace) -> None:
    found = client.find("services", "Checkout")
    assert found is not None
    client.rput(found, json={"type": "service", "auto_resolve_timeout": 7200})
    (moved,) = find_drift(client, load_desired(applied)).moved
    assert moved.editor is None


def test_a_plan_with_problems_is_no_drift(client: RestApiV2Client, applied: Workspace) -> None:
    found = client.find("services", "Checkout")
    assert found is not None
    copy = {name: found[name] for name in ("type", "description", "escalation_policy")}
    client.rpost("services", json={**copy, "name": "Copy"})
    with pytest.raises(PlanError) as refused:
        find_drift(client, load_desired(applied))
    assert {problem.address for problem in refused.value.problems} == {"service/checkout"}
