"""The user for whom a request acts."""

from __future__ import annotations

import pytest

from pdsync.sandbox.http.problem import Problem
from pdsync.sandbox.http.requester import requester
from pdsync.sandbox.http.token import Token
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import OWNER_EMAIL, TOKEN, USER_TOKEN, Account
from tests.sandbox.calling import call_of, put_paged_user


@pytest.mark.parametrize(
    ("token", "sender", "status"),
    [
        (USER_TOKEN, None, 201),
        (TOKEN, None, 201),
        (TOKEN, "no one@example.com", 400),
        (TOKEN, OWNER_EMAIL.upper(), 201),
    ],
)
def test_creating_a_user_needs_no_from_and_one_that_is_there_names_a_user(
    account: Account, token: str, sender: str | None, status: int
) -> None:
    headers = {} if sender is None else {"From": sender}
    body = {"user": {"type": "user", "name": "Ann", "email": "ann@example.com"}}
    assert account.call("POST", "/users", body, token=token, headers=headers).status_code == status


def test_the_from_header_names_a_user_whatever_its_case_and_a_users_token_needs_none() -> None:
    store = Store()
    put_paged_user(store)
    assert requester(call_of(store, from_email=" Ann@Example.com")).id == "PUSER"
    assert requester(call_of(store, token=Token("u+token-of-the-owner"))).id == "PUSER"
    with pytest.raises(Problem) as raised:
        requester(call_of(store, from_email="bo@example.com"))
    assert "From header" in raised.value.errors[0]
    store.close()
