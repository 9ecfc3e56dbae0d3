"""Errors in the form that PagerDuty gives them."""

from __future__ import annotations

import pytest
import requests

from pdsync.sandbox.http.problem import EventProblem, OAuthProblem, struck
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


def test_each_api_has_errors_in_a_form_of_its_own() -> None:
    assert struck(404, None).body() == {"error": {"message": "Not Found", "code": 2001}}
    assert struck(503, {"busy": True}).body() == {"busy": True}
    event = EventProblem(400, "invalid event", "Event object is invalid", ["why"])
    assert event.body() == {"status": "invalid event", "message": "Event object is invalid", "errors": ["why"]}
    assert OAuthProblem(400, "invalid_grant", "used").body() == {"error": "invalid_grant", "error_description": "used"}
