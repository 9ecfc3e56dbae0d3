"""What only a state can bring into the sandbox."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account


def store(account: Account, kind: str, *entries: dict[str, Any]) -> None:
    """Puts objects beside those that are there."""
    state = account.get("/_sandbox/state")
    answer = account.call("PUT", "/_sandbox/state", {**state, kind: [*state.get(kind, []), *entries]})
    assert answer.status_code == 204, answer.text
