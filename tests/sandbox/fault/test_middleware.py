"""Connections that end before, after or during an answer."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
import requests

from tests.sandbox.account import USER_TOKEN, Account


def strike(account: Account, action: dict[str, Any], **match: Any) -> None:
    answer = account.call("PUT", "/_sandbox/faults", {"rules": [{"match": match, "action": action}]})
    assert answer.status_code == 200, answer.text


def names(account: Account) -> list[str]:
    return [team["name"] for team in account.server.control.state().get("team", [])]


def create(account: Account, name: str = "Red") -> requests.Response:
    return account.call("POST", "/teams", {"team": {"type": "team", "name": name}})


@pytest.mark.parametrize(("when", "made"), [("before", []), ("after", ["Red"])])
def test_a_dropped_connection(account: Account, when: str, made: list[str]) -> None:
    strike(account, {"type": "drop", "when": when}, method="POST")
    with pytest.raises(requests.ConnectionError):
        create(account)
    assert names(account) == made
    [seen] = account.server.requests()
    assert seen == {
        "method": "POST",
        "path": "/teams",
        "query": "",
        "status": 0 if when == "before" else 201,
        "faults": ["Drop"],
    }
    assert account.get("/teams")["teams"] == [] if when == "before" else True


def test_an_answer_that_breaks_off_in_the_middle(account: Account) -> None:
    create(account)
    strike(account, {"type": "drop", "when": "midway"}, method="GET")
    connection = http.client.HTTPConnection(account.server.url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/teams", headers={"Authorization": f"Bearer {USER_TOKEN}"})
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert caught.value.partial.startswith(b'{"teams":')
    connection.close()
