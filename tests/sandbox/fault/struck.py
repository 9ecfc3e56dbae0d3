"""Requests that a fault strikes, and what came of them."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.account import Account


def strike(account: Account, action: dict[str, Any], **match: Any) -> None:
    answer = account.call("PUT", "/_sandbox/faults", {"rules": [{"match": match, "action": action}]})
    assert answer.status_code == 200, answer.text


def names(account: Account) -> list[str]:
    return [team["name"] for team in account.server.control.state().get("team", [])]


def create(account: Account, name: str = "Red") -> requests.Response:
    return account.call("POST", "/teams", {"team": {"type": "team", "name": name}})
