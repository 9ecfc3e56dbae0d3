"""How long answers are held back."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from pdsync.sandbox.fault import FaultError
from pdsync.sandbox.fault.latency import parse_latency
from tests.sandbox.account import USER_TOKEN, Account
from tests.sandbox.fault.struck import strike


def test_latency_is_drawn_and_waited(account: Account) -> None:
    strike(account, {"type": "latency", "distribution": "uniform", "min_ms": 40, "max_ms": 60}, method="GET")
    began = time.perf_counter()
    account.get("/teams")
    assert time.perf_counter() - began >= 0.04


def test_slow_answers_do_not_wait_for_one_another(account: Account) -> None:
    strike(account, {"type": "latency", "ms": 300}, path="/teams")
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        slow = [pool.submit(account.get, "/teams") for _ in range(4)]
        assert account.get("/_sandbox/faults")["rules"]  # nor does the control wait for them
        for answer in slow:
            answer.result()
    assert time.perf_counter() - began < 4 * 0.3


def test_stopping_does_not_wait_for_a_slow_answer() -> None:
    account = Account(latency="600000")
    connection = http.client.HTTPConnection(account.server.url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/teams", headers={"Authorization": f"Bearer {USER_TOKEN}"})
    began = time.perf_counter()
    account.server.stop()
    assert time.perf_counter() - began < 10
    connection.close()


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("50", 50, 50), ("50ms", 50, 50), ("20-80", 20, 80), ("normal:50:10", 0, 110), ("exponential:5", 0, 200)],
)
def test_latency_texts(text: str, low: float, high: float) -> None:
    random = Random(1)
    drawn = [parse_latency(text).draw_s(random) * 1000 for _ in range(500)]
    assert low <= min(drawn)
    assert max(drawn) <= high
    assert low <= sum(drawn) / len(drawn) <= (low + high) / 2 + 1


@pytest.mark.parametrize("text", ["", "fast", "80-20", "-5", "1.2.3", "normal:5", "9e9", "999999999"])
def test_texts_that_are_no_latency(text: str) -> None:
    with pytest.raises(FaultError, match="latency"):
        parse_latency(text)
