"""Requests that the sandbox makes to itself."""

from __future__ import annotations

from pdsync.sandbox.http.inside import is_inside
from tests.sandbox.account import Account
from tests.sandbox.fault.struck import strike


def test_a_client_cannot_say_that_it_is_inside(account: Account) -> None:
    strike(account, {"type": "error", "status": 500})
    for header in ("pdsync.sandbox.inside", "X-Pdsync-Sandbox-Inside"):
        assert account.call("GET", "/teams", headers={header: "1"}).status_code == 500


def test_only_the_environment_of_a_request_says_that_it_comes_from_inside() -> None:
    assert is_inside({"pdsync.sandbox.inside": True})
    assert not is_inside({"HTTP_PDSYNC_SANDBOX_INSIDE": "True"})
