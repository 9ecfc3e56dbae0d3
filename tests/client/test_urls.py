from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client import RestApiV2Client, UrlError, normalize_url
from pdsync.client.urls import check_base_url, normalize_params, same_origin

from .conftest import MakeClient
from .transport import answer


@pytest.mark.parametrize(
    ("params", "pairs"),
    [
        (None, []),
        ({}, []),
        ({"query": "Dan", "limit": 1}, [("query", "Dan"), ("limit", "1")]),
        ({"statuses": ["triggered", "resolved"]}, [("statuses[]", "triggered"), ("statuses[]", "resolved")]),
        ({"user_ids[]": ["P1"]}, [("user_ids[]", "P1")]),
        ({"user_ids[]": "P1"}, [("user_ids[]", "P1")]),
        ({"team_ids": ()}, []),
        ({"team_ids": {"P1": "one", "P2": "two"}.keys()}, [("team_ids[]", "P1"), ("team_ids[]", "P2")]),
        ({"team_ids": {"P1"}}, [("team_ids[]", "P1")]),
        ({"team_ids": (name for name in ["P1", "P2"])}, [("team_ids[]", "P1"), ("team_ids[]", "P2")]),
        ({"query": b"Jane"}, [("query", "Jane")]),
        ({"total": True, "overview": False, "since": None}, [("total", "true"), ("overview", "false")]),
        ([("a", "1"), ("a", "2"), ("ids", ["x"])], [("a", "1"), ("a", "2"), ("ids[]", "x")]),
    ],
)
def test_normalize_params(params: Any, pairs: list[tuple[str, str]]) -> None:
    assert normalize_params(params) == pairs


@pytest.mark.parametrize("params", ["query=x", 7, [("a",)], [("a", 1, 2)], {3: [1]}, {"query": {"name": "Jane"}}])
def test_what_is_neither_a_mapping_nor_pairs_is_refused(params: Any) -> None:
    with pytest.raises(UrlError):
        normalize_params(params)


values = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text() | st.integers())


@given(st.dictionaries(st.text(), values))
def test_mapping_and_pairs_mean_the_same_and_normal_stays_normal(params: dict[str, Any]) -> None:
    before = repr(params)
    pairs = normalize_params(params)
    assert pairs == normalize_params(list(params.items()))
    assert normalize_params(pairs) == pairs
    assert repr(params) == before
    listed = [name for name, value in params.items() if isinstance(value, list) and value]
    assert all(any(key == (n if n.endswith("[]") else n + "[]") for key, _ in pairs) for n in listed)


def test_params_of_the_caller_are_not_changed_by_listing(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(200, {"users": [], "more": False, "total": 0}))
    params = {"team_ids": ["P1"], "limit": 7}
    client.list_all("users", params=params, total=True)
    client.list_all("users", complete=True, params=params)
    client.find("users", "x", params=params)
    client.get_total("users", params=params)
    assert params == {"team_ids": ["P1"], "limit": 7}


def test_params_may_be_pairs_everywhere(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"users": [], "more": False}))
    assert client.list_all("users", params=[("include", ["teams"]), ("query", "x")]) == []
    client.get("users", params={"include": ["a", "b"]})
    assert transport.lines == [
        "GET /users?include%5B%5D=teams&query=x&limit=100&offset=0",
        "GET /users?include%5B%5D=a&include%5B%5D=b",
    ]


BASE = "https://api.pagerduty.com"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("users/PABC123", "/users/PABC123"),
        ("/users/PABC123", "/users/PABC123"),
        ("//evil.example/users", "/evil.example/users"),
        ("https://api.pagerduty.com/users/PABC123", "/users/PABC123"),
        ("HTTPS://API.pagerduty.com:443/users", "/users"),
        ("https://api.pagerduty.com", ""),
        ("users?query=x#top", "/users?query=x"),
        ("incidents?since=2026-01-01T00:00:00Z", "/incidents?since=2026-01-01T00:00:00Z"),
    ],
)
def test_a_path_or_a_full_url_becomes_a_url_below_the_base(url: str, path: str) -> None:
    assert normalize_url(BASE, url) == BASE + path


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/users",
        "https://api.pagerduty.com.evil.example/users",
        "https://api.pagerduty.com@evil.example/users",
        "https://user:password@api.pagerduty.com/users",
        "https://api.pagerduty.com:8443/users",
        "http://api.pagerduty.com/users",
        "https://api.eu.pagerduty.com/users",
        "https:/evil.example/users",
        "https://api.pagerduty.com\\@evil.example/",
        "https://api.pagerduty.com:port/",
        "ftp://api.pagerduty.com/users",
        "users/../services/P1",
        "users/%2e%2E/services/P1",
        "https://api.pagerduty.com/users/./P1",
        "users\r\nX-Injected: yes",
    ],
)
def test_other_hosts_and_tricks_are_refused(url: str) -> None:
    with pytest.raises(UrlError):
        normalize_url(BASE, url)


def test_a_base_with_a_path_keeps_requests_below_it() -> None:
    base = "https://app.pagerduty.com/integration-slack"
    assert normalize_url(base, "workspaces") == f"{base}/workspaces"
    assert normalize_url(base, f"{base}/workspaces?x=1") == f"{base}/workspaces?x=1"
    with pytest.raises(UrlError):
        normalize_url(base, "https://app.pagerduty.com/integration-slackware/x")


@given(st.text(max_size=60))
def test_a_request_never_leaves_the_base_however_its_url_is_spelled(url: str) -> None:
    try:
        normal = normalize_url(BASE, url)
    except UrlError:
        return
    assert normal == BASE or normal.startswith((BASE + "/", BASE + "?"))
    assert urlsplit(normal).hostname == "api.pagerduty.com"
    assert normalize_url(BASE, normal) == normal


@given(st.text(alphabet="abcPQ/19_-?=&@:.%", max_size=40))
def test_paths_are_idempotent(path: str) -> None:
    try:
        normal = normalize_url(BASE, path)
    except UrlError:
        return
    assert normalize_url(BASE, normal) == normal


@pytest.mark.parametrize(
    "url", ["http://localhost:8080/", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:80", BASE + "/"]
)
def test_plain_http_is_allowed_for_loopback(url: str) -> None:
    assert check_base_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.pagerduty.com",
        "http://localhost.evil.example",
        "http://128.0.0.1",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "ftp://localhost",
        "api.pagerduty.com",
        "",
        "https://",
        "https://api.pagerduty.com?x=1",
        "https://u:p@api.pagerduty.com",
    ],
)
def test_a_base_url_that_would_show_the_credential_is_refused(url: str) -> None:
    with pytest.raises(UrlError):
        check_base_url(url)
    with pytest.raises(UrlError), RestApiV2Client("some-token") as client:
        client.url = url


def test_the_origin_is_scheme_host_and_port() -> None:
    assert same_origin(BASE, "https://API.PAGERDUTY.com:443/x")
    assert not same_origin(BASE, "http://api.pagerduty.com/x")
    assert not same_origin(BASE, "https://evil.example/x")
    assert not same_origin(BASE, "nonsense\n")
