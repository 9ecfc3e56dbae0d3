"""Requests that the sandbox makes to itself."""

from __future__ import annotations

from tests.sandbox.account import Account
from tests.sandbox.fault.struck import strike


def test_a_client_cannot_say_that_it_is_inside(account: Account) -> None:
    strike(account, {"type": "error", "status": 500})
    for header in ("pdsync.sandbox.inside", "X-Pdsync-Sandbox-Inside"):
        assert account.call("GET", "/teams", headers={header: "1"}).status_code == 500
