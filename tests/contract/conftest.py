"""Clients that no one here wrote, against a sandbox that holds the example account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.sandbox import SandboxServer

TOKEN = "u+token-of-the-contract-tests"


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(seed="example") as running:
        yield running


@pytest.fixture(scope="module")
def tls_server() -> Iterator[SandboxServer]:
    with SandboxServer(seed="example", tls=True) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test leaves the account as it found it."""
    servers = [request.getfixturevalue(name) for name in ("server", "tls_server") if name in request.fixturenames]
    states = [server.control.state() for server in servers]
    yield
    for server, state in zip(servers, states, strict=True):
        server.control.clear_faults()
        assert server.control.breaks() == []
        server.control.set_account({"account": 1})
        server.control.restore(state)
        server.control.forget()
