"""One pace for all threads: waits, pauses, and how many requests are under way."""

import threading
from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client.pace import Pace, Turn

from .transport import VirtualTime

_TURNS: dict[Pace, deque[Turn]] = {}


def enter(pace: Pace) -> None:
    _TURNS.setdefault(pace, deque()).append(pace.enter(float("-inf"), 60))


def leave(pace: Pace, headers: dict[str, str] | None, **answer: Any) -> None:
    """Ends the request that began first."""
    pace.leave(_TURNS[pace].popleft(), headers, **answer)


@given(
    remaining=st.integers(0, 5),
    reset_s=st.integers(0, 90),
    requests=st.integers(1, 12),
)
def test_requests_of_one_thread_wait_exactly_when_nothing_is_left(remaining: int, reset_s: int, requests: int) -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    enter(pace)
    leave(pace, {"ratelimit-remaining": str(remaining), "ratelimit-reset": str(reset_s)})
    for _ in range(requests):
        enter(pace)
        leave(pace, None)
    waited = requests > remaining and reset_s > 0
    assert bool(time.sleeps) == waited
    assert all(0 < slept <= 60 for slept in time.sleeps)
    assert not waited or time.now_s >= min(reset_s, 60)


def test_answers_that_arrive_out_of_order_do_not_raise_the_budget() -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    for _ in range(3):
        enter(pace)
    leave(pace, {"ratelimit-remaining": "0", "ratelimit-reset": "10"})
    leave(pace, {"ratelimit-remaining": "2", "ratelimit-reset": "10"})
    leave(pace, {"ratelimit-remaining": "1", "ratelimit-reset": "11"})
    enter(pace)
    assert time.sleeps == [11]


def budget(remaining: int, reset_s: float, limit: int = 5) -> dict[str, str]:
    names = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
    return dict(zip(names, map(str, (limit, remaining, reset_s)), strict=True))


def test_a_refusal_by_another_limit_does_not_make_the_budget_forgotten() -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    for _ in range(3):
        enter(pace)
    leave(pace, budget(1, 50))
    leave(pace, budget(0, 1), status=429)
    leave(pace, budget(0, 50))
    enter(pace)
    assert time.sleeps == [1, 49]


def test_a_refusal_costs_nothing_but_its_wait() -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    for _ in range(2):
        enter(pace)
    leave(pace, budget(1, 50))
    leave(pace, budget(0, 1), status=429)
    enter(pace)
    assert time.sleeps == [1]


def test_the_beginning_of_the_next_window_is_not_given_out_twice() -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    enter(pace)
    leave(pace, budget(0, 10, limit=2))
    for _ in range(2):
        enter(pace)  # all that the new window has, and no answer yet
    assert time.sleeps == [10]
    entered = threading.Event()

    def third() -> None:
        enter(pace)
        entered.set()

    thread = threading.Thread(target=third)
    thread.start()
    assert not entered.wait(0.05)
    leave(pace, budget(1, 60, limit=2))
    leave(pace, budget(0, 60, limit=2))
    assert entered.wait(10)
    thread.join(10)
    assert time.sleeps == [10, 60]


def test_a_server_that_tells_no_more_of_a_budget_is_not_asked_one_by_one() -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    enter(pace)
    leave(pace, budget(0, 10, limit=3))
    for _ in range(3):
        enter(pace)
        leave(pace, {})
    for _ in range(3):
        enter(pace)
    assert time.sleeps == [10]


def test_an_answer_of_the_window_before_is_not_believed() -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    for _ in range(2):
        enter(pace)
    leave(pace, budget(4, 60))
    leave(pace, budget(0, 1))
    enter(pace)
    assert time.sleeps == []


def test_a_thread_waits_for_the_answers_under_way_before_it_sleeps() -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    enter(pace)
    enter(pace)
    leave(pace, {"ratelimit-remaining": "1", "ratelimit-reset": "50"})
    entered = threading.Event()

    def third() -> None:
        enter(pace)
        entered.set()

    thread = threading.Thread(target=third)
    thread.start()
    assert not entered.wait(0.05)
    leave(pace, {"ratelimit-remaining": "1", "ratelimit-reset": "50"})
    assert entered.wait(10)
    thread.join(10)
    assert time.sleeps == []


@pytest.mark.parametrize(
    "headers", [{}, {"ratelimit-remaining": "x", "ratelimit-reset": "5"}, {"ratelimit-reset": "5"}]
)
def test_headers_that_say_nothing_change_nothing(headers: dict[str, str]) -> None:
    time = VirtualTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    for _ in range(5):
        enter(pace)
        leave(pace, headers)
    assert time.sleeps == []


def test_a_sleep_that_does_not_move_the_clock_ends_all_the_same() -> None:
    slept: list[float] = []
    pace = Pace(clock=lambda: 0.0, sleep=slept.append)
    pace.pause(5)
    enter(pace)
    assert slept == [5]
