"""Many threads, one client, and a sandbox over real HTTP that answers 429 at random. Time is virtual, for both."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pdsync.client import EventsApiV2Client, RestApiV2Client
from pdsync.sandbox import SandboxServer

from .conftest import TOKEN
from .sandbox_account import Account
from .transport import WorkersTime

FLAKY = 0.25


@pytest.mark.parametrize(("threads", "requests", "per_minute"), [(20, 200, 50), (50, 200, 100_000)])
def test_no_request_is_lost_no_post_is_repeated_and_the_announced_rate_is_kept(
    threads: int, requests: int, per_minute: int
) -> None:
    time = WorkersTime()
    names = [f"Team {n}" for n in range(requests)]

    def make(name: str) -> Any:
        with time.working():
            return client.rpost("teams", json={"name": name})

    with (
        SandboxServer(rate_limit_per_minute=per_minute, flaky_429=FLAKY, flaky_seed=7, clock=time.clock) as server,
        RestApiV2Client(
            TOKEN,
            base_url=server.url,
            retry_ambiguous_posts=False,
            sleep=time.sleep,
            clock=time.clock,
            pool_size=threads,
        ) as client,
    ):
        with ThreadPoolExecutor(threads) as executor:
            made = list(executor.map(make, names))
        assert [team["name"] for team in made] == names
        assert len({team["id"] for team in made}) == requests
        statuses = [seen["status"] for seen in server.requests()]
        assert (statuses.count(201), len(statuses)) == (requests, requests + statuses.count(429))
        assert sorted(team["name"] for team in client.list_all("teams")) == sorted(names)
        assert client.api_call_counts["POST /teams"] == requests
    # Every request draws a number, so the refusals that came of it are known; the rest exceeded the announced rate.
    numbers = random.Random(7)
    by_chance = sum(numbers.random() < FLAKY for _ in statuses)
    assert by_chance > requests * FLAKY / 2
    assert statuses.count(429) - by_chance <= 0.02 * requests
    if per_minute < requests:
        assert time.now_s >= 60 * (requests // per_minute - 1)


def test_events_of_many_threads_open_one_alert_each() -> None:
    time = WorkersTime()
    with SandboxServer(flaky_429=FLAKY, flaky_seed=3, clock=time.clock) as server:
        account = Account(server)
        key = account.events_client.api_key
        with EventsApiV2Client(key, base_url=server.url, sleep=time.sleep, clock=time.clock) as events:

            def trigger(summary: str) -> str:
                with time.working():
                    return events.trigger(summary, "host")

            summaries = [f"Server {n} is on fire" for n in range(100)]
            with ThreadPoolExecutor(20) as executor:
                keys = list(executor.map(trigger, summaries))
        assert len(set(keys)) == 100
        assert account.statuses() == dict.fromkeys(summaries, "triggered")
        assert account.client.get_total("incidents") == 100
        account.close()
