from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client import RestApiV2Client, UrlError, normalize_url
from pdsync.client.urls import check_base_url, same_origin

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
