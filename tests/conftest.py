"""Fixtures that every test may use: a sandbox over real HTTP, and a client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN

settings.register_profile("pdsync", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pdsync")


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """An empty account: nobody but its owner."""
    with SandboxServer() as server:
        yield server


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[RestApiV2Client]:
    """A client with a user's token, as pdsync makes it."""
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as made:
        yield made
