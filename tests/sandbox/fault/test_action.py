"""What happens to a request that a rule strikes."""

from __future__ import annotations

import pytest

from tests.sandbox.account import Account
from tests.sandbox.fault.struck import create, names, strike


def test_refusals_by_rate(account: Account) -> None:
    strike(account, {"type": "rate_limit", "retry_after_s": 7, "headers": {"ratelimit-limit": None, "X-Why": "me"}})
    answer = create(account)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, 2020)
    assert answer.headers["Retry-After"] == answer.headers["ratelimit-reset"] == "7"
    assert answer.headers["ratelimit-remaining"] == "0"
    assert answer.headers["X-Why"] == "me"
    assert names(account) == []


@pytest.mark.parametrize(("commit", "made"), [(False, []), (True, ["Red"])])
def test_server_errors_with_and_without_commit(account: Account, commit: bool, made: list[str]) -> None:
    strike(account, {"type": "error", "status": 502, "commit": commit, "body": {"message": "no"}}, method="POST")
    answer = create(account)
    assert (answer.status_code, answer.json()) == (502, {"message": "no"})
    assert names(account) == made


def test_an_error_without_a_body_of_its_own_is_in_the_usual_form(account: Account) -> None:
    strike(account, {"type": "error", "status": 503})
    answer = create(account)
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == "Service Unavailable"
    assert answer.headers["x-request-id"]


def test_truncated_json(account: Account) -> None:
    strike(account, {"type": "truncate", "keep": 0.5})
    answer = create(account)
    assert answer.status_code == 201
    assert answer.text.startswith('{"team":')
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def test_a_wrong_content_type(account: Account) -> None:
    strike(account, {"type": "content_type", "content_type": "text/html", "body": "<h1>Sign in</h1>"}, method="GET")
    answer = account.call("GET", "/teams")
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, "text/html", "<h1>Sign in</h1>")


@pytest.mark.parametrize(("when", "answered"), [("before", "Edited"), ("after", "Red")])
def test_someone_else_edits_at_that_moment(account: Account, when: str, answered: str) -> None:
    team = create(account).json()["team"]
    edit = {"method": "PUT", "path": "/teams/$1", "body": {"team": {"name": "Edited", "description": "of $1"}}}
    strike(account, {"type": "edit", "when": when, "requests": [edit]}, method="GET", path="/teams/*", nth=1)
    asked = len(account.server.requests())
    assert account.get(f"/teams/{team['id']}")["team"]["name"] == answered
    after = account.get(f"/teams/{team['id']}")["team"]
    assert (after["name"], after["description"]) == ("Edited", f"of {team['id']}")
    assert len(account.server.requests()) == asked + 2  # the edit is no one's request
