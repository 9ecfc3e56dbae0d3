"""A workspace of a few manifests in a folder, and the account that an apply of them made."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, Workspace, carry_out_plan, load_desired, make_plan
from tests.support.setting import MANAGED
from tests.support.shop import MANIFESTS


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The file of all manifests."""
    file = tmp_path / "shop.yaml"
    file.write_text(MANIFESTS)
    return file


@pytest.fixture
def workspace(manifest: Path) -> Workspace:
    """The workspace of the folder."""
    return Workspace(name="acme", paths=(str(manifest.parent),), managed_kinds=MANAGED)


@pytest.fixture
def applied(client: RestApiV2Client, workspace: Workspace) -> Workspace:
    """The workspace, applied."""
    planned = make_plan(client, load_desired(workspace))
    assert carry_out_plan(client, ApplyRequest(planned.plan)).exit_code == 0
    return workspace
