"""Pytest plugin: the fixture ``pagerduty_sandbox``, a PagerDuty of its own for every test.

    def test_it(pagerduty_sandbox):
        client = MyClient(pagerduty_sandbox.url, token=pagerduty_sandbox.token)

pytest loads it by itself where pdsync is installed, so this module imports nothing of the sandbox before a test asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pdsync.sandbox import Control, SandboxServer

_MARK = "pagerduty_sandbox"


@dataclass(frozen=True, slots=True)
class PagerDutySandbox:
    """``url`` has no slash at the end; ``token`` acts for the account owner, whose email is ``email``; ``control`` sets
    faults, edits behind one's back, and knows what was asked."""

    url: str
    token: str
    email: str
    control: Control


class _Servers:
    """One server for each seed, for the whole session; each test finds it as it was new."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[SandboxServer, Any]] = {}

    def fresh(self, seed: str) -> SandboxServer:
        if seed not in self._running:
            from pdsync.sandbox import SandboxServer

            server = SandboxServer(seed=seed).start()
            self._running[seed] = server, server.control.state()
        server, state = self._running[seed]
        server.control.clear_faults()
        server.control.restore(state)
        server.control.forget()
        return server

    def stop(self) -> None:
        for server, _ in self._running.values():
            server.stop()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{_MARK}(seed='none', faults=()): what the account of the fixture pagerduty_sandbox holds ('none' or 'example'), "
        "and the faults that strike it from the start",
    )


@pytest.fixture(scope="session")
def _pagerduty_sandbox_servers() -> Iterator[_Servers]:
    servers = _Servers()
    yield servers
    servers.stop()


@pytest.fixture
def pagerduty_sandbox(
    request: pytest.FixtureRequest, _pagerduty_sandbox_servers: _Servers
) -> Iterator[PagerDutySandbox]:
    """A local PagerDuty: an account of its own for each test, without faults unless its marker has some."""
    mark = request.node.get_closest_marker(_MARK)
    options = dict(mark.kwargs) if mark is not None else {}
    seed, faults = options.pop("seed", "none"), options.pop("faults", ())
    if options or (mark is not None and mark.args):
        raise pytest.UsageError(f"the marker {_MARK} takes seed= and faults=, and nothing else")
    server = _pagerduty_sandbox_servers.fresh(seed)
    server.control.set_faults(list(faults) if isinstance(faults, tuple) else faults)
    yield PagerDutySandbox(server.url, "u+sandbox-token-of-the-owner", "owner@example.com", server.control)
    server.control.clear_faults()
