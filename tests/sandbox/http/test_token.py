"""Which Authorization headers are taken."""

from __future__ import annotations

import uuid

import pytest
import requests

from pdsync.sandbox.http.problem import Problem
from pdsync.sandbox.http.token import digest_of, parse_token
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


def test_the_form_of_a_token_says_what_it_may_do() -> None:
    key, user, reader = (parse_token(f"Bearer {text}") for text in ("k" * 20, "u+" + "x" * 18, "readonly" + "x" * 12))
    assert [(it.of_user, it.read_only) for it in (key, user, reader)] == [(False, False), (True, False), (False, True)]
    assert "kkk" not in repr(key)
    with pytest.raises(Problem, match="Unauthorized"):
        parse_token("Bearer short")


def test_a_digest_does_not_give_the_token_away_and_differs_by_what_it_is_for() -> None:
    assert "secret" not in digest_of("access", "secret")
    assert digest_of("access", "secret") != digest_of("code", "secret")
