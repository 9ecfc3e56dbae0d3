"""A workspace of a few manifests in a folder, and the account that an apply of them made."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, Workspace, carry_out_plan, load_desired, make_plan

MANIFESTS = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana Lima, email: ana@example.com, role: limited_user}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec:
  name: Shop
  escalation_rules:
    - {escalation_delay_in_minutes: 10m, targets: [{user: ana}]}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: checkout}
spec: {name: Checkout, escalation_policy: shop, auto_resolve_timeout: 4h}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The file of all manifests."""
    file = tmp_path / "shop.yaml"
    file.write_text(MANIFESTS)
    return file


@pytest.fixture
def workspace(manifest: Path) -> Workspace:
    """The workspace of the folder."""
    return Workspace(name="acme", paths=(str(manifest.parent),))


@pytest.fixture
def applied(client: RestApiV2Client, workspace: Workspace) -> Workspace:
    """The workspace, applied."""
    planned = make_plan(client, load_desired(workspace))
    assert carry_out_plan(client, ApplyRequest(planned.plan)).exit_code == 0
    return workspace
