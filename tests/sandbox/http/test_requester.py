"""The user for whom a request acts."""

from __future__ import annotations

import pytest

from tests.sandbox.account import OWNER_EMAIL, TOKEN, USER_TOKEN, Account


@pytest.mark.parametrize(
    ("token", "sender", "status"),
    [
        (USER_TOKEN, None, 201),
        (TOKEN, None, 400),
        (TOKEN, "nobody@example.com", 400),
        (TOKEN, OWNER_EMAIL.upper(), 201),
    ],
)
def test_creating_a_user_needs_from(account: Account, token: str, sender: str | None, status: int) -> None:
    headers = {} if sender is None else {"From": sender}
    body = {"user": {"type": "user", "name": "Ann", "email": "ann@example.com"}}
    assert account.call("POST", "/users", body, token=token, headers=headers).status_code == status
