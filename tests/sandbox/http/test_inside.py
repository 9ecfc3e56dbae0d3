"""Requests that the sandbox makes to itself."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account


def strike(account: Account, action: dict[str, Any], **match: Any) -> None:
    answer = account.call("PUT", "/_sandbox/faults", {"rules": [{"match": match, "action": action}]})
    assert answer.status_code == 200, answer.text


def test_a_client_cannot_say_that_it_is_inside(account: Account) -> None:
    strike(account, {"type": "error", "status": 500})
    for header in ("pdsync.sandbox.inside", "X-Pdsync-Sandbox-Inside"):
        assert account.call("GET", "/teams", headers={header: "1"}).status_code == 500
