"""A saved plan is applied only where a plan made now says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    ConflictError,
    RefusedError,
    SavedPlan,
    Selection,
    StaleError,
    Workspace,
    carry_out_plan,
    compare_saved_plan,
    load_desired,
    make_plan,
)
from pdsync.plan import Verdict
from pdsync.sandbox import SandboxServer
from tests.engine.conftest import MANIFESTS
from tests.support.recorded import forget, writes

NOW = datetime.now(UTC)


@pytest.fixture
def saved(client: RestApiV2Client, applied: Workspace, manifest: Path) -> SavedPlan:
    """The plan of one edit."""
    manifest.write_text(MANIFESTS.replace("4h", "2h"))
    plan = make_plan(client, load_desired(applied)).plan
    return SavedPlan(plan, "plan.json", NOW + timedelta(hours=1), Selection())


def by_hand(client: RestApiV2Client, seconds: int) -> None:
    found = client.find("services", "Checkout")
    assert found is not None
    client.rput(found, json={"type": "service", "auto_resolve_timeout": seconds})


def test_an_account_as_it_was_takes_the_plan(client: RestApiV2Client, applied: Workspace, saved: SavedPlan) -> None:
    desired = load_desired(applied)
    planned = compare_saved_plan(client, desired, saved)
    assert [it.verdict for it in planned.staleness] == [Verdict.VALID]
    assert planned.current is not None
    assert carry_out_plan(client, ApplyRequest(planned.plan, planned.staleness)).exit_code == 0
    again = compare_saved_plan(client, desired, saved)
    assert [it.verdict for it in again.staleness] == [Verdict.ALREADY]
    assert not make_plan(client, desired).plan.changes


def test_an_edit_since_is_a_conflict_and_nothing_is_written(
    client: RestApiV2Client, sandbox: SandboxServer, applied: Workspace, saved: SavedPlan
) -> None:
    by_hand(client, 60)
    forget(sandbox)
    planned = compare_saved_plan(client, load_desired(applied), saved)
    assert planned.current is None
    with pytest.raises(ConflictError) as refused:
        carry_out_plan(client, ApplyRequest(planned.plan, planned.staleness))
    (it,) = refused.value.staleness
    assert [difference.path for difference in it.differences] == ["auto_resolve_timeout"]
    assert not writes(sandbox)


def test_a_plan_that_says_what_no_manifest_says_is_stale(
    client: RestApiV2Client, applied: Workspace, saved: SavedPlan, manifest: Path
) -> None:
    manifest.write_text(MANIFESTS.replace("4h", "3h"))
    with pytest.raises(StaleError, match=r"^plan.json: service/checkout: a new plan from these manifests"):
        compare_saved_plan(client, load_desired(applied), saved)


def test_limits_of_today_hold_for_a_plan_of_yesterday(
    client: RestApiV2Client, applied: Workspace, manifest: Path
) -> None:
    manifest.write_text(MANIFESTS.partition("---\napiVersion: pdsync/v1\nkind: EscalationPolicy")[0])
    pruning = replace(applied, prune="owned", max_deletes=9, max_delete_percent=100)
    plan = make_plan(client, load_desired(pruning)).plan
    assert not plan.refusals
    saved = SavedPlan(plan, "plan.json", NOW + timedelta(hours=1), Selection())
    strict = load_desired(replace(pruning, max_deletes=0))
    with pytest.raises(RefusedError):
        compare_saved_plan(client, strict, saved)
    assert compare_saved_plan(client, strict, saved, approve_deletes=plan.digest).current is not None


def test_a_plan_is_for_its_time_workspace_manifests_and_account(saved: SavedPlan) -> None:
    made = datetime.fromisoformat(saved.plan.fetched_at)
    saved.check_fresh(made)
    saved.check_fresh(made - timedelta(seconds=59))
    with pytest.raises(StaleError, match="expired 1h ago"):
        saved.check_fresh(saved.expires_at + timedelta(hours=1))
    with pytest.raises(RefusedError, match="claims that the account was read at"):
        saved.check_fresh(made - timedelta(seconds=61))
    saved.check_for("acme", saved.plan.manifest_digest)
    with pytest.raises(RefusedError, match="for the workspace 'acme', not 'other'"):
        saved.check_for("other", saved.plan.manifest_digest)
    with pytest.raises(RefusedError, match="made from manifests that differ"):
        saved.check_for("acme", "0" * 64)
    with pytest.raises(RefusedError, match="and the token belongs to 'other'"):
        saved.check_account("other")
