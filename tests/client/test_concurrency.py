"""How many requests may be under way: more while answers are quick, fewer when they are slow or fail."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client.concurrency import MOST_IN_FLIGHT, Concurrency

from .simulation import Client, Minute, World


def run(latency_s: float, work: int = 2000, capacity: float = math.inf) -> Client:
    """A client of a server that answers so many requests at a time in the least time; more wait for each other."""
    world = World(Minute(10**9))
    client = Client(world, work, lambda in_flight: latency_s * max(1.0, in_flight / capacity))
    world.run()
    return client


@pytest.mark.parametrize("latency_s", [0.001, 0.05, 0.2, 2.0])
def test_a_server_that_bears_it_gets_the_most(latency_s: float) -> None:
    client = run(latency_s)
    assert client.most_in_flight == client.concurrency.limit == MOST_IN_FLIGHT


def test_the_most_is_reached_in_the_first_round_trips() -> None:
    client = run(0.2, work=100)
    assert client.done_s <= 0.2 * (1 + math.ceil((100 - 8) / 16) + 1)


def test_where_requests_wait_for_each_other_fewer_are_sent() -> None:
    limits = [run(0.2, capacity=capacity).concurrency.limit for capacity in (100, 5, 2)]
    assert limits[0] == MOST_IN_FLIGHT
    assert limits[1] <= 12
    assert 4 <= limits[2] <= 8


def test_latency_that_differs_from_route_to_route_changes_nothing() -> None:
    concurrency = Concurrency()
    for number in range(1, 500):
        slow = number % 2
        concurrency.succeed(number, f"GET {slow}", 3.0 if slow else 0.1, (16, number))
    assert concurrency.limit == MOST_IN_FLIGHT


def test_failures_of_one_moment_count_once() -> None:
    concurrency = Concurrency(None)
    for number in range(1, 9):
        concurrency.fail(number, 8)
    assert concurrency.limit == 4
    concurrency.fail(9, 9)
    concurrency.fail(10, 10)
    concurrency.fail(11, 11)
    assert concurrency.limit == 1


def test_it_recovers_after_a_failure() -> None:
    concurrency = Concurrency()
    concurrency.fail(1, 1)
    for number in range(2, 200):
        concurrency.succeed(number, "GET users 1", 0.05, (int(concurrency.limit), number))
    assert concurrency.limit == MOST_IN_FLIGHT


def test_a_limit_that_is_not_used_does_not_grow() -> None:
    concurrency = Concurrency()
    for number in range(1, 100):
        concurrency.succeed(number, "GET users 1", 0.05, (1, number))
    assert concurrency.limit == 8


@given(st.lists(st.tuples(st.sampled_from("smf"), st.integers(1, 40)), max_size=200))
def test_it_stays_between_one_and_the_most(events: list[tuple[str, int]]) -> None:
    concurrency = Concurrency()
    for number, (event, in_flight) in enumerate(events, 1):
        if event == "f":
            concurrency.fail(number, number)
        else:
            concurrency.succeed(number, "GET users 1", 0.05 if event == "s" else 5.0, (in_flight, number))
        assert 1 <= concurrency.limit <= MOST_IN_FLIGHT
        assert concurrency.limit == int(concurrency.limit)


@pytest.mark.parametrize("fixed", [1, 30, math.inf])
def test_a_fixed_limit_stays(fixed: float) -> None:
    concurrency = Concurrency(fixed)
    concurrency.fail(1, 1)
    concurrency.succeed(2, "GET users 1", 0.05, (30, 2))
    assert concurrency.limit == fixed


@pytest.mark.parametrize("fixed", [0, -1, math.nan])
def test_a_limit_below_one_is_an_error(fixed: float) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Concurrency(fixed)
