"""The retry table, by virtual time: the documented waits to the digit."""

from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import exceptions

from pdsync.client import AmbiguousWriteError, HttpError, NetworkError, RestApiV2Client
from pdsync.client.retry import Attempts, RetryPolicy, rate_limit_hint_s

from .conftest import MakeClient
from .transport import Transport, VirtualTime, answer


def test_the_documented_defaults() -> None:
    with RestApiV2Client("some-token") as client:
        assert (client.max_http_attempts, client.max_network_attempts) == (10, 3)
        assert (client.sleep_timer, client.sleep_timer_base, client.stagger_cooldown) == (1.5, 2, 0)
        assert (client.timeout, client.retry, client.default_page_size) == (60, {}, 100)
        assert client.retry_ambiguous_posts is True
    assert (RestApiV2Client.max_http_attempts, RestApiV2Client.sleep_timer) == (10, 1.5)


@pytest.mark.parametrize(
    ("max_http_attempts", "limit", "sleeps"),
    [(4, 5, [2, 4, 8, 16]), (6, 5, [2, 4, 8, 16, 32]), (0, 5, []), (10, 0, [])],
)
def test_the_examples_of_the_guide(
    make_client: MakeClient, virtual_time: VirtualTime, max_http_attempts: int, limit: int, sleeps: list[float]
) -> None:
    client, transport = make_client(lambda _: answer(404))
    client.max_http_attempts = max_http_attempts
    client.retry[404] = limit
    client.sleep_timer = 1
    client.sleep_timer_base = 2
    assert client.get("/users/PNOEXST").status_code == 404
    assert virtual_time.sleeps == sleeps
    assert len(transport.requests) == len(sleeps) + 1


def test_default_waits_reach_past_a_minute_for_statuses_other_than_429(
    make_client: MakeClient, virtual_time: VirtualTime
) -> None:
    client, _ = make_client(lambda _: answer(503), retry={503: 7})
    client.get("users")
    assert virtual_time.sleeps == [3, 6, 12, 24, 48, 96, 192]


def test_the_factor_of_the_waits_may_be_computed_otherwise(virtual_time: VirtualTime) -> None:
    class Linear(RestApiV2Client):
        def cooldown_factor(self) -> float:
            return 1.0

    with Linear("some-token", sleep=virtual_time.sleep, clock=virtual_time.clock, retry={503: 3}) as client:
        client.mount("https://", Transport(lambda _: answer(503)))
        client.get("users")
    assert virtual_time.sleeps == [1.5, 1.5, 1.5]


def test_the_factor_follows_the_settings() -> None:
    with RestApiV2Client("some-token", random=lambda: 0.5) as client:
        assert client.cooldown_factor() == 2
        client.sleep_timer_base, client.stagger_cooldown = 3, 1
        assert client.cooldown_factor() == 4.5


def test_with_stagger_each_wait_grows_from_the_last(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    numbers = iter([0.5, 0.0, 1.0])
    client, _ = make_client(lambda _: answer(500), retry={500: 3}, random=lambda: next(numbers))
    client.stagger_cooldown = 1
    client.get("users")
    # a (1 + rho r) t: 2 * 1.5 * 1.5, 2 * 1 * that, 2 * 2 * that
    assert virtual_time.sleeps == [4.5, 9.0, 36.0]


def test_limits_count_per_status_and_together(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([answer(status) for status in (500, 502, 500, 502, 200)], retry={500: 2, 502: 2})
    assert client.get("users").status_code == 200
    assert len(transport.requests) == 5
    client, transport = make_client([answer(status) for status in (500, 502, 500, 502)], retry={500: 9, 502: 9})
    client.max_http_attempts = 3
    assert client.get("users").status_code == 502
    assert len(transport.requests) == 4


def test_minus_one_is_without_limit(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([*[answer(500)] * 30, answer(200)], retry={500: -1})
    assert client.get("users").status_code == 200
    assert len(transport.requests) == 31


def test_success_is_never_retried(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(201), retry={201: 5})
    assert client.post("users", json={}).status_code == 201
    assert len(transport.requests) == 1


def test_other_statuses_come_back_at_once(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, _ = make_client([answer(status) for status in (400, 403, 404, 500)])
    assert [client.get("users").status_code for _ in range(4)] == [400, 403, 404, 500]
    assert virtual_time.sleeps == []


def test_401_raises_at_once_unless_it_is_configured(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client(lambda _: answer(401))
    with pytest.raises(HttpError) as caught:
        client.get("users")
    assert caught.value.status == 401
    assert (virtual_time.sleeps, len(transport.requests)) == ([], 1)
    client.retry[401] = 1
    assert client.get("users").status_code == 401
    assert virtual_time.sleeps == [3]


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "7"}, 7),
        ({"ratelimit-reset": "12"}, 12),
        ({"Retry-After": "7", "ratelimit-reset": "12"}, 7),
        ({"Retry-After": "600"}, 60),
        ({"Retry-After": "nonsense"}, 3),
        ({"Retry-After": "nan"}, 3),
        ({"ratelimit-reset": "-5"}, 3),
        ({"ratelimit-reset": "0"}, 3),
        ({}, 3),
    ],
)
def test_a_429_waits_as_long_as_the_server_asks_up_to_a_minute(
    make_client: MakeClient, virtual_time: VirtualTime, headers: Mapping[str, str], wait_s: float
) -> None:
    client, _ = make_client([answer(429, headers=headers), answer(200)])
    assert client.get("users").status_code == 200
    assert virtual_time.sleeps == [wait_s]


def test_429_is_retried_without_limit_and_no_wait_exceeds_a_minute(
    make_client: MakeClient, virtual_time: VirtualTime
) -> None:
    client, transport = make_client([*[answer(429)] * 50, answer(200)])
    assert client.post("users", json={"user": {}}).status_code == 200
    assert len(transport.requests) == 51
    assert virtual_time.sleeps == [3, 6, 12, 24, 48] + [60] * 45


def test_429_can_be_limited(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, _ = make_client(lambda _: answer(429), retry={429: 2})
    assert client.get("users").status_code == 429
    assert virtual_time.sleeps == [3, 6]
    client.retry[429] = 0
    assert client.get("users").status_code == 429
    assert virtual_time.sleeps == [3, 6]


def test_a_total_time_bounds_the_whole_call(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, _ = make_client(lambda _: answer(429, headers={"Retry-After": "30"}), retry_total_time_s=100)
    assert client.get("users").status_code == 429
    assert virtual_time.now_s == 90
    client, transport = make_client(lambda _: exceptions.ConnectionError("reset"), retry_total_time_s=10)
    with pytest.raises(NetworkError):
        client.get("users")
    assert (virtual_time.now_s, len(transport.requests)) == (99, 3)


def test_a_total_time_bounds_the_wait_for_a_budget_too(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    used_up = {"ratelimit-limit": "10", "ratelimit-remaining": "0", "ratelimit-reset": "50"}
    answers = [answer(200, headers=used_up), answer(429, headers=used_up)]
    client, transport = make_client(answers, retry_total_time_s=5)
    assert client.get("users").status_code == 200
    assert client.get("users").status_code == 429
    assert (virtual_time.sleeps, len(transport.requests)) == ([5], 2)


def test_a_date_in_retry_after() -> None:
    assert rate_limit_hint_s({"retry-after": formatdate(1000, usegmt=True)}, lambda: 990.0) == 10
    assert rate_limit_hint_s({"retry-after": formatdate(1000, usegmt=True)}, lambda: 2000.0) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_http_attempts", -1), ("sleep_timer", -0.1), ("stagger_cooldown", "1"), ("max_network_attempts", True)],
)
def test_settings_are_checked_when_set(name: str, value: Any) -> None:
    with RestApiV2Client("some-token") as client:
        before = getattr(client, name)
        with pytest.raises(ValueError, match=name):
            setattr(client, name, value)
        assert getattr(client, name) == before


def test_settings_belong_to_one_client() -> None:
    with RestApiV2Client("some-token") as one, RestApiV2Client("some-token") as other:
        one.retry[500] = 3
        one.sleep_timer = 9
        assert (other.retry, other.sleep_timer) == ({}, 1.5)


@given(
    sleep_timer=st.floats(0, 100),
    base=st.floats(0, 10),
    rho=st.floats(0, 5),
    statuses=st.lists(st.sampled_from([429, 500, 503]), min_size=1, max_size=40),
    hint_s=st.none() | st.floats(0, 10_000),
    total_s=st.none() | st.floats(0, 1000),
)
def test_waits_are_finite_bounded_and_within_the_total(
    sleep_timer: float, base: float, rho: float, statuses: list[int], hint_s: float | None, total_s: float | None
) -> None:
    policy = RetryPolicy({500: 3, 503: -1}, 10, 3, sleep_timer, lambda: base * (1 + rho), rho, 60, total_s)
    attempts = Attempts(policy, 0.0, lambda: 1.0)
    now_s = 0.0
    for status in statuses:
        delay_s = attempts.delay_after_status(status, hint_s, now_s)
        if delay_s is None:
            assert status == 500 or total_s is not None
            continue
        assert 0 <= delay_s < float("inf")
        assert status != 429 or delay_s <= 60
        now_s += delay_s
        assert total_s is None or now_s <= total_s + 1e-6


def test_a_5xx_after_a_post_is_not_repeated_where_it_could_double(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(502), retry={502: 2}, retry_ambiguous_posts=False)
    with pytest.raises(AmbiguousWriteError) as caught:
        client.rpost("services", json={"name": "secret-name"})
    assert (caught.value.method, caught.value.url) == ("POST", "https://api.pagerduty.com/services")
    assert caught.value.response is not None
    assert "secret-name" not in repr(caught.value)
    assert len(transport.requests) == 1
    assert client.put("services/P1", json={}).status_code == 502
    assert len(transport.requests) == 4
