"""Two runs at once make one object, no matter which is faster and where they meet."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from requests.adapters import HTTPAdapter

from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan import Status
from pdsync.sandbox import SandboxServer
from tests.support.meeting import Meeting
from tests.support.recorded import forget, writes
from tests.support.world import TOKEN, layer, plan_for, policy, schedule, service, team, user

COMPANY = [
    user("ana"),
    team("red"),
    schedule("days", layer("All", "ana")),
    policy("first", {"user": "ana"}, {"schedule": "days"}),
    service("shop", "first"),
]
COLLECTIONS = ("users", "teams", "schedules", "escalation_policies", "services")


def client_of(sandbox: SandboxServer, adapter: HTTPAdapter | None = None) -> RestApiV2Client:
    made = RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False, sleep=lambda seconds: None)
    if adapter is not None:
        made.mount("http://", adapter)
    return made


def assert_one_of_each(client: RestApiV2Client, wanted: list[Resource]) -> None:
    for collection in COLLECTIONS:
        names = [held["name"] for held in client.iter_all(collection)]
        assert len(names) == len(set(names)), (collection, names)
    assert not plan_for(client, wanted).changes
    assert not plan_for(client, wanted).problems


def test_the_same_create_plan_applied_twice_makes_everything_once(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    plan = plan_for(client, COMPANY)
    assert apply_plan(plan, client).exit_code == 0
    forget(sandbox)
    again = apply_plan(plan, client)
    assert {outcome.status for outcome in again.outcomes} == {Status.ALREADY}
    assert again.exit_code == 0
    assert not writes(sandbox)


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("after", [False, True], ids=["before the POST", "after the POST"])
def test_two_runs_that_meet_at_a_create_make_one_object(
    client: RestApiV2Client, sandbox: SandboxServer, collection: str, after: bool
) -> None:
    plan = plan_for(client, COMPANY)

    def other() -> None:
        with client_of(sandbox) as second:
            results.append(apply_plan(plan, second, Watch(sleep=lambda seconds: None)))

    results: list[Any] = []
    with client_of(sandbox, Meeting("POST", f"/{collection}", 1, other, after=after)) as first:
        results.append(apply_plan(plan, first, Watch(sleep=lambda seconds: None), workers=1))
    assert len(results) == 2
    for result in results:
        assert {outcome.status for outcome in result.outcomes} <= {Status.APPLIED, Status.ALREADY}, result.outcomes
    assert_one_of_each(client, COMPANY)


def test_runs_at_the_very_same_time_make_no_duplicate(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    for round_number in range(5):
        wanted = [
            *COMPANY,
            *(schedule(f"s{round_number}-{n}", layer("All", "ana")) for n in range(3)),
            *(policy(f"p{round_number}-{n}", {"user": "ana"}) for n in range(3)),
        ]
        plan = plan_for(client, wanted)

        def run(plan: Any = plan) -> Any:
            with client_of(sandbox) as own:
                return apply_plan(plan, own, Watch(sleep=lambda seconds: time.sleep(seconds / 50)))

        with ThreadPoolExecutor(3) as pool:
            for future in [pool.submit(run) for _ in range(3)]:
                future.result()
        for collection in COLLECTIONS:
            names = [held["name"] for held in client.iter_all(collection)]
            assert len(names) == len(set(names)), names
        last = plan_for(client, wanted)  # one that met another's object may have failed when that was taken away
        assert apply_plan(last, client).exit_code == 0
        assert_one_of_each(client, wanted)
