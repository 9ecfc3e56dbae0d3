"""What holds for every endpoint: authentication, limits, errors, pagination."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from pdsync.sandbox import SandboxServer
from tests.sandbox.account import OWNER_EMAIL, READ_ONLY_TOKEN, TOKEN, USER_TOKEN, Account, ref

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


def test_an_unauthorized_caller_learns_nothing_about_paths(account: Account) -> None:
    for path in ("/users/P123456", "/nonsense"):
        assert account.call("GET", path, token="short").status_code == 401


def test_a_read_only_key_reads(account: Account) -> None:
    user = account.user()
    assert account.call("GET", "/users", token=READ_ONLY_TOKEN).status_code == 200
    for method, path in (("POST", "/users"), ("PUT", f"/users/{user['id']}"), ("DELETE", f"/users/{user['id']}")):
        answer = account.call(method, path, {"user": {"name": "x"}}, token=READ_ONLY_TOKEN)
        assert (answer.status_code, answer.json()["error"]["message"]) == (403, "Access Denied")
    assert account.get(f"/users/{user['id']}")["user"] == user


def test_me_needs_a_user_token(account: Account) -> None:
    assert account.call("GET", "/users/me", token=TOKEN).status_code == 400
    assert account.get("/users/me", token=USER_TOKEN)["user"]["email"] == OWNER_EMAIL


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


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b'{"team": {"name": NaN}}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"1" * 5000, "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b'"team"', "must be a JSON object"),
        (b"{}", "must have an object 'team'"),
        (b'{"name": "x"}', "must have an object 'team'"),
        (b'{"team": []}', "must have an object 'team'"),
        (b'{"team": null}', "must have an object 'team'"),
    ],
)
def test_bodies_that_are_not_requests(account: Account, body: bytes, text: str) -> None:
    answer = account.call("POST", "/teams", data=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["message"], error["code"]) == ("Invalid Input Provided", 2001)
    assert text in error["errors"][0]


def test_a_large_body_is_refused(account: Account) -> None:
    body = b'{"team": {"name": "' + b"x" * 1_000_000 + b'"}}'
    assert account.call("POST", "/teams", data=body).status_code == 413
    assert account.call("POST", "/teams", data=iter([body])).status_code == 413  # chunked, without a length
    assert account.get("/teams")["teams"] == []


def test_all_problems_come_at_once(account: Account) -> None:
    body = {"user": {"name": "", "email": "nonsense", "role": "owner", "time_zone": "Mars/Base", "job_title": 5}}
    errors = account.refused("POST", "/users", body)["errors"]
    assert errors == [
        "Name can't be blank",
        "Email is invalid",
        "Role must be one of: admin, limited_user, observer, read_only_limited_user, read_only_user, restricted_access, user",
        "Job title must be a string",
        "Time zone is not a valid time zone",
    ]


def test_unknown_and_read_only_fields_are_ignored(account: Account) -> None:
    team = account.team(id="PMINE00", summary="other", nonsense=[1], members=["a"])
    assert team["id"] != "PMINE00"
    assert team["summary"] == team["name"]
    assert "nonsense" not in team


def test_rate_limit() -> None:
    with Account(rate_limit_per_minute=3) as account:
        seen = [account.call("GET", "/abilities", token=TOKEN) for _ in range(4)]
        assert [it.status_code for it in seen] == [200, 200, 200, 429]
        assert [it.headers["ratelimit-remaining"] for it in seen] == ["2", "1", "0", "0"]
        assert {it.headers["ratelimit-limit"] for it in seen} == {"3"}
        assert seen[3].headers["ratelimit-reset"] == seen[3].headers["Retry-After"] == "60"
        assert (seen[3].json()["error"]["message"], seen[3].json()["error"]["code"]) == ("Rate Limit Exceeded", 2020)
        assert account.call("GET", "/abilities", token=USER_TOKEN).status_code == 200  # a budget of its own
        account.clock.forward(seconds=59)
        assert account.call("GET", "/abilities", token=TOKEN).headers["ratelimit-reset"] == "1"
        account.clock.forward(seconds=1)
        assert account.call("GET", "/abilities", token=TOKEN).status_code == 200


def test_ipv6() -> None:
    try:
        server = SandboxServer(host="::1").start()
    except Exception as error:  # noqa: BLE001
        pytest.skip(f"no IPv6 here: {error}")
    with server:
        assert server.url.startswith("http://[::1]:")
        assert requests.get(server.url + "/users", headers={"Authorization": f"Bearer {_GOOD}"}, timeout=30).ok


@pytest.fixture
def teams(account: Account) -> list[Any]:
    return [account.team(name=name) for name in ("delta", "Alpha", "charlie", "Bravo", "echo")]


@pytest.mark.parametrize(
    ("query", "names", "more", "total"),
    [
        ("", "Alpha Bravo charlie delta echo", False, None),
        ("?total=true", "Alpha Bravo charlie delta echo", False, 5),
        ("?limit=2", "Alpha Bravo", True, None),
        ("?limit=2&offset=2", "charlie delta", True, None),
        ("?limit=2&offset=4", "echo", False, None),
        ("?limit=2&offset=99&total=true", "", False, 5),
        ("?sort_by=name:desc&limit=2", "echo delta", True, None),
        ("?sort_by=name:asc&limit=1", "Alpha", True, None),
        ("?query=A&limit=2&total=true", "Alpha Bravo", True, 4),
        ("?query=ALPHA", "Alpha", False, None),
        ("?query=nobody&total=true", "", False, 0),
    ],
)
@pytest.mark.usefixtures("teams")
def test_pages(account: Account, query: str, names: str, more: bool, total: int | None) -> None:
    page = account.get(f"/teams{query}")
    assert " ".join(team["name"] for team in page["teams"]) == names
    assert (page["more"], page["total"]) == (more, total)


@pytest.mark.parametrize(
    ("query", "limit", "offset"), [("", 25, 0), ("?limit=100&offset=9900", 100, 9900), ("?limit=5000", 100, 0)]
)
def test_limits_are_clamped_and_echoed(account: Account, query: str, limit: int, offset: int) -> None:
    page = account.get(f"/users{query}")
    assert (page["limit"], page["offset"]) == (limit, offset)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "limit=-1",
        "limit=",
        "offset=-1",
        "offset=1e9",
        "limit=100&offset=9901",
        "sort_by=colour",
        "limit=" + "9" * 5000,
        "offset=%C2%B2",
    ],
)
def test_pages_that_cannot_be(account: Account, query: str) -> None:
    assert account.refused("GET", f"/teams?{query}")["code"] == 2001


def test_users_are_found_by_name_or_email(account: Account) -> None:
    ann = account.user(name="Ann Lee", email="Boss@Example.com")
    for query in ("ann l", "BOSS@"):
        assert [it["id"] for it in account.get("/users", params={"query": query})["users"]] == [ann["id"]]


def test_references_carry_the_name_of_now(account: Account) -> None:
    user = account.user()
    policy = account.policy(user)
    account.put(f"/users/{user['id']}", "user", {"name": "New Name"})
    [target] = account.get(f"/escalation_policies/{policy['id']}")["escalation_policy"]["escalation_rules"][0][
        "targets"
    ]
    assert target == {
        **ref(user),
        "summary": "New Name",
        "self": f"{account.server.url}/users/{user['id']}",
        "html_url": user["html_url"],
    }


def test_a_method_that_is_not_there_is_answered_with_those_that_are(account: Account) -> None:
    assert account.call("PATCH", "/users").headers["Allow"] == "GET, HEAD, POST"


def test_an_empty_answer_has_no_content_type(account: Account) -> None:
    answer = account.call("DELETE", f"/teams/{account.team()['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("name", [r"\ud800", r"x\uDFFF", r"\ude92\ud83d"])
def test_half_a_character_is_no_text(account: Account, name: str) -> None:
    answer = account.call("POST", "/teams", data=f'{{"team": {{"name": "{name}"}}}}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 2001)
    event = f'{{"routing_key": "{"0" * 32}", "event_action": "trigger", "payload": {{"summary": "{name}"}}}}'
    assert account.call("POST", "/v2/enqueue", data=event).json()["message"] == "Event object format is unrecognized"
    made = account.call("POST", "/teams", data=r'{"team": {"name": "\ud83d\ude92 \\ud800"}}')
    assert made.json()["team"]["name"] == "\U0001f692 \\ud800"
