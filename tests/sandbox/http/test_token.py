"""Which Authorization headers are taken."""

from __future__ import annotations

import uuid

import pytest
import requests

from tests.sandbox.account import Account

_GOOD = 20 * "a"


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Token token={_GOOD}", 200),
        (f"Bearer {_GOOD}", 200),
        ("Bearer u+abc_DEF-0123456789+", 200),
        (None, 401),
        ("", 401),
        (f"Token token={_GOOD[:19]}", 401),
        (f"Token {_GOOD}", 401),
        (f"Basic {_GOOD}", 401),
        (f"Token token={_GOOD}!", 401),
    ],
)
def test_authentication(account: Account, header: str | None, status: int) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = requests.get(account.server.url + "/users", headers=headers, timeout=30)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["error"]["code"] == 2006
        assert "ratelimit-limit" not in answer.headers
    uuid.UUID(answer.headers["x-request-id"])
