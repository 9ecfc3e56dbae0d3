import copy
import io
import logging
import pickle
import sys
import traceback
from typing import Any

import pytest
import requests
import responses
from requests import exceptions

from pdsync.client import (
    ApiClient,
    Error,
    HttpError,
    HttpServerError,
    NetworkError,
    RestApiV2BaseClient,
    RestApiV2Client,
    UrlError,
)
from pdsync.version import __version__

from .conftest import TOKEN, MakeClient
from .transport import VirtualTime, answer

BASE = "https://api.pagerduty.com"


def test_it_is_a_session_and_a_context_manager() -> None:
    assert issubclass(RestApiV2Client, RestApiV2BaseClient)
    assert issubclass(RestApiV2BaseClient, ApiClient)
    assert issubclass(ApiClient, requests.Session)
    with RestApiV2Client(TOKEN, "jane@example.com", "bearer", False, "https://api.eu.pagerduty.com") as client:
        assert (client.default_from, client.auth_type) == ("jane@example.com", "bearer")
        assert client.url == "https://api.eu.pagerduty.com"


@responses.activate
def test_it_works_with_requests_own_transport() -> None:
    responses.get(f"{BASE}/users/PABC123", json={"user": {"id": "PABC123"}})
    with RestApiV2Client(TOKEN) as client:
        assert client.rget("users/PABC123") == {"id": "PABC123"}
    assert responses.calls[0].request.headers["Authorization"] == f"Token token={TOKEN}"


@pytest.mark.parametrize(
    ("auth_type", "header"), [("token", "Token token="), ("bearer", "Bearer "), ("oauth2", "Bearer ")]
)
def test_headers_of_a_request(make_client: MakeClient, auth_type: str, header: str) -> None:
    client, transport = make_client(lambda _: answer(), auth_type=auth_type, default_from="jane@example.com")
    client.get("users", headers={"X-EARLY-ACCESS": "yes"})
    client.post("incidents", json={}, headers={"from": "joe@example.com"})
    first, second = (request.headers for request in transport.requests)
    assert first["Authorization"] == header + TOKEN
    assert client.auth_header == {"Authorization": header + TOKEN}
    assert first["Accept"] == "application/vnd.pagerduty+json;version=2"
    assert first["User-Agent"] == f"pdsync/{__version__} python-requests/{requests.__version__}"
    assert (first["From"], first["X-EARLY-ACCESS"]) == ("jane@example.com", "yes")
    assert (second["From"], second["Content-Type"]) == ("joe@example.com", "application/json")
    assert "X-EARLY-ACCESS" not in second


def test_key_and_type_can_be_changed(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer())
    client.api_key = "another-token"
    client.get("users")
    client.auth_type = "bearer"
    client.get("users")
    assert [request.headers["Authorization"] for request in transport.requests] == [
        "Token token=another-token",
        "Bearer another-token",
    ]
    with pytest.raises(UrlError, match="auth_type"):
        client.auth_type = "basic"


@pytest.mark.parametrize("key", ["", "Zq Zq", "ZqZq\n", "ZqZq\u00e9", None, 7])
def test_a_key_that_is_no_header_value_is_refused_without_being_shown(key: Any) -> None:
    with pytest.raises(UrlError) as caught:
        RestApiV2Client(key)
    assert "Zq" not in str(caught.value)


def test_netrc_and_a_session_cookie_do_not_get_in(make_client: MakeClient) -> None:
    with responses.RequestsMock() as mock, RestApiV2Client(TOKEN) as client:
        mock.get(f"{BASE}/users", json={}, headers={"Set-Cookie": "session=stolen; Path=/"})
        client.get("users")
        client.get("users")
        assert len(client.cookies) == 0
        assert "Cookie" not in mock.calls[1].request.headers


def test_a_loopback_api_is_not_asked_through_a_proxy(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    seen: list[Any] = []

    class Recording(requests.adapters.HTTPAdapter):
        def send(self, request: Any, *args: Any, proxies: Any = None, **kwargs: Any) -> requests.Response:
            seen.append(proxies)
            response = answer()
            response.request, response.url = request, request.url
            return response

    with RestApiV2Client(TOKEN, base_url="http://127.0.0.1:9") as client:
        client.mount("http://", Recording())
        client.get("users")
    assert seen == [{}]


@pytest.mark.parametrize("target", ["https://evil.example/users", "http://api.pagerduty.com/users", "//evil.example/"])
def test_a_redirect_to_another_host_is_an_error_and_gets_no_request(make_client: MakeClient, target: str) -> None:
    client, transport = make_client(lambda _: answer(302, headers={"Location": target}))
    for call in (client.get, client.rget):
        with pytest.raises(HttpServerError, match="another host"):
            call("users")
    assert {request.url for request in transport.requests} == {f"{BASE}/users"}
    assert client.get("users", allow_redirects=False).status_code == 302


def test_a_redirect_within_the_host_is_followed_for_get_only(make_client: MakeClient) -> None:
    moved, there = answer(301, headers={"Location": "/users/P2"}), answer(200, {"user": {"id": "P2"}})
    client, transport = make_client([moved, there])
    response = client.get("users/P1")
    assert response.json() == {"user": {"id": "P2"}}
    assert [hop.status_code for hop in response.history] == [301]
    assert transport.requests[1].headers["Authorization"] == f"Token token={TOKEN}"
    client, transport = make_client(lambda _: answer(302, headers={"Location": "/users/P2"}))
    assert client.post("users", json={}).status_code == 302
    with pytest.raises(HttpError):
        client.rput("users/P1", json={})
    assert transport.lines == ["POST /users", "PUT /users/P1"]


def test_redirects_without_end_are_an_error(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(302, headers={"Location": "/users"}))
    with pytest.raises(NetworkError) as caught:
        client.get("users")
    assert isinstance(caught.value, exceptions.TooManyRedirects)


def test_a_prepared_request_for_another_host_is_not_sent(make_client: MakeClient) -> None:
    client, transport = make_client([])
    prepared = requests.Request("GET", "https://evil.example/users", auth=client.auth).prepare()
    with pytest.raises(UrlError):
        client.send(prepared)
    assert transport.requests == []


def test_methods_the_api_does_not_have_are_refused(make_client: MakeClient) -> None:
    client, transport = make_client([])
    for method in ("HEAD", "options", "TRACE"):
        with pytest.raises(Error, match=method.upper()):
            client.request(method, "users")
    assert transport.requests == []


def test_calls_are_counted_by_endpoint(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(429, headers={"Retry-After": "1"}), retry={429: 2})
    client.get("users/P1?include[]=teams")
    client.get("users/P2")
    client.post("users", json={})
    client.get("somewhere/else")
    assert client.api_call_counts == {"GET /users/{id}": 2, "POST /users": 1, "GET /somewhere/else": 1}
    assert client.total_call_count == 4
    assert set(client.api_time) == set(client.api_call_counts)
    assert client.total_call_time == sum(client.api_time.values())


def test_postprocess_sees_each_call_once_with_its_last_response(virtual_time: VirtualTime) -> None:
    seen: list[int] = []

    class Watching(RestApiV2Client):
        def postprocess(self, response: requests.Response, suffix: str | None = None) -> None:
            super().postprocess(response, suffix="watched")
            seen.append(response.status_code)

    with responses.RequestsMock() as mock, Watching(TOKEN, sleep=virtual_time.sleep) as client:
        mock.get(f"{BASE}/users", status=429)
        mock.get(f"{BASE}/users", status=401)
        with pytest.raises(HttpError):
            client.get("users")
        assert client.api_call_counts == {"GET /users:watched": 1}
    assert seen == [401]


def test_subdomain_is_asked_for_once(make_client: MakeClient) -> None:
    users = [{"id": "P1", "html_url": "https://acme.eu.pagerduty.com/users/P1"}]
    client, transport = make_client([answer(200, {"users": users, "more": True})])
    assert (client.subdomain, client.subdomain) == ("acme", "acme")
    assert transport.lines == ["GET /users?limit=1"]
    client, _ = make_client([answer(200, {"users": [], "more": False})])
    assert client.subdomain is None


@pytest.mark.parametrize("url", ["http://[::1", "https://[", "//", "x", 7, [], None, "http://\u2100.example"])
def test_an_address_that_cannot_be_read_has_no_subdomain(make_client: MakeClient, url: object) -> None:
    client, _ = make_client([answer(200, {"users": [{"id": "P1", "html_url": url}], "more": False})] * 2)
    assert client.subdomain is None


def test_api_key_access(make_client: MakeClient) -> None:
    client, transport = make_client([answer(200, {"user": {"id": "P1"}})])
    assert (client.api_key_access, client.api_key_access) == ("user", "user")
    assert transport.lines == ["GET /users/me"]
    client, _ = make_client([answer(400, {"error": "made with an account-level access token"})])
    assert client.api_key_access == "account"
    client, _ = make_client([answer(500)])
    with pytest.raises(HttpServerError):
        assert client.api_key_access


def test_logging_of_one_client_leaves_the_others_alone(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    loud, _ = make_client(lambda _: answer(200, headers={"x-request-id": "req-loud"}), debug=True)
    quiet, _ = make_client(lambda _: answer(200, headers={"x-request-id": "req-quiet"}))
    assert (loud.print_debug, quiet.print_debug) == (True, False)
    loud.get("users")
    quiet.get("users")
    assert "req-loud" in stderr.getvalue()
    assert "req-quiet" not in stderr.getvalue()
    assert (quiet.log.level, quiet.log.handlers) == (logging.NOTSET, [])
    assert logging.getLogger("pdsync.client").level == logging.NOTSET
    loud.print_debug = False
    loud.print_debug = False
    printed = stderr.getvalue()
    loud.get("users")
    assert stderr.getvalue() == printed
    assert (loud.log.level, loud.log.handlers) == (logging.NOTSET, [])


@pytest.mark.parametrize("level", [logging.WARNING, logging.NOTSET])
def test_the_level_is_not_set_after_debugging(make_client: MakeClient, level: int) -> None:
    client, _ = make_client([])
    client.log.setLevel(level)
    client.print_debug = False
    assert client.log.level == level
    client.print_debug = True
    assert client.log.level == logging.DEBUG
    client.print_debug = False
    assert (client.log.level, client.log.handlers) == (logging.NOTSET, [])


def test_a_logger_that_another_takes_the_place_of_is_as_it_was(make_client: MakeClient) -> None:
    client, _ = make_client([], debug=True)
    first, second = logging.Logger("first", logging.WARNING), logging.Logger("second")
    client.log = first
    client.log = second
    assert (first.level, first.handlers) == (logging.WARNING, [])
    assert (second.level, len(second.handlers), client.print_debug) == (logging.DEBUG, 1, True)


def test_the_logger_follows_its_parent_at_any_time(make_client: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    client, _ = make_client(lambda _: answer(200, headers={"x-request-id": "req-7"}))
    client.get("users")
    assert "req-7" not in caplog.text
    with caplog.at_level(logging.DEBUG, "pdsync.client"):
        client.get("users")
    assert "req-7" in caplog.text


def test_retries_without_any_handler_print_nothing(
    make_client: MakeClient, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    client, _ = make_client([answer(503), answer(200)], retry={503: 1})
    client.get("users")
    assert capfd.readouterr() == ("", "")


def test_the_token_is_nowhere_to_be_read(make_client: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    echo = {"error": {"message": f"bad {TOKEN}", "errors": [f"Token token={TOKEN}"], "code": 1}}
    answers = [
        answer(503),
        exceptions.ReadTimeout("slow"),
        answer(401, echo),
        answer(302, headers={"Location": "https://evil.example/"}),
        answer(400, echo),
        answer(200, "<html>"),
    ]
    client, _ = make_client(answers, retry={503: 1})
    client.log.setLevel(logging.DEBUG)
    texts = [repr(client), str(client), repr(client.auth), client.trunc_key, repr(vars(client)["auth"])]
    calls = [
        lambda: client.get("users"),
        lambda: client.get("users"),
        lambda: client.rpost("users", json={}),
        lambda: client.rget("users"),
        lambda: client.get("https://evil.example/"),
        lambda: client.send(requests.Request("GET", "https://evil.example/").prepare()),
    ]
    for call in calls:
        try:
            call()
        except Error as error:
            texts += [str(error), repr(error), "".join(traceback.format_exception(error))]
    assert len(texts) == 5 + 3 * len(calls)
    texts.append(caplog.text)
    assert "HTTP 503" in caplog.text
    assert all(TOKEN not in text and "S3cret" not in text for text in texts)
    assert client.trunc_key == "*en42"
    assert all(TOKEN not in str(value) for value in client.headers.values())


@pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_client_is_not_copied(make_client: MakeClient, copier: Any) -> None:
    client, _ = make_client([])
    with pytest.raises(TypeError, match="credential"):
        copier(client)


def test_raw_verbs_keep_the_callers_json_and_data(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"user": {}}))
    body = {"user": {"name": "x"}}
    client.post("users", json=body)
    client.put("users/P1", data="raw")
    assert body == {"user": {"name": "x"}}
    assert transport.requests[1].body == "raw"
