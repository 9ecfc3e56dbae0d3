"""Rotations written step by step against a sandbox: what is refused or lost on the way, and what is left then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.model import Ref, Resource
from pdsync.plan import Plan, Result, Status
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN, converge, plan_for, policy, resource, user

PEOPLE = [user("ana"), user("bo"), user("cid")]
Fails = Callable[[requests.PreparedRequest], bool]


def schedule(*rotations: dict[str, Any], **lifecycle: Any) -> Resource:
    spec = {"version": 3, "name": "Primary", "time_zone": "Europe/Berlin", "rotations": list(rotations)}
    return resource("Schedule", "primary", spec, **lifecycle)


def leading_to(key: str) -> Resource:
    """A policy that leads to a shift-based schedule."""
    made = policy("first", {"schedule": key})
    fields = BY_SLUG[made.kind].map_fields(made.fields, lambda ref: Ref("schedule_v3", ref.by, ref.value))
    return replace(made, fields=fields)


def weekly(*members: str, name: str = "office", **more: Any) -> dict[str, Any]:
    return {"name": name, "every": "week", "on": ["mon"], "from": "09:00", "members": list(members), **more}


class Struck(HTTPAdapter):
    """Requests that match are refused, or are carried out and never answered."""

    def __init__(self, fails: Fails, *, status: int = 400, is_lost: bool = False) -> None:
        super().__init__()
        self._fails, self._status, self._is_lost = fails, status, is_lost
        self.sent: list[str] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if request.method != "GET":
            self.sent.append(f"{request.method} {str(request.url).rpartition('/v3/')[2].partition('/')[2]}")
        if not self._fails(request):
            return super().send(request, **options)
        if self._is_lost:
            super().send(request, **options).close()
            raise requests.exceptions.ReadTimeout("no one answers", request=request)
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = self._status, request, str(request.url)
        answer._content = b'{"error": {"message": "Invalid Input Provided", "code": 2001, "errors": ["no"]}}'
        return answer


class Altering(Struck):
    """Each event is answered with other hours than were sent."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        answer = super().send(request, **options)
        if request.method == "POST" and str(request.url).endswith("/events"):
            held = answer.json()
            held["event"]["end_time"]["date_time"] = "2099-01-01T00:00:00Z"
            answer._content = json.dumps(held).encode()
        return answer


def apply_over(sandbox: SandboxServer, adapter: HTTPAdapter, plan: Plan) -> Result:
    options = {"retry_ambiguous_posts": False, "sleep": lambda seconds: None}
    with RestApiV2Client(TOKEN, base_url=sandbox.url, **options) as client:  # type: ignore[arg-type]
        client.mount("http://", adapter)
        return apply_plan(plan, client, Watch(sleep=lambda seconds: None), workers=1)


def nth(number: int, method: str, end: str) -> Fails:
    """Matches one of the requests whose method and end of the path are these."""
    seen: Iterator[int] = iter(range(1, 1000))
    return lambda request: bool(request.method == method and str(request.url).endswith(end) and next(seen) == number)


def first_end() -> Fails:
    """Matches the first request that gives an event another end."""
    seen = iter(range(1, 1000))
    return lambda request: request.method == "PUT" and "/events/" in str(request.url) and next(seen) == 1


def rotations(client: RestApiV2Client) -> list[list[tuple[str, str | None]]]:
    """The events of each rotation by name, each with its end."""
    (listed,) = client.list_all("v3/schedules")
    found = client.rget(f"v3/schedules/{listed['id']}")["rotations"]
    return [[(event["name"], event["effective_until"]) for event in it["events"]] for it in found]


@pytest.fixture
def edited(client: RestApiV2Client) -> Plan:
    """The plan of an edit of the members."""
    converge(client, [*PEOPLE, schedule(weekly("ana", "bo"))])
    return plan_for(client, [*PEOPLE, schedule(weekly("bo", "cid", "ana"))])


def test_an_edit_cuts_what_runs_and_creates_its_successor(
    client: RestApiV2Client, edited: Plan, sandbox: SandboxServer
) -> None:
    adapter = Struck(lambda request: False)
    assert apply_over(sandbox, adapter, edited).exit_code == 0
    assert [sent.partition(" ")[0] for sent in adapter.sent] == ["POST", "POST", "PUT", "POST", "DELETE", "PUT"]
    ((before, after),) = rotations(client)
    assert before[1] is not None
    assert after == ("office", None)
    assert not plan_for(client, [*PEOPLE, schedule(weekly("bo", "cid", "ana"))]).changes


@pytest.mark.parametrize(
    "readings",
    [{"partial_event_put": "refused"}, {"fixed_of_active_event": "ignored"}],
    ids=str,
)
def test_the_end_of_an_event_can_be_moved_whatever_a_put_may_leave_out(
    client: RestApiV2Client, sandbox: SandboxServer, readings: dict[str, str]
) -> None:
    """An excluded day and everyone in each shift are answered in PagerDuty's words, and are sent in the same ones."""
    sandbox.control.set_account({"account": 1, "readings": readings})
    days = {"except": ["2099-12-24"], "time_zone": "Australia/Lord_Howe"}
    held = [weekly("ana", "bo", **days), weekly("cid", "bo", name="all", assign="every")]
    converge(client, [*PEOPLE, schedule(*held)])
    before = rotations(client)
    edited = [weekly("bo", "cid", **days), weekly("ana", "bo", name="all", assign="every")]
    for refused in (nth(1, "DELETE", ""), None):  # nothing is deleted before the end
        adapter = Struck(refused or (lambda request: False))
        apply_over(sandbox, adapter, plan_for(client, [*PEOPLE, schedule(*edited)]))
    ends = [[until for _, until in events] for events in rotations(client)]
    assert [[until is None for until in each] for each in ends] == [[False, True], [False, True]]
    assert before != rotations(client)
    assert not plan_for(client, [*PEOPLE, schedule(*edited)]).changes


def test_an_event_that_is_stored_as_another_one_ends_the_edit_before_anything_ends(
    client: RestApiV2Client, edited: Plan, sandbox: SandboxServer
) -> None:
    """What PagerDuty holds would never become what was asked for, and past events cannot be deleted."""
    adapter = Altering(lambda request: False)
    (outcome,) = apply_over(sandbox, adapter, edited).outcomes
    assert outcome.status is Status.FAILED
    assert "stored another one than was sent" in (outcome.message or "")
    assert [sent.partition(" ")[0] for sent in adapter.sent] == ["POST", "POST", "DELETE"]
    assert rotations(client) == [[("office", None)]]


@pytest.mark.parametrize("number", [1, 2])
def test_where_an_event_is_refused_all_is_as_it_was(
    client: RestApiV2Client, edited: Plan, sandbox: SandboxServer, number: int
) -> None:
    """The first event goes into the spare, the second one is the successor."""
    result = apply_over(sandbox, Struck(nth(number, "POST", "/events")), edited)
    assert [it.status for it in result.outcomes] == [Status.FAILED]
    assert result.exit_code in (1, 3)
    assert rotations(client) == [[("office", None)]]


def test_where_the_old_end_cannot_be_put_back_the_spare_stays(
    client: RestApiV2Client, edited: Plan, sandbox: SandboxServer
) -> None:
    successor, ends = nth(2, "POST", "/events"), iter(range(1, 100))

    def fails(request: requests.PreparedRequest) -> bool:
        is_end = request.method == "PUT" and "/events/" in str(request.url)
        return successor(request) or (is_end and next(ends) > 1)

    result = apply_over(sandbox, Struck(fails), edited)
    (outcome,) = result.outcomes
    assert outcome.status is Status.FAILED
    assert "could not be taken back" in (outcome.message or "")
    (running,), (spare,) = rotations(client)
    assert running[1] is not None
    assert spare == ("office", None)
    converge(client, [*PEOPLE, schedule(weekly("bo", "cid", "ana"))])
    assert len(rotations(client)) == 1


@pytest.mark.parametrize(
    "lost",
    [
        nth(1, "POST", "/rotations"),
        nth(1, "POST", "/events"),
        nth(2, "POST", "/events"),
        first_end(),
    ],
    ids=["spare", "its event", "successor", "end"],
)
def test_a_lost_answer_is_made_good_by_a_look(
    client: RestApiV2Client, edited: Plan, sandbox: SandboxServer, lost: Fails
) -> None:
    adapter = Struck(lost, is_lost=True)
    assert apply_over(sandbox, adapter, edited).exit_code == 0
    assert len(adapter.sent) <= 7  # the client itself sends a PUT again
    assert len(rotations(client)) == 1


def test_rotations_that_were_changed_since_the_plan_are_a_conflict(
    client: RestApiV2Client, edited: Plan, sandbox: SandboxServer
) -> None:
    (listed,) = client.list_all("v3/schedules")
    (rotation,) = client.rget(f"v3/schedules/{listed['id']}")["rotations"]
    path = f"v3/schedules/{listed['id']}/rotations/{rotation['id']}/events/{rotation['events'][0]['id']}"
    client.jput(path, json={"event": {"effective_until": "2099-01-01T00:00:00Z"}})
    adapter = Struck(lambda request: False)
    result = apply_over(sandbox, adapter, edited)
    assert [it.status for it in result.outcomes] == [Status.CONFLICT]
    assert adapter.sent == []


def test_a_policy_leads_to_a_new_schedule_only_when_its_rotations_are_complete(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    wanted = [
        *PEOPLE,
        schedule(weekly("ana"), weekly("bo", name="nights")),
        leading_to("primary"),
    ]
    first = nth(1, "POST", "/events")

    def fails(request: requests.PreparedRequest) -> bool:  # a refusal that may be about something new is tried again
        return request.method == "POST" and str(request.url).endswith("/events") and not first(request)

    result = apply_over(sandbox, Struck(fails), plan_for(client, wanted))
    ended = {it.address: it.status for it in result.outcomes}
    assert (ended["schedule_v3/primary"], ended["escalation_policy/first"]) == (Status.FAILED, Status.SKIPPED)
    assert len(rotations(client)) == 1
    again = plan_for(client, wanted)
    (waiting,) = (it for it in again.changes if it.address == "escalation_policy/first")
    assert waiting.waits_for == ("schedule_v3/primary",)
    converge(client, wanted)
    assert len(rotations(client)) == 2


def test_limits_block_the_plan(client: RestApiV2Client) -> None:
    """What waits counts too."""
    converge(client, [*PEOPLE, schedule(weekly("ana"))])
    years = [f"20{number}-01-01T00:00" for number in range(30, 35)]
    events = [
        weekly("bo", name=f"e{at}", since=since, until=until) for at, (since, until) in enumerate(pairwise(years))
    ]
    del events[0]["since"]
    last = weekly("cid", since=years[-1])
    wanted = schedule({"name": "office", "events": [*events, last]})
    (change,) = plan_for(client, [*PEOPLE, wanted]).changes
    assert change.blockers == (
        "rotation 'office' has 5 events that have not ended, and PagerDuty accepts no more of them",
    )


def test_at_once_says_so(client: RestApiV2Client) -> None:
    converge(client, [*PEOPLE, schedule(weekly("ana", "bo"))])
    plan = plan_for(client, [*PEOPLE, schedule(weekly("cid"), at_once=True)])
    assert plan.changes[0].at_once is True
    assert "people on call may change in about a minute, and not only at the next hand-off" in plan.changes[0].notes
    assert "and not" not in str(plan_for(client, [*PEOPLE, schedule(weekly("cid"))]).changes[0].notes)
