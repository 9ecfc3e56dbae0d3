"""Errors in the form that PagerDuty gives them."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.account import Account

_GOOD = 20 * "a"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/users/P123456", 404, 2100),
        ("GET", "/teams/P123456", 404, 6001),
        ("GET", "/schedules/P123456", 404, 3004),
        ("GET", "/services/P123456/integrations/P1", 404, 2100),
        ("GET", "/nonsense", 404, 2100),
        ("GET", "/users/", 404, 2100),
        ("GET", "/users//contact_methods", 404, 2100),
        ("PATCH", "/users", 405, 2015),
        ("OPTIONS", "/users", 405, 2015),
        ("DELETE", "/abilities", 405, 2015),
    ],
)
def test_paths_and_methods_that_do_not_exist(account: Account, method: str, path: str, status: int, code: int) -> None:
    answer = requests.request(
        method,
        account.server.url + path,
        headers={"Authorization": f"Bearer {_GOOD}"},
        timeout=30,
        allow_redirects=False,
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_method_that_is_not_there_is_answered_with_those_that_are(account: Account) -> None:
    assert account.call("PATCH", "/users").headers["Allow"] == "GET, HEAD, POST"
