from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from tests.support.fuzz import campaign
from tests.support.fuzz.campaign import Endpoint, Tally, run
from tests.support.fuzz.operation import Found, Share


class AtOnce(Executor):
    """A pool that does what it is given when it is given it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Fuzzer:
    """Spends time of its own clock for each example: ``costs`` says how much, by index of the endpoint."""

    def __init__(self, costs: dict[int, float], faulty: set[int]) -> None:
        self.now, self.costs, self.faulty = 100.0, costs, faulty
        self.seeds: list[tuple[int, int]] = []

    def examine(self, profile: str, share: Share) -> Found:
        self.seeds.append((share.index, share.seed))
        cost = self.costs.get(share.index, 0.01)
        count = min(share.examples, int(share.seconds / cost + 1e-6))
        self.now += count * cost if count == share.examples else share.seconds
        return Found(f"GET /{share.index}", Counter({200: count}), ["a 500"] if share.index in self.faulty else [])


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Tally, Fuzzer]]:
    def fuzz(costs: dict[int, float], *faulty: int) -> tuple[Tally, Fuzzer]:
        """Ten endpoints, ten examples for each, ten seconds for all."""
        fuzzer, tally = Fuzzer(costs, {*faulty}), Tally()
        monkeypatch.setattr(campaign.time, "monotonic", lambda: fuzzer.now)
        endpoints = [Endpoint("none", Share("own", index, 10)) for index in range(10)]
        for endpoint in run(AtOnce(), 1, endpoints, fuzzer.examine, 110):
            tally.add(endpoint)
        assert fuzzer.now <= 110 + 1e-6, "it ends in time"
        assert tally.endpoints == 10
        return tally, fuzzer

    return fuzz


def test_all_get_what_they_were_promised(fuzz: Callable[..., tuple[Tally, Fuzzer]]) -> None:
    tally, _ = fuzz({})
    assert tally.passed
    assert tally.statuses == {200: 100}


@pytest.mark.parametrize("slow", [0, 5, 9])
def test_a_slow_one_has_the_time_that_the_others_leave(fuzz: Callable[..., tuple[Tally, Fuzzer]], slow: int) -> None:
    tally, fuzzer = fuzz({slow: 0.8})
    assert tally.passed
    seeds = [seed for index, seed in fuzzer.seeds if index == slow]
    assert len({*seeds}) == len(seeds), "it is not sent the same again"


def test_who_is_promised_more_has_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    fuzzer = Fuzzer(dict.fromkeys(range(10), 0.1), set())
    monkeypatch.setattr(campaign.time, "monotonic", lambda: fuzzer.now)
    endpoints = [Endpoint("none", Share("own", index, 90 if index == 0 else 1)) for index in range(10)]
    assert all(it.lacks == 0 for it in run(AtOnce(), 1, endpoints, fuzzer.examine, 110))
    assert len(fuzzer.seeds) == 10, "all of them in one turn"


def test_one_that_is_too_slow_is_told_and_takes_nothing_from_the_others(
    fuzz: Callable[..., tuple[Tally, Fuzzer]],
) -> None:
    tally, _ = fuzz({3: 4})
    assert not tally.passed
    assert [it.share.index for it in tally.short] == [3]
    assert next(iter(tally.lines())).startswith("TOO FEW GET /3 (own, none): 1 of 10: 200 x 1")


def test_where_there_is_no_time_at_all_each_is_told(fuzz: Callable[..., tuple[Tally, Fuzzer]]) -> None:
    tally, _ = fuzz(dict.fromkeys(range(10), 30))
    assert not tally.passed
    assert len(tally.short) == 10


def test_a_fault_is_told_once(fuzz: Callable[..., tuple[Tally, Fuzzer]]) -> None:
    tally, fuzzer = fuzz({4: 0.8}, 4)
    assert not tally.passed
    assert [it.share.index for it in tally.faulty] == [4]
    assert len([index for index, _ in fuzzer.seeds if index == 4]) == 1
    assert [*tally.lines()][1] == "  a 500"


def test_no_endpoint_is_no_success() -> None:
    assert not Tally().passed
