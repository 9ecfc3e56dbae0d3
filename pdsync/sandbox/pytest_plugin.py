"""Pytest plugin: the fixture ``pagerduty_sandbox``, a separate PagerDuty for every test.

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
    faults, edits as another client would, and knows which requests were made. ``ca_file`` is the authority to trust, None without TLS."""

    url: str
    token: str
    email: str
    control: Control
    ca_file: str | None


class _Servers:
    """One server for each seed, with and without TLS, for the whole session; each test finds it as it was new."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, bool], tuple[SandboxServer, Any]] = {}

    def fresh(self, seed: str, *, tls: bool) -> SandboxServer:
        if (seed, tls) not in self._running:
            from pdsync.sandbox import SandboxServer

            server = SandboxServer(seed=seed, tls=tls).start()
            self._running[seed, tls] = server, server.control.state()
        server, state = self._running[seed, tls]
        server.control.clear_faults()
        server.control.set_account({"account": 1})
        server.control.reset_clock()
        server.control.restore(state)
        server.control.forget()
        return server

    def stop(self) -> None:
        for server, _ in self._running.values():
            server.stop()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{_MARK}(seed='none', faults=(), account=None, tls=False): what the account of the fixture pagerduty_sandbox holds "
        "('none' or 'example'), the faults that strike it from the start, its account profile, and whether it speaks https",
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
    account = options.pop("account", None)
    tls = bool(options.pop("tls", False))
    if options or (mark is not None and mark.args):
        raise pytest.UsageError(f"the marker {_MARK} takes seed=, faults=, account= and tls=, and nothing else")
    server = _pagerduty_sandbox_servers.fresh(seed, tls=tls)
    server.control.set_faults(list(faults) if isinstance(faults, tuple) else faults)
    if account is not None:
        server.control.set_account(account)
    ca_file = str(server.ca_file) if server.ca_file is not None else None
    yield PagerDutySandbox(server.url, "u+sandbox-token-of-the-owner", "owner@example.com", server.control, ca_file)
    server.control.clear_faults()
