from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.kinds.automation_world import AutomationWorld
from tests.support.world import TOKEN


@pytest.fixture
def automation(tmp_path: Path) -> Iterator[AutomationWorld]:
    """An empty account, and a folder that is a repository."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "pagerduty"
    folder.mkdir()
    with (
        SandboxServer(seed="none") as sandbox,
        RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client,
    ):
        yield AutomationWorld(sandbox, client, folder)
