"""What went wrong with the predecessors of this library, one test each: it fails where the fault is back.

Other modules test the same ground more widely; this one is the list.
"""

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from requests import exceptions

import pdsync.client as pagerduty
from pdsync.engine.connection import CLIENT_OPTIONS

from .conftest import TOKEN, MakeClient
from .transport import VirtualTime, answer, query_of


def test_1_a_listing_that_goes_on_by_a_cursor_is_not_empty(make_client: MakeClient) -> None:
    def serve(request: requests.PreparedRequest) -> requests.Response:
        cursor = query_of(request).get("cursor")
        return answer(200, {"records": [{"id": cursor or "a"}], "next_cursor": None if cursor else "b"})

    for path in pagerduty.CURSOR_BASED_PAGINATION_PATHS:
        wrapper = pagerduty.entity_wrappers("GET", path)[1]
        assert wrapper is not None, path
    client, _ = make_client(serve)
    assert [item["id"] for item in client.iter_all("audit/records")] == ["a", "b"]


def test_2_a_list_longer_than_the_api_gives_out_is_an_error_that_says_how_to_go_on(make_client: MakeClient) -> None:
    rows = [{"id": "R"}] * 100
    client, transport = make_client(lambda _: answer(200, {"log_entries": rows, "more": True}))
    with pytest.raises(pagerduty.IncompleteListError, match="iter_history") as caught:
        client.list_all("log_entries")
    assert caught.value.read == pagerduty.ITERATION_LIMIT
    assert len(transport.requests) == 100


def test_3_an_empty_page_with_more_to_come_does_not_loop(make_client: MakeClient) -> None:
    pages = iter([answer(200, {"users": [], "more": True})])
    client, _ = make_client(lambda _: next(pages))  # a second request would fail the test
    with pytest.raises(pagerduty.HttpServerError, match="empty page"):
        client.list_all("users")


def test_4_a_post_that_may_have_been_processed(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    """By the documented setting it is sent again; pdsync itself does not, and the case has an error of its own."""
    client, transport = make_client(lambda _: exceptions.ReadTimeout("slow"))
    with pytest.raises(pagerduty.NetworkError):
        client.rpost("teams", json={"name": "x"})
    assert len(transport.requests) == 1 + client.max_network_attempts == 4
    times: dict[str, Any] = {"sleep": virtual_time.sleep, "clock": virtual_time.clock}
    client, transport = make_client(lambda _: exceptions.ReadTimeout("slow"), **{**CLIENT_OPTIONS, **times})
    with pytest.raises(pagerduty.AmbiguousWriteError):
        client.rpost("teams", json={"name": "x"})
    assert len(transport.requests) == 1


def test_5_the_server_says_how_long_a_429_lasts_and_one_sleep_is_bounded(
    make_client: MakeClient, virtual_time: VirtualTime
) -> None:
    refusals = [answer(429, headers={"ratelimit-reset": "7"}), answer(429, headers={"Retry-After": "11"})]
    client, transport = make_client([*refusals, *[answer(429)] * 20, answer(200)])
    assert client.get("users").status_code == 200
    # It waits as it was asked, after that by the formula, which goes on where it was and ends at the bound.
    assert virtual_time.sleeps == [7, 11, 3, 6, 12, 24, 48, *[60] * 15]
    assert len(transport.requests) == 23
    client, _ = make_client(lambda _: answer(429), retry_total_time_s=50)
    assert client.get("users").status_code == 429
    assert sum(virtual_time.sleeps[22:]) <= 50


def test_6_the_timeout_of_a_call_counts(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"user": {}}))
    client.get("users/P1", timeout=1.5)
    client.rget("users/P1", timeout=2.5)
    client.jput("users/P1", json={}, timeout=(3, 4))
    client.get("users/P1")
    assert transport.timeouts == [1.5, 2.5, (3, 4), pagerduty.TIMEOUT]


def test_7_wrappers_come_from_the_api_description_not_from_english() -> None:
    assert pagerduty.entity_wrappers("GET", "/status_pages/{id}/statuses/{status_id}") == ("status", "status")
    assert pagerduty.entity_wrappers("GET", "/status_pages/{id}/statuses") == ("statuses", "statuses")
    assert pagerduty.infer_entity_wrapper("GET", "/statuses/{id}") == "status"
    assert pagerduty.entity_wrappers("POST", "/business_services/{id}/subscribers") == ("subscribers", "subscriptions")


def test_8_an_entity_with_a_field_named_like_its_wrapper_is_wrapped(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"post": {}}))
    entity = {"title": "x", "post": {"id": "P2", "type": "status_page_post"}}
    client.rput("status_pages/P1/posts/P2", json=entity)
    client.rput("status_pages/P1/posts/P2", json={"post": entity})
    assert transport.bodies == [{"post": entity}] * 2


def test_9_params_may_be_pairs(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"incidents": [], "more": False, "total": 0}))
    pairs = [("statuses[]", "triggered"), ("statuses[]", "acknowledged"), ("team_ids", ["P1", "P2"])]
    client.get("incidents", params=pairs)
    client.list_all("incidents", params=pairs)
    client.get_total("incidents", params=pairs)
    for line in transport.lines:
        assert "statuses%5B%5D=triggered&statuses%5B%5D=acknowledged" in line
        assert "team_ids%5B%5D=P1&team_ids%5B%5D=P2" in line


def test_10_nothing_of_the_callers_is_changed(make_client: MakeClient) -> None:
    user = {"id": "P1", "name": "x", "self": "https://api.pagerduty.com/users/P1"}
    body = {"users": [user], "user": user, "more": False, "total": 1}
    client, _ = make_client(lambda _: answer(200, body))
    params: dict[str, Any] = {"team_ids": ["P1"], "limit": 3}
    entity, headers = {"name": "x", "email": "x@example.com"}, {"X-Mine": "yes"}
    before = repr((params, entity, headers))
    client.list_all("users", params=params, page_size=1, total=True)
    client.find("users", "x", params=params)
    client.rget("users", params=params, headers=headers)
    client.rpost("users", json=entity)
    client.rput("users/P1", json=entity)
    client.persist("users", "name", entity, update=True)
    with pagerduty.EventsApiV2Client("0123456789abcdef0123456789abcdef") as events:
        events.mount("https://", client.get_adapter("https://"))
        event = {"event_action": "resolve", "dedup_key": "abc"}
        events.post("v2/enqueue", json=event)
    assert event == {"event_action": "resolve", "dedup_key": "abc"}
    assert repr((params, entity, headers)) == before


def test_11_a_url_error_is_an_error_of_the_library(make_client: MakeClient) -> None:
    client, _ = make_client([])
    for url in ("no/such/path", "https://elsewhere.example/users", "users/../teams"):
        with pytest.raises(pagerduty.Error) as caught:
            client.rget(url)
        assert isinstance(caught.value, pagerduty.UrlError)


def test_12_the_logging_of_one_client_is_its_own(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    loud, _ = make_client(lambda _: answer(200), debug=True)
    quiet, _ = make_client(lambda _: answer(200))
    late, _ = make_client(lambda _: answer(200))
    quiet.get("teams")
    late.get("services")
    loud.get("users")
    quiet.print_debug = True
    quiet.print_debug = False
    loud.get("users")
    printed = stderr.getvalue()
    assert "teams" not in printed
    assert "services" not in printed
    assert printed.count("GET /users: HTTP 200") == 2
    assert late.log is not loud.log
    assert (late.log.level, late.log.handlers) == (logging.NOTSET, [])


Recorder = tuple[str, list[dict[str, str]]]


@pytest.fixture
def record() -> Iterator[Callable[..., Recorder]]:
    """Starts a server that answers everything with a status and headers; gives its URL and the headers it saw."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(status: int, **headers: str) -> Recorder:
        seen: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append(dict(self.headers))
                self.send_response(status)
                for name, value in {"Content-Length": "2", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}", seen

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def test_13_a_redirect_elsewhere_gets_neither_token_nor_request(record: Callable[..., Recorder]) -> None:
    elsewhere, there = record(200)
    api, here = record(302, Location=f"{elsewhere}/users")
    with pagerduty.RestApiV2Client(TOKEN, base_url=api) as client:
        for call in (client.get, client.rget):
            with pytest.raises(pagerduty.HttpServerError, match="another host"):
                call("users")
    assert [headers["Authorization"] for headers in here] == [f"Token token={TOKEN}"] * 2
    assert there == []


@pytest.mark.parametrize("url", ["http://api.pagerduty.com", "http://10.0.0.1", "http://127.0.0.1.evil.example"])
def test_14_no_token_goes_over_plain_http_but_to_loopback(record: Callable[..., Recorder], url: str) -> None:
    clients: list[Callable[[str], pagerduty.ApiClient]] = [
        lambda url: pagerduty.RestApiV2Client(TOKEN, base_url=url),
        lambda url: pagerduty.EventsApiV2Client(TOKEN, base_url=url),
        lambda url: pagerduty.OAuthTokenClient(TOKEN, "the-application", base_url=url),
    ]
    for make in clients:
        with pytest.raises(pagerduty.UrlError, match="plain http"):
            make(url)
    with pagerduty.RestApiV2Client(TOKEN) as client, pytest.raises(pagerduty.UrlError, match="plain http"):
        client.url = url
    local, seen = record(200)
    with pagerduty.RestApiV2Client(TOKEN, base_url=local) as client:
        client.get("users")
    assert seen[0]["Authorization"] == f"Token token={TOKEN}"
