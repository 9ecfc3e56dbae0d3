"""How an apply ends when the account, the network or someone else does not play along."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
import requests
from msgspec.structs import replace
from requests.adapters import HTTPAdapter

from pdsync.apply import PlanRefusedError, Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import ListPlace, Resource
from pdsync.plan import Operation, Outcome, Status
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget, writes
from tests.support.world import TOKEN, converge, plan_for, policy, service, team, user

COMPANY = [user("ana"), policy("first", {"user": "ana"})]


def shop(**spec: Any) -> Resource:
    return service("shop", "first", **spec)


def held(client: RestApiV2Client, collection: str, name: str) -> dict[str, Any]:
    found = client.find(collection, name)
    assert found is not None
    return found


class LossyAdapter(HTTPAdapter):
    """Sends each request for real, and loses the answer to those that `loses` says."""

    def __init__(self, loses: Callable[[requests.PreparedRequest], bool]) -> None:
        super().__init__()
        self.loses = loses

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        answer = super().send(request, **options)
        if self.loses(request):
            answer.close()
            raise requests.exceptions.ReadTimeout("the answer was lost", request=request)
        return answer


def test_what_someone_edited_since_the_plan_is_left_alone(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, [*COMPANY, shop(auto_resolve_timeout="4h")])
    plan = plan_for(client, [*COMPANY, shop(auto_resolve_timeout="2h")])
    client.rput(
        held(client, "services", "shop"), json={"type": "service", "name": "shop", "acknowledgement_timeout": 99}
    )
    forget(sandbox)
    result = apply_plan(plan, client)
    assert [outcome.status for outcome in result.outcomes] == [Status.CONFLICT]
    assert result.exit_code == 4
    assert not writes(sandbox)


def test_what_someone_deleted_since_the_plan_is_a_conflict(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, shop(auto_resolve_timeout="4h")])
    plan = plan_for(client, [*COMPANY, shop(auto_resolve_timeout="2h")])
    client.rdelete(held(client, "services", "shop"))
    result = apply_plan(plan, client)
    assert result.outcomes[0].status is Status.CONFLICT
    assert result.exit_code == 4


def test_a_plan_that_was_applied_already_succeeds_and_writes_nothing(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, [*COMPANY, shop(auto_resolve_timeout="4h"), team("red")])
    wanted = [*COMPANY, shop(auto_resolve_timeout="2h")]
    plan = plan_for(client, wanted, prune="owned")
    assert {change.operation for change in plan.changes} == {Operation.UPDATE, Operation.DELETE}
    assert apply_plan(plan, client).exit_code == 0
    forget(sandbox)
    again = apply_plan(plan, client)
    assert {outcome.status for outcome in again.outcomes} == {Status.ALREADY}
    assert again.exit_code == 0
    assert not writes(sandbox)


def test_a_refused_change_stops_its_followers_and_nothing_else(client: RestApiV2Client) -> None:
    wanted = [
        *COMPANY,
        team("red"),
        policy("second", {"user": "ana"}, teams=["red"]),
        service("late", "second"),
        shop(),
    ]
    plan = plan_for(client, wanted)
    client.rpost("teams", json={"type": "team", "name": "RED"})  # takes the name between plan and apply
    result = apply_plan(plan, client)
    ended = {outcome.address: outcome for outcome in result.outcomes}
    assert ended["team/red"].status is Status.CONFLICT
    assert "taken" in ended["team/red"].message
    assert ended["escalation_policy/second"].message == "skipped: because team/red did not succeed"
    assert ended["service/late"].status is Status.SKIPPED
    assert ended["service/shop"].status is Status.APPLIED
    assert result.exit_code == 3


def lossy_client(sandbox: SandboxServer, adapter: HTTPAdapter) -> RestApiV2Client:
    lossy = RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False, sleep=lambda seconds: None)
    lossy.mount("http://", adapter)
    return lossy


def no_sleep(seconds: float) -> None:
    """Waits take no time in tests."""


def test_a_create_whose_answer_was_lost_is_found_and_never_sent_twice(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    wanted = [*COMPANY, shop(integrations=[{"name": "Mail", "type": "events_api_v2_inbound_integration"}])]
    plan = plan_for(client, wanted)
    forget(sandbox)
    with lossy_client(sandbox, LossyAdapter(lambda request: request.method == "POST")) as lossy:
        result = apply_plan(plan, lossy, Watch(sleep=no_sleep))
    assert {outcome.status for outcome in result.outcomes} == {Status.APPLIED}
    posts = [request for request in asked(sandbox) if request[0] == "POST"]
    assert len(posts) == len({path for _, path in posts}) == 4
    assert not plan_for(client, wanted).changes


def test_a_create_that_cannot_be_found_is_sent_once_more_and_then_unknown(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    class Dropping(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            if request.method == "POST" and "escalation_policies" in str(request.url):
                dropped.append(str(request.url))
                raise requests.exceptions.ReadTimeout("dropped before it arrived", request=request)
            return super().send(request, **options)

    dropped: list[str] = []
    plan = plan_for(client, [*COMPANY, shop()])
    with lossy_client(sandbox, Dropping()) as lossy:
        result = apply_plan(plan, lossy, Watch(sleep=no_sleep))
    assert {outcome.address: outcome.status for outcome in result.outcomes} == {
        "user/ana": Status.APPLIED,
        "escalation_policy/first": Status.UNKNOWN,
        "service/shop": Status.SKIPPED,
    }
    assert len(dropped) == 2
    assert result.exit_code == 6
    converge(client, [*COMPANY, shop()])


class Delayed(HTTPAdapter):
    """Keeps the first POST to a path back, as something on the way might, until it is let through after everything else."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self.kept: requests.PreparedRequest | None = None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if self.kept is None and request.method == "POST" and str(request.url).endswith(self._path):
            self.kept = request
            raise requests.exceptions.ReadTimeout("no one answers", request=request)
        return super().send(request, **options)

    def let_through(self) -> None:
        assert self.kept is not None
        assert super().send(self.kept).status_code == 201


def test_a_create_that_was_sent_again_says_that_a_second_object_may_come(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    adapter = Delayed("/escalation_policies")
    wanted = [*COMPANY, shop()]
    with lossy_client(sandbox, adapter) as lossy:
        result = apply_plan(plan_for(client, wanted), lossy, Watch(sleep=no_sleep))
        ended = {outcome.address: outcome for outcome in result.outcomes}
        assert {outcome.status for outcome in result.outcomes} == {Status.APPLIED}
        assert "it was sent again" in ended["escalation_policy/first"].warning
        assert not [it.address for it in result.outcomes if it.warning and it.address != "escalation_policy/first"]
        adapter.let_through()
    refused = plan_for(client, wanted)
    twins = [held["id"] for held in client.iter_all("escalation_policies", params={"query": "first"})]
    assert len(twins) == 2
    (problem,) = refused.problems
    assert all(identity in problem.message + problem.hint for identity in twins)


@pytest.mark.parametrize("look", [1, 2, 3])
def test_a_create_that_is_carried_out_after_it_was_sent_again_is_taken_away(
    client: RestApiV2Client, sandbox: SandboxServer, look: int
) -> None:
    """As long as pdsync looks, the two become one."""

    class Late(Delayed):
        """Lets it through before one of the looks that come after the second POST."""

        def __init__(self, path: str) -> None:
            super().__init__(path)
            self.sent_again, self.looks = False, 0

        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            if self.kept is not None and "/escalation_policies" in str(request.url):
                self.sent_again |= request.method == "POST"
                self.looks += self.sent_again and request.method == "GET"
                if request.method == "GET" and self.looks == look:
                    self.let_through()
            return super().send(request, **options)

    adapter = Late("/escalation_policies")
    wanted = [*COMPANY, shop()]
    with lossy_client(sandbox, adapter) as lossy:
        result = apply_plan(plan_for(client, wanted), lossy, Watch(sleep=no_sleep))
    assert adapter.looks >= look
    assert {outcome.status for outcome in result.outcomes} <= {Status.APPLIED, Status.ALREADY}
    assert result.exit_code == 0
    assert len([held for held in client.iter_all("escalation_policies") if held["name"] == "first"]) == 1
    assert not plan_for(client, wanted).changes


def test_an_integration_that_was_sent_again_says_that_a_second_one_may_come(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    adapter = Delayed("/integrations")
    mail = {"name": "Mail", "type": "events_api_v2_inbound_integration"}
    converge(client, [*COMPANY, shop()])
    wanted = [*COMPANY, shop(integrations=[mail])]
    with lossy_client(sandbox, adapter) as lossy:
        result = apply_plan(plan_for(client, wanted), lossy, Watch(sleep=no_sleep))
        assert [outcome.status for outcome in result.outcomes] == [Status.APPLIED]
        assert "it was sent again" in result.outcomes[0].warning
        adapter.let_through()
    again = plan_for(client, wanted)
    assert not [change for change in again.changes if change.children]


class BrokenAdapter(LossyAdapter):
    """Sends each request for real, and gives some a 502 in place of the answer, as a gateway does."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        try:
            return super().send(request, **options)
        except requests.exceptions.ReadTimeout:
            answer = requests.Response()
            answer.status_code, answer._content, answer.request = 502, b"<html>", request
            answer.url = str(request.url)
            return answer


@pytest.mark.empty_account
def test_a_server_error_for_a_create_that_was_done_is_no_failure(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    with lossy_client(sandbox, BrokenAdapter(lambda request: request.method == "POST")) as broken:
        result = apply_plan(plan_for(client, [team("red")]), broken, Watch(sleep=no_sleep))
    assert [outcome.status for outcome in result.outcomes] == [Status.APPLIED]
    assert [held["name"] for held in client.iter_all("teams")] == ["red"]
    assert not plan_for(client, [team("red")]).changes


def test_updates_and_deletes_whose_answers_never_arrive_are_looked_at(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, [*COMPANY, shop(), team("red")])
    wanted = [*COMPANY, shop(auto_resolve_timeout="2h")]
    plan = plan_for(client, wanted, prune="owned")
    with lossy_client(sandbox, LossyAdapter(lambda request: request.method in ("PUT", "DELETE"))) as lossy:
        result = apply_plan(plan, lossy, Watch(sleep=no_sleep))
    assert result.exit_code == 0, result.outcomes
    assert not plan_for(client, wanted, prune="owned").changes


def test_a_child_that_fails_after_its_object_was_written_is_told_as_done_in_part(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    class OneIntegration(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            if request.method == "POST" and b"Second" in bytes(request.body or b""):
                answer = requests.Response()
                answer.status_code, answer._content, answer.request = 400, b"{}", request
                answer.url = str(request.url)
                return answer
            return super().send(request, **options)

    converge(client, [*COMPANY, shop()])
    plan = plan_for(
        client,
        [
            *COMPANY,
            shop(
                auto_resolve_timeout="2h",
                integrations=[
                    {"name": name, "type": "events_api_v2_inbound_integration"} for name in ("First", "Second")
                ],
            ),
        ],
    )
    with lossy_client(sandbox, OneIntegration()) as lossy:
        result = apply_plan(plan, lossy, Watch(sleep=no_sleep))
    (outcome,) = result.outcomes
    assert outcome.status is Status.FAILED
    assert outcome.written
    assert outcome.message.startswith("a part was written before")
    assert result.exit_code == 3


def test_a_lost_answer_to_an_update_is_asked_again(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, [*COMPANY, shop()])
    wanted = [*COMPANY, shop(auto_resolve_timeout="2h")]
    plan = plan_for(client, wanted)
    lost: list[str] = []

    def first_put(request: requests.PreparedRequest) -> bool:
        if request.method != "PUT" or lost:
            return False
        lost.append(str(request.url))
        return True

    lossy = RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False, sleep=lambda seconds: None)
    lossy.mount("http://", LossyAdapter(first_put))
    with lossy:
        result = apply_plan(plan, lossy)
    assert lost
    assert result.exit_code == 0
    assert not plan_for(client, wanted).changes


@pytest.mark.parametrize("workers", [1, 4])
def test_a_stopped_run_skips_the_rest_and_a_second_one_completes_it(client: RestApiV2Client, workers: int) -> None:
    wanted = [*COMPANY, shop(), *(team(f"team-{number}") for number in range(8))]
    plan = plan_for(client, wanted)
    stop = Event()
    seen: list[Outcome] = []

    def on_outcome(outcome: Outcome) -> None:
        seen.append(outcome)
        stop.set()

    result = apply_plan(plan, client, Watch(on_outcome=on_outcome, stop=stop), workers=workers)
    counts = result.count()
    assert result.exit_code == 130
    assert 1 <= counts[Status.APPLIED] <= workers
    assert counts[Status.APPLIED] + counts[Status.SKIPPED] == len(plan.changes) == len(seen)
    converge(client, wanted)


def test_every_change_has_one_outcome_in_the_order_of_the_plan(client: RestApiV2Client) -> None:
    plan = plan_for(client, [*COMPANY, shop(), team("red", members=[{"user": "ana", "role": "responder"}])])
    result = apply_plan(plan, client, workers=8)
    assert [outcome.address for outcome in result.outcomes] == [change.address for change in plan.changes]
    assert all(outcome.id for outcome in result.outcomes)


def test_swapped_names_are_applied_in_one_run(client: RestApiV2Client) -> None:
    converge(client, [team("red", name="One"), team("blue", name="Two")])
    ids = {name: held(client, "teams", name)["id"] for name in ("One", "Two")}
    result = converge(client, [team("red", name="Two"), team("blue", name="One")])
    assert [outcome.operation for outcome in result.outcomes].count(Operation.INTERIM) == 1
    assert held(client, "teams", "Two")["id"] == ids["One"]
    assert held(client, "teams", "One")["id"] == ids["Two"]


@pytest.mark.empty_account
def test_a_token_that_may_not_write_is_not_tried_for_every_change(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    plan = plan_for(client, [user("ana"), *(team(f"team-{number}") for number in range(20))])
    forget(sandbox)
    with RestApiV2Client("readonly-readonly-readonly", base_url=sandbox.url, retry_ambiguous_posts=False) as reader:
        result = apply_plan(plan, reader, workers=2)
    assert len(writes(sandbox)) <= 4  # three in a row, and what was under way beside them
    assert result.exit_code == 1
    assert result.count()[Status.SKIPPED] >= 17
    assert client.list_all("teams") == []


def test_one_object_that_may_not_be_written_stops_nothing_else(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    class OneForbidden(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            if request.method == "POST" and b"team-0" in bytes(request.body or b""):
                answer = requests.Response()
                answer.status_code, answer._content, answer.request = 403, b"{}", request
                answer.url = str(request.url)
                return answer
            return super().send(request, **options)

    plan = plan_for(client, [team(f"team-{number}") for number in range(6)])
    with lossy_client(sandbox, OneForbidden()) as lossy:
        result = apply_plan(plan, lossy, Watch(sleep=no_sleep), workers=1)
    assert result.count()[Status.APPLIED] == 5
    assert result.exit_code == 3


def test_a_plan_made_before_all_that_it_needs_was_read_is_refused(client: RestApiV2Client) -> None:
    plan = replace(plan_for(client, COMPANY), unread=(ListPlace("team", "PT1", "members"),))
    with pytest.raises(PlanRefusedError, match="the plan was made from incomplete data"):
        apply_plan(plan, client)
    assert client.find("escalation_policies", "first") is None
