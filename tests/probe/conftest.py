"""A sandbox that all tests of a module share, and keys for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.world import BY_HAND, TOKEN

ACCOUNT_TOKEN = "account-key-of-the-tests"
OWNER = "owner@example.com"
HISTORY = {"audit_record", "deleted_user", "log_entry", "incident", "alert", "note", "responder_request"}
"""What tells of the past and cannot be taken back."""


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def shared(server: SandboxServer) -> Iterator[SandboxServer]:
    """Without faults, and with the profile that an account without one has. What a test makes stays."""
    yield server
    server.control.clear_faults()
    server.control.set_account({"account": 1})


def connect(server: SandboxServer, token: str = TOKEN) -> RestApiV2Client:
    """A client as the command line has one. It waits for nothing. What probes send is odd on purpose, so the API description is
    not asked about it."""
    client = RestApiV2Client(
        token,
        base_url=server.url,
        default_from=None if token == TOKEN else OWNER,
        retry_ambiguous_posts=False,
        sleep=lambda seconds: None,
    )
    client.headers["User-Agent"] = BY_HAND
    return client


def holdings(server: SandboxServer) -> dict[str, Any]:
    """What the account holds."""
    state = server.control.state()
    held = {kind: rows for kind, rows in state.items() if kind not in HISTORY}
    return {
        kind: [{name: it[name] for name in it if name != "number"} for it in rows]
        for kind, rows in held.items()
        if rows
    }
