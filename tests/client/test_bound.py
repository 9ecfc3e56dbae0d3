"""Bounds of a client: all of its work in seconds, and one answer in bytes."""

from __future__ import annotations

import pytest
import requests
from requests import PreparedRequest, Response, exceptions

from pdsync.client import AmbiguousWriteError, HttpServerError, NetworkError
from pdsync.client.bound import MAX_ANSWER_BYTES

from .conftest import MakeClient
from .transport import VirtualTime, answer


def test_a_429_for_ever_ends_when_the_time_of_the_client_is_up(
    make_client: MakeClient, virtual_time: VirtualTime
) -> None:
    client, transport = make_client(lambda _: answer(429, headers={"Retry-After": "30"}), total_time_s=100)
    assert client.get("users").status_code == 429
    assert virtual_time.now_s <= 100
    sent = len(transport.requests)
    virtual_time.sleep(100)
    with pytest.raises(NetworkError, match="not sent, because the time is up") as caught:
        client.get("users")
    assert isinstance(caught.value, requests.ConnectTimeout), "so it was surely not processed"
    assert len(transport.requests) == sent


def test_the_time_counts_for_all_calls_together_and_can_be_set(
    make_client: MakeClient, virtual_time: VirtualTime
) -> None:
    client, transport = make_client(lambda _: exceptions.ConnectionError("reset"), total_time_s=5)
    with pytest.raises(NetworkError):
        client.get("users")
    assert virtual_time.now_s <= 5
    client.total_time_s = None
    before = len(transport.requests)
    with pytest.raises(NetworkError):
        client.get("users")
    assert len(transport.requests) == before + 1 + client.max_network_attempts


def test_without_a_bound_nothing_ends(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    answers = [answer(429, headers={"Retry-After": "60"}) for _ in range(50)]
    client, _ = make_client([*answers, answer(200, {"users": []})])
    assert (client.total_time_s, client.max_answer_bytes) == (None, MAX_ANSWER_BYTES)
    assert client.get("users").ok
    assert virtual_time.now_s >= 3000


def test_an_answer_has_a_largest_size(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(200, "x" * 1001), max_answer_bytes=1000)
    with pytest.raises(HttpServerError, match="the answer is larger than") as caught:
        client.get("users")
    assert caught.value.status == 200
    client.max_answer_bytes = 1001
    assert len(client.get("users").content) == 1001
    client.max_answer_bytes = None
    assert client.get("users").ok


def test_a_post_whose_answer_is_too_large_may_have_been_processed(make_client: MakeClient) -> None:
    client, transport = make_client(
        lambda _: answer(201, "x" * 1001), max_answer_bytes=1000, retry_ambiguous_posts=False
    )
    with pytest.raises(AmbiguousWriteError):
        client.post("users", json={})
    assert len(transport.requests) == 1


def test_calls_under_way_are_counted(make_client: MakeClient) -> None:
    seen: list[int] = []

    def serve(request: PreparedRequest) -> Response:
        seen.append(client.calls_under_way)
        return answer(200)

    client, _ = make_client(serve)
    client.get("users")
    assert (seen, client.calls_under_way) == ([1], 0)
