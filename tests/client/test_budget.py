"""All of an announced budget is used, without a refusal; and what other programs use is left to them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.client.budget import Announced, Budget

from .simulation import MINUTE_S, Client, Minute, Steady, World


@pytest.mark.parametrize("latency_s", [0.005, 0.05, 0.2, 1.0])
@pytest.mark.parametrize("limit", [100, 960])
def test_alone_a_client_uses_all_of_each_minute_and_is_never_refused(limit: int, latency_s: float) -> None:
    world = World(Minute(limit))
    client = Client(world, 5 * limit, lambda in_flight: latency_s)
    world.run()
    assert client.refused == 0
    possible = min(limit, int(16 * MINUTE_S / latency_s))
    assert all(used >= 0.95 * possible for used in world.server.used[:-1]), world.server.used
    # The reset is in whole seconds, rounded up.
    assert client.done_s <= 5 * (MINUTE_S + 2) * limit / possible


def test_no_one_waits_while_more_is_left_than_what_is_kept_for_others() -> None:
    world = World(Minute(960))
    client = Client(world, 900)
    world.run()
    assert client.done_s < 900 * 0.05 / 8 + 1
    assert client.refused == 0


@pytest.mark.parametrize("per_s", [0.5, 1, 2, 4, 7])
def test_what_another_program_uses_is_left_to_it(per_s: float) -> None:
    world = World(Minute(960))
    client = Client(world, float("inf"))
    other = Steady(world, per_s)
    world.run(6 * MINUTE_S)
    # In the first minute no one can know how much the other one will need.
    later = [it for it in other.refused_s if it > 1.1 * MINUTE_S]
    asked = [it for it in other.asked_s if it > 1.1 * MINUTE_S]
    assert len(later) <= 0.01 * len(asked)
    assert all(used >= 0.95 * 960 for used in world.server.used[1:-1]), world.server.used
    assert client.refused <= 2


def test_a_program_that_begins_after_the_budget_was_used_finds_something_left() -> None:
    world = World(Minute(960))
    Client(world, float("inf"))
    other = Steady(world, 0.5, begin_s=20)
    world.run(MINUTE_S)
    assert len(other.refused_s) <= 2


def test_another_program_that_wants_everything_does_not_get_everything() -> None:
    world = World(Minute(960))
    client = Client(world, float("inf"))
    Steady(world, 40)
    world.run(6 * MINUTE_S)
    # A quarter of each minute's budget is its own.
    assert len(client.sent_s) >= 5 * 240


@pytest.mark.parametrize("count", [2, 3])
def test_clients_that_give_way_to_each_other_use_everything_together(count: int) -> None:
    world = World(Minute(960))
    clients = [Client(world, float("inf")) for _ in range(count)]
    world.run(6 * MINUTE_S)
    assert sum(client.refused for client in clients) <= 0.005 * sum(len(client.sent_s) for client in clients)
    assert all(used >= 0.9 * 960 for used in world.server.used[1:-1]), world.server.used
    shares = [len(client.sent_s) for client in clients]
    assert min(shares) >= 0.4 * max(shares)


@settings(max_examples=25, deadline=None)
@given(limit=st.integers(1, 300), latency_s=st.floats(0.001, 5), work=st.integers(1, 400))
def test_a_client_alone_is_never_refused_whatever_the_budget(limit: int, latency_s: float, work: int) -> None:
    world = World(Minute(limit))
    client = Client(world, work, lambda in_flight: latency_s)
    world.run()
    # Before the first answer it knows of no budget.
    assert client.refused <= max(0, 8 - limit)
    assert sum(world.server.used) == work


@pytest.mark.parametrize("said", [Announced(), Announced(960), Announced(0, 5, 10), Announced(None, 50, 60)])
def test_answers_that_do_not_tell_of_a_budget_hold_no_one_back(said: Announced) -> None:
    budget = Budget()
    for _ in range(5):
        assert budget.next_s(0.0, 0) == 0.0
        budget.answer(budget.send(0.0), said, 1, 0.0)


def test_what_is_kept_shrinks_as_the_reset_comes_nearer() -> None:
    budget = Budget()
    for _ in range(300):
        number = budget.send(0.0)
    budget.answer(number, Announced(960, 30, 50), 1, 0.0)
    due_s = budget.next_s(0.0, 0)
    assert due_s is not None
    assert 0 < due_s < 50
    assert budget.next_s(49.0, 0) == 49.0
