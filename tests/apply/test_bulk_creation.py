"""Many creates of one collection share their looks, and each object is made once whatever meets them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.apply import Watch, apply_plan, bulk_creation, sweeper
from pdsync.client import RestApiV2Client
from pdsync.client.defaults import DEFAULTS
from pdsync.model import Resource
from pdsync.plan import Plan, Result, Status
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.drift import compute_drift
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, count_methods, forget, writes
from tests.support.world import TOKEN, converge, layer, plan_for, policy, schedule, service, team, user

PEOPLE = [user(f"u{n}") for n in range(4)]
TEAMS = [team(f"t{n}", members=[{"user": f"u{n % 4}"}]) for n in range(6)]
CALENDARS = [schedule(f"s{n}", layer("All", f"u{n % 4}")) for n in range(6)]
Sent = requests.PreparedRequest


@pytest.fixture(autouse=True)
def _few_make_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_creation, "BULK", 4)


class Hook(HTTPAdapter):
    """Acts before and after each request. What `before` raises is what the client meets."""

    def __init__(
        self, before: Callable[[Sent], None] | None = None, after: Callable[[Sent], None] | None = None
    ) -> None:
        super().__init__()
        self._before, self._after = before, after

    def send(self, request: Sent, **options: Any) -> requests.Response:  # type: ignore[override]
        if self._before is not None:
            self._before(request)
        answer = super().send(request, **options)
        if self._after is not None:
            self._after(request)
        return answer


@contextmanager
def opened(sandbox: SandboxServer, hook: Hook | None = None) -> Iterator[RestApiV2Client]:
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False, sleep=lambda seconds: None) as made:
        if hook is not None:
            made.mount("http://", hook)
        yield made


def apply(sandbox: SandboxServer, plan: Plan, hook: Hook | None = None, *, workers: int = 4, **watch: Any) -> Result:
    with opened(sandbox, hook) as client:
        return apply_plan(plan, client, Watch(**{"sleep": lambda seconds: None, **watch}), workers=workers)


def is_on(request: Sent, method: str, collection: str) -> bool:
    return request.method == method and str(request.url).partition("?")[0].endswith(f"/{collection}")


def statuses(result: Result) -> Counter[Status]:
    return Counter(outcome.status for outcome in result.outcomes)


def assert_made_once(client: RestApiV2Client, wanted: list[Resource]) -> None:
    for collection in ("users", "teams", "schedules"):
        names = Counter(held["name"] for held in client.iter_all(collection))
        assert not [name for name, count in names.items() if count > 1], names
    plan = plan_for(client, wanted)
    assert not plan.problems
    assert not plan.changes


@pytest.mark.empty_account
def test_one_sweep_before_and_one_after(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, PEOPLE)
    plan = plan_for(client, [*PEOPLE, *TEAMS])
    forget(sandbox)
    assert apply(sandbox, plan).exit_code == 0
    looks_and_posts = [method for method, path in asked(sandbox) if path == "/teams"]
    assert looks_and_posts == ["GET", *["POST"] * len(TEAMS), "GET"]
    assert count_methods(sandbox)["PUT"] == len(TEAMS), "members, and no second record"
    assert_made_once(client, [*PEOPLE, *TEAMS])


@pytest.mark.empty_account
@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("notification_rules", {"urgency": "high", "start_delay_in_minutes": 5}),
        ("oncall_handoff_notification_rules", {"notify_advance_in_minutes": 60}),
        ("status_update_notification_rules", {}),
    ],
)
def test_rules_of_many_new_people_name_the_address_that_pagerduty_gives_them(
    client: RestApiV2Client, name: str, item: dict[str, Any]
) -> None:
    people = [
        user(
            key,
            **{name: [{**item, "contact_method": {"type": "email_contact_method", "address": f"{key}@example.com"}}]},
        )
        for key in (f"p{n}" for n in range(5))
    ]
    converge(client, people)


@pytest.mark.empty_account
def test_a_member_that_pagerduty_adds_to_a_new_team_by_itself_is_removed(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, PEOPLE)
    owner = next(iter(client.iter_all("users")))["id"]

    def after(request: Sent) -> None:
        if is_on(request, "POST", "teams") and json.loads(request.body or "{}")["team"]["name"] == "t1":
            (made,) = [it for it in client.iter_all("teams") if it["name"] == "t1"]
            client.rput(f"teams/{made['id']}/users/{owner}", json={"role": "manager"})

    result = apply(sandbox, plan_for(client, [*PEOPLE, *TEAMS]), Hook(after=after))
    assert statuses(result) == {Status.APPLIED: len(TEAMS)}
    assert_made_once(client, [*PEOPLE, *TEAMS])


@pytest.mark.parametrize("seen_by", ["lists", "all"])
def test_a_listing_that_shows_late_what_was_made_is_looked_at_again(
    client: RestApiV2Client, sandbox: SandboxServer, seen_by: str
) -> None:
    converge(client, PEOPLE)
    wanted = [*PEOPLE, *TEAMS, *CALENDARS]
    plan = plan_for(client, wanted)
    action = {"type": "lag", "reads": 2, **({"seen_by": "all"} if seen_by == "all" else {})}
    sandbox.control.set_faults({"rules": [{"match": {"method": ["POST"]}, "action": action}]})
    result = apply(sandbox, plan)
    sandbox.control.clear_faults()
    assert statuses(result) == {Status.APPLIED: len(plan.changes)}, [it.message for it in result.outcomes]
    assert_made_once(client, wanted)


def test_a_collection_that_cannot_be_read_whole_is_looked_at_by_name(
    client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PagerDuty gives out 10,000 rows of a collection."""
    plan = plan_for(client, [*PEOPLE, *CALENDARS])
    monkeypatch.setattr(DEFAULTS, "iteration_limit", 1)
    result = apply(sandbox, plan)
    monkeypatch.undo()
    assert statuses(result) == {Status.APPLIED: len(plan.changes)}, [it.message for it in result.outcomes]
    assert_made_once(client, [*PEOPLE, *CALENDARS])


def test_a_few_go_the_way_of_one(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    plan = plan_for(client, TEAMS[:3] + PEOPLE)
    forget(sandbox)
    assert apply(sandbox, plan).exit_code == 0
    assert asked(sandbox).count(("GET", "/teams")) == 6


def test_a_collection_that_is_too_large_for_a_few_creates_is_not_swept(
    client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(8):
        client.rpost("teams", json={"type": "team", "name": f"Other {n}"})
    monkeypatch.setattr(sweeper, "_ROWS_OF_A_PAGE", 1)
    plan = plan_for(client, [*PEOPLE, *TEAMS])
    forget(sandbox)
    assert apply(sandbox, plan).exit_code == 0
    assert asked(sandbox).count(("GET", "/teams")) == 1 + 2 * len(TEAMS)
    assert_made_once(client, [*PEOPLE, *TEAMS])


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_two_runs_one_after_the_other_make_everything_once(
    client: RestApiV2Client, sandbox: SandboxServer, method: str
) -> None:
    """The other run is there between the first look and the first POST (its objects are all there then), or before the first look."""
    wanted = [*PEOPLE, *TEAMS, *CALENDARS]
    plan = plan_for(client, wanted)
    met: list[Result] = []

    def other(request: Sent) -> None:
        if is_on(request, method, "teams") and not met:
            met.append(Result(()))
            met.append(apply(sandbox, plan))

    first = apply(sandbox, plan, Hook(other), workers=1)
    assert met[1].exit_code == 0
    assert statuses(first).keys() <= {Status.APPLIED, Status.ALREADY}, first.outcomes
    assert_made_once(client, wanted)


def test_two_runs_that_write_before_either_looks_again_leave_one_of_each(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, PEOPLE)
    wanted = [*PEOPLE, *CALENDARS]
    plan = plan_for(client, wanted)
    looked, written = Barrier(2), Barrier(2)

    def meeting() -> Hook:
        state = {"looks": 0}

        def after(request: Sent) -> None:
            if is_on(request, "GET", "schedules"):
                state["looks"] += 1
                if state["looks"] == 1:
                    looked.wait(30)

        def before(request: Sent) -> None:
            if is_on(request, "GET", "schedules") and state["looks"] == 1:
                written.wait(30)

        return Hook(before, after)

    with ThreadPoolExecutor(2) as pool:
        results = [run.result() for run in [pool.submit(apply, sandbox, plan, meeting()) for _ in range(2)]]
    for result in results:
        assert statuses(result).keys() <= {Status.APPLIED, Status.ALREADY}, [it.message for it in result.outcomes]
    made = sum(statuses(result)[Status.APPLIED] for result in results)
    assert made == len(CALENDARS), "each is told as made by one run"
    assert_made_once(client, wanted)


def test_a_run_that_is_slow_to_take_its_own_away_is_waited_for(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, PEOPLE)
    wanted = [*PEOPLE, *CALENDARS]
    plan = plan_for(client, wanted)
    rivals: list[str] = []

    def double() -> None:
        """Another run has made each schedule too, with a greater id."""
        for made in [it for it in client.iter_all("schedules") if "Managed by pdsync: test/" in str(it["description"])]:
            body = {name: made[name] for name in ("name", "description", "time_zone")}
            while True:
                other = client.rpost("schedules", json={"type": "schedule", "schedule_layers": [], **body})["id"]
                if other > made["id"]:
                    break
                client.rdelete(f"schedules/{other}")
            rivals.append(other)

    looks: list[int] = []

    def before(request: Sent) -> None:
        if is_on(request, "GET", "schedules"):
            looks.append(len(rivals))
            if len(looks) == 2:
                double()
            elif rivals:
                client.rdelete(f"schedules/{rivals.pop()}")

    result = apply(sandbox, plan, Hook(before))
    assert statuses(result) == {Status.APPLIED: len(CALENDARS)}, [it.message for it in result.outcomes]
    assert "DELETE" not in {method for method, path in writes(sandbox) if path.split("/")[-1] in _ids(result)}
    assert len(looks) == 2 + len(CALENDARS), "one look after each that goes"
    assert_made_once(client, wanted)


def _ids(result: Result) -> set[str | None]:
    return {outcome.id for outcome in result.outcomes}


@pytest.mark.parametrize("nth", [1, 4])
def test_a_lost_answer_makes_nothing_twice(client: RestApiV2Client, sandbox: SandboxServer, nth: int) -> None:
    rule = {"match": {"method": ["POST"], "path": "/teams", "nth": nth}, "action": {"type": "drop", "when": "after"}}
    plan = plan_for(client, [*PEOPLE, *TEAMS])
    sandbox.control.set_faults({"rules": [rule]})
    result = apply(sandbox, plan)
    sandbox.control.clear_faults()
    assert statuses(result) == {Status.APPLIED: len(plan.changes)}
    assert_made_once(client, [*PEOPLE, *TEAMS])


def test_a_first_post_that_is_carried_out_late_is_settled(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """It arrives after the second one, when the looks after the POSTs have begun."""
    plan = plan_for(client, [*PEOPLE, *CALENDARS])
    late: list[Sent] = []
    looks: list[str] = []

    def before(request: Sent) -> None:
        if is_on(request, "POST", "schedules") and not late:
            late.append(request.copy())
            raise requests.exceptions.ReadTimeout("no one answers", request=request)
        if is_on(request, "GET", "schedules") and "limit=100" in str(request.url):
            looks.append(str(request.url))
            if len(late) == 1 and len(looks) > 4:
                late.append(late[0])
                with requests.Session() as session:
                    session.send(late[0]).raise_for_status()

    result = apply(sandbox, plan, Hook(before))
    assert len(late) == 2
    assert result.exit_code in (0, 3, 4), result.outcomes
    assert apply(sandbox, plan_for(client, [*PEOPLE, *CALENDARS])).exit_code == 0
    assert_made_once(client, [*PEOPLE, *CALENDARS])


def test_a_run_that_dies_between_post_and_look_is_completed_by_the_next(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, PEOPLE)
    wanted = [*PEOPLE, *TEAMS, *CALENDARS]
    posted: list[Sent] = []

    def before(request: Sent) -> None:
        posted.extend([request] if is_on(request, "POST", "teams") else [])
        if len(posted) == len(TEAMS) and not is_on(request, "POST", "teams"):
            raise requests.exceptions.ConnectionError("the process was killed", request=request)

    result = apply(sandbox, plan_for(client, wanted), Hook(before), workers=1)
    assert result.exit_code not in (0, 1)
    moved = [it for it in compute_drift(plan_for(client, wanted)).moved if it.change.kind == "team"]
    assert len(moved) == len(TEAMS)
    assert {it.origin for it in moved} == {Origin.UNKNOWN}, "no person took out what was never in"
    converge(client, wanted)
    assert_made_once(client, wanted)


def test_a_look_after_the_posts_that_fails_leaves_nothing_told_as_done(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, PEOPLE)
    wanted = [*PEOPLE, *TEAMS, *(policy(f"p{n}", {"user": "u0"}, teams=[f"t{n}"]) for n in range(2))]
    posted: list[Sent] = []

    def before(request: Sent) -> None:
        posted.extend([request] if is_on(request, "POST", "teams") else [])
        if posted and is_on(request, "GET", "teams"):
            raise requests.exceptions.ConnectionError("cannot be read", request=request)

    result = apply(sandbox, plan_for(client, wanted), Hook(before))
    assert statuses(result) == {Status.FAILED: len(TEAMS), Status.SKIPPED: 2}
    made = {held["id"] for held in client.iter_all("teams")}
    assert {outcome.id for outcome in result.outcomes if outcome.status is Status.FAILED} <= made
    assert result.exit_code == 3
    converge(client, wanted)


def test_members_that_cannot_be_written_are_not_on_record(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """What is added by hand then is not pdsync's."""
    converge(client, PEOPLE)
    wanted = [*PEOPLE, *TEAMS]
    rule = {"match": {"method": ["PUT"], "path": "/teams/*/users/*"}, "action": {"type": "error", "status": 400}}
    plan = plan_for(client, wanted)
    sandbox.control.set_faults({"rules": [rule]})
    result = apply(sandbox, plan)
    sandbox.control.clear_faults()
    assert statuses(result) == {Status.FAILED: len(TEAMS)}
    again = plan_for(client, wanted)
    assert {child.origin for change in again.changes for child in change.children} == {Origin.OURS}
    converge(client, wanted)


@pytest.mark.parametrize(("method", "made"), [("GET", 0), ("POST", 2)])
def test_a_stop_in_the_middle_ends_what_was_written_and_skips_the_rest(
    client: RestApiV2Client, sandbox: SandboxServer, method: str, made: int
) -> None:
    converge(client, PEOPLE)
    wanted = [*PEOPLE, *TEAMS, policy("p", {"user": "u0"}, teams=["t0"])]
    stop, posts = Event(), []

    def after(request: Sent) -> None:
        posts.extend([request] if is_on(request, "POST", "teams") else [])
        if is_on(request, method, "teams") and len(posts) == made:
            stop.set()

    plan = plan_for(client, wanted)
    result = apply(sandbox, plan, Hook(after=after), workers=1, stop=stop)
    assert result.interrupted
    ended = statuses(result)
    assert ended.keys() <= {Status.APPLIED, Status.SKIPPED}
    assert made <= ended[Status.APPLIED] <= made + 1
    left = plan_for(client, wanted)
    assert len(left.changes) == len(plan.changes) - ended[Status.APPLIED], "what was made is complete"
    assert apply(sandbox, left).exit_code == 0
    assert_made_once(client, wanted)


def test_creates_that_wait_for_each_other_or_for_one_that_fails_go_on(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    """Teams below teams become ready level by level; a service without its policy is skipped, and the others are made."""
    wanted = [
        *PEOPLE,
        *(team(f"top{n}") for n in range(5)),
        *(team(f"below{n}", parent=f"top{n}") for n in range(5)),
        policy("good", {"user": "u0"}),
        policy("bad", {"user": "u1"}),
        *(service(f"v{n}", "bad" if n == 0 else "good") for n in range(5)),
    ]
    sandbox.control.set_faults(
        {
            "rules": [
                {
                    "match": {"method": ["POST"], "path": "/escalation_policies", "nth": 1},
                    "action": {"type": "error", "status": 422},
                }
            ]
        }
    )
    result = apply(sandbox, plan_for(client, wanted), workers=1)
    sandbox.control.clear_faults()
    ended = statuses(result)
    assert ended[Status.FAILED] == 1, result.outcomes
    assert ended[Status.APPLIED] + ended[Status.SKIPPED] == len(wanted) - 1
    assert ended[Status.SKIPPED] in (1, 4)
    converge(client, wanted)
