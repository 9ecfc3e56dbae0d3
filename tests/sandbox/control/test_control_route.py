"""The requests to the sandbox itself."""

from __future__ import annotations

import json

from pdsync.sandbox.control.control_route import CONTROL
from tests.sandbox.account import Account


def test_control_bodies_that_are_no_json(account: Account) -> None:
    for path in (CONTROL + "faults", CONTROL + "state"):
        answer = account.session.put(account.server.url + path, data=b"{")
        assert (answer.status_code, json.loads(answer.text)["error"]["code"]) == (400, 2001)
