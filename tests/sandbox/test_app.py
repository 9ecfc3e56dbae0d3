"""What holds for every endpoint: authentication, limits, errors, pagination."""

from __future__ import annotations

from tests.sandbox.account import Account


def test_an_empty_answer_has_no_content_type(account: Account) -> None:
    answer = account.call("DELETE", f"/teams/{account.team()['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
