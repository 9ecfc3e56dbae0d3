"""Answers that never come, to every kind of write and to the looks after it: what is told is what is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.account import Extent, fetch_account
from pdsync.apply import Watch, apply_plan, bulk_creation
from pdsync.client import RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.model import Kind
from pdsync.plan import Result, Status, build_release
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes
from tests.support.samples import KEYS
from tests.support.surroundings import minimal, surroundings
from tests.support.world import TAKEN, TOKEN, converge, layer, plan_for, policy, resource, schedule, service, team, user

COMPANY = [user("ana"), user("bo"), policy("first", {"user": "ana"})]
Matches = Callable[[requests.PreparedRequest], bool]


class Dead(HTTPAdapter):
    """No one answers what `matches`; with `after` PagerDuty has done it anyway."""

    def __init__(self, matches: Matches, *, after: bool = False) -> None:
        super().__init__()
        self._matches, self._after = matches, after

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if not self._matches(request):
            return super().send(request, **options)
        if self._after:
            super().send(request, **options).close()
        raise requests.exceptions.ReadTimeout("no one answers", request=request)


def apply_over(sandbox: SandboxServer, adapter: HTTPAdapter, plan: Any) -> Result:
    with RestApiV2Client(
        TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False, sleep=lambda seconds: None
    ) as client:
        client.mount("http://", adapter)
        return apply_plan(plan, client, Watch(sleep=lambda seconds: None, hand_out=TAKEN.append), workers=1)


def puts(request: requests.PreparedRequest) -> bool:
    return request.method == "PUT"


class Afterwards:
    """Matches reads that come after a write to a path was sent, the whole of them or the first few."""

    def __init__(self, method: str, path: str, *, path_of_reads: str = "", writes_too: bool = False) -> None:
        self._method, self._path, self._reads, self._writes_too = method, path, path_of_reads, writes_too
        self.sent = False

    def __call__(self, request: requests.PreparedRequest) -> bool:
        url = str(request.url)
        if request.method == self._method and self._path in url:
            self.sent = True
            return self._writes_too
        return self.sent and request.method == "GET" and self._reads in url


def test_an_adoption_that_never_arrived_is_not_told_as_done(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """What an adoption writes beside the ownership line is there already, and proves nothing."""
    client.rpost("teams", json={"type": "team", "name": "red"})
    plan = plan_for(client, [team("red")], adopt=True)
    result = apply_over(sandbox, Dead(puts), plan)
    assert [outcome.status for outcome in result.outcomes] == [Status.FAILED]
    assert result.exit_code == 1
    assert plan_for(client, [team("red")], adopt=True).changes


def test_an_adoption_whose_answer_was_lost_is_told_as_done(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    client.rpost("teams", json={"type": "team", "name": "red"})
    plan = plan_for(client, [team("red")], adopt=True)
    assert apply_over(sandbox, Dead(puts, after=True), plan).exit_code == 0
    assert not plan_for(client, [team("red")]).changes


@pytest.mark.parametrize("after", [False, True], ids=["never arrived", "answer lost"])
def test_a_release_is_told_as_it_is(client: RestApiV2Client, sandbox: SandboxServer, after: bool) -> None:
    converge(client, [team("red")])
    plan = build_release(["team/red"], fetch_account(client, Extent()), "test")
    result = apply_over(sandbox, Dead(puts, after=after), plan)
    assert [outcome.status for outcome in result.outcomes] == [Status.APPLIED if after else Status.FAILED]
    left = [live for live in fetch_account(client, Extent()).objects["team"] if "test/" in str(live.marker)]
    assert bool(left) is not after


def test_a_create_after_which_nothing_can_be_read_names_what_was_made(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    """It exists, so this is not a run that did nothing."""
    wanted = [*COMPANY]
    converge(client, wanted[:2])
    result = apply_over(sandbox, Dead(Afterwards("POST", "/escalation_policies")), plan_for(client, wanted))
    (outcome,) = result.outcomes
    (made,) = (it for it in client.iter_all("escalation_policies") if it["name"] == "first")
    assert outcome.status is Status.FAILED
    assert outcome.id == made["id"]
    assert made["id"] in outcome.message
    assert result.exit_code == 3
    converge(client, wanted)


def test_an_update_whose_check_fails_is_not_known(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """An answer that says something else makes pdsync read again; where that fails, no one knows what PagerDuty holds."""

    class Other(Dead):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            answer = super().send(request, **options)
            if request.method == "PUT":
                answer._content = answer.content.replace(b'"auto_resolve_timeout":7200', b'"auto_resolve_timeout":60')
                answer._content = answer._content.replace(
                    b'"auto_resolve_timeout": 7200', b'"auto_resolve_timeout": 60'
                )
            return answer

    converge(client, [*COMPANY, service("shop", "first")])
    wanted = [*COMPANY, service("shop", "first", auto_resolve_timeout="2h")]
    result = apply_over(sandbox, Other(Afterwards("PUT", "/services")), plan_for(client, wanted))
    (outcome,) = result.outcomes
    assert outcome.status is Status.UNKNOWN
    assert "auto_resolve_timeout: 7200 was requested, 60 is stored" in outcome.message
    assert "cannot be read again" in outcome.message
    assert not plan_for(client, wanted).changes


MAIL = {"name": "Mail", "type": "events_api_v2_inbound_integration"}


def test_a_child_of_which_no_one_can_tell_is_unknown(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, [*COMPANY, service("shop", "first")])
    wanted = [*COMPANY, service("shop", "first", integrations=[MAIL])]
    lost = Afterwards("POST", "/integrations", writes_too=True)
    result = apply_over(sandbox, Dead(lost, after=True), plan_for(client, wanted))
    assert [outcome.status for outcome in result.outcomes] == [Status.UNKNOWN]
    assert result.exit_code == 6
    (renewed,) = plan_for(client, wanted).changes  # the record of it was not written
    assert not renewed.deltas
    assert not renewed.children


def test_members_whose_answers_never_arrive_are_looked_at(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    ana, bo = ({"user": key, "role": "responder"} for key in ("ana", "bo"))
    converge(client, [*COMPANY, team("red", members=[ana])])
    wanted = [*COMPANY, team("red", members=[bo])]

    def members(request: requests.PreparedRequest) -> bool:
        return request.method in ("PUT", "DELETE") and "/users/" in str(request.url)

    result = apply_over(sandbox, Dead(members, after=True), plan_for(client, wanted))
    assert result.exit_code == 0, result.outcomes
    assert not plan_for(client, wanted).changes


class Once:
    """Matches the first POST to a path, or every one."""

    def __init__(self, path: str, *, always: bool = False) -> None:
        self._path, self._left = path, 99 if always else 1

    def __call__(self, request: requests.PreparedRequest) -> bool:
        hits = request.method == "POST" and str(request.url).endswith(self._path)
        self._left -= hits
        return hits and self._left >= 0


LISTS = {"depends_on": [{"service": "shop"}], "subscribers": [{"user": "ana"}, {"user": "bo"}]}
NONE = {"depends_on": [], "depends_on_mode": "exclusive", "subscribers": [], "subscribers_mode": "exclusive"}


@pytest.mark.parametrize("after", [False, True], ids=["never arrived", "answer lost"])
@pytest.mark.parametrize(
    ("before", "spec", "path"),
    [
        (NONE, LISTS, "/associate"),
        (NONE, LISTS, "/subscribers"),
        (LISTS, NONE, "/disassociate"),
        (LISTS, NONE, "/unsubscribe"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_associations_whose_answer_is_lost_are_looked_at_and_sent_again(
    client: RestApiV2Client, sandbox: SandboxServer, before: Any, spec: Any, path: str, after: bool
) -> None:
    base = [*COMPANY, service("shop", "first")]
    converge(client, [*base, resource("BusinessService", "checkout", before)])
    wanted = [*base, resource("BusinessService", "checkout", spec)]
    forget(sandbox)
    result = apply_over(sandbox, Dead(Once(path), after=after), plan_for(client, wanted))
    assert result.exit_code == 0, result.outcomes
    assert len([it for it in writes(sandbox) if it[1].endswith(path)]) == 1
    assert not plan_for(client, wanted).changes


def test_an_association_that_is_never_answered_is_unknown(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    base = [*COMPANY, service("shop", "first")]
    converge(client, [*base, resource("BusinessService", "checkout", NONE)])
    wanted = [*base, resource("BusinessService", "checkout", LISTS)]
    result = apply_over(sandbox, Dead(Once("/associate", always=True)), plan_for(client, wanted))
    (outcome,) = result.outcomes
    assert (outcome.status, result.exit_code) == (Status.UNKNOWN, 6)
    assert "PagerDuty answered none of the requests for service/shop" in str(outcome.message)


def test_members_that_never_arrived_are_not_told_as_done(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, [*COMPANY, team("red")])
    wanted = [*COMPANY, team("red", members=[{"user": "bo", "role": "responder"}])]
    result = apply_over(sandbox, Dead(puts), plan_for(client, wanted))
    assert [outcome.status for outcome in result.outcomes] == [Status.FAILED]
    assert plan_for(client, wanted).changes


def test_a_name_for_a_moment_whose_answer_was_lost_is_looked_at(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, [team("red", name="One"), team("blue", name="Two")])
    wanted = [team("red", name="Two"), team("blue", name="One")]
    result = apply_over(sandbox, Dead(puts, after=True), plan_for(client, wanted))
    assert result.exit_code == 0, result.outcomes
    assert not plan_for(client, wanted).changes


def test_what_yields_to_another_run_goes_even_if_it_is_not_known_yet(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, [user("ana")])
    wanted = [user("ana"), schedule("days", layer("All", "ana"))]
    plan = plan_for(client, wanted)
    refused: list[str] = []

    class Lagging(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            if request.method == "POST" and str(request.url).endswith("/schedules"):
                others.append(super().send(request, **options).json()["schedule"]["id"])
            if request.method == "DELETE" and not refused:
                refused.append(str(request.url))
                answer = requests.Response()
                answer.status_code, answer._content, answer.request = 404, b"{}", request
                answer.url = str(request.url)
                return answer
            return super().send(request, **options)

    others: list[str] = []
    forget(sandbox)
    result = apply_over(sandbox, Lagging(), plan)
    assert refused
    left = [it["id"] for it in client.iter_all("schedules", params={"query": "days"}) if it["name"] == "days"]
    assert left == others[:1], writes(sandbox)
    assert [outcome.status for outcome in result.outcomes] == [Status.ALREADY]


def test_what_was_made_is_found_in_a_collection_that_is_too_large_to_read(
    client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index, which may lag, finds it in the end; if it did not, no one could tell."""
    converge(client, COMPANY)
    for n in range(3):
        client.rpost("teams", json={"type": "team", "name": f"other {n}"})
    plan = plan_for(client, [*COMPANY, team("red")])
    monkeypatch.setattr("pdsync.client.sweep.row_limit", lambda: 2)
    looks: list[str] = []

    class Lagging(Dead):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            answer = super().send(request, **options)
            if request.method == "GET" and "query=red" in str(request.url):
                looks.append(str(request.url))
                if len(looks) == 2:  # the first one after the POST
                    answer._content = b'{"teams": [], "more": false, "total": 0, "limit": 100, "offset": 0}'
            return answer

    posts = Afterwards("POST", "/teams", path_of_reads="nothing", writes_too=True)
    result = apply_over(sandbox, Lagging(posts, after=True), plan)
    assert [outcome.status for outcome in result.outcomes] == [Status.APPLIED]
    assert len(looks) > 2
    assert [it["name"] for it in client.list_all("teams")].count("red") == 1


@pytest.mark.parametrize("after", [False, True], ids=["never arrived", "answer lost"])
def test_a_collection_that_grows_with_every_page_is_looked_through(
    client: RestApiV2Client, sandbox: SandboxServer, after: bool
) -> None:
    """As it does while other workers create: no count ever comes out, and still nothing is missed or made twice."""
    for n in range(120):
        client.rpost("teams", json={"type": "team", "name": f"other {n}"})
    plan = plan_for(client, [team("red")])
    posts, made = Afterwards("POST", "/teams", path_of_reads="nothing", writes_too=True), []

    class Growing(Dead):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            if len(made) > 2 and request.method == "POST":  # the second try comes after two looks
                return HTTPAdapter.send(self, request, **options)
            answer = super().send(request, **options)
            if request.method == "GET" and "/teams" in str(request.url):
                if "query=" in str(request.url):
                    answer._content = b'{"teams": [], "more": false, "total": 0, "limit": 100, "offset": 0}'
                else:
                    made.append(client.rpost("teams", json={"type": "team", "name": f"a {len(made)}"}))
            return answer

    result = apply_over(sandbox, Growing(posts, after=after), plan)
    assert [outcome.status for outcome in result.outcomes] == [Status.APPLIED]
    assert len(made) >= 2
    assert [it["name"] for it in client.list_all("teams")].count("red") == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.source.unlisted], ids=lambda kind: kind.slug)
@pytest.mark.parametrize("bulk", [1, bulk_creation.BULK], ids=["in groups", "alone"])
def test_what_was_made_is_found_in_a_listing_that_does_not_say_whose_it_is(
    client: RestApiV2Client, sandbox: SandboxServer, kind: Kind, bulk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_creation, "BULK", bulk)
    key = KEYS[kind.slug][0]
    others = [made for made in surroundings(kind) if made.kind != kind.slug]
    converge(client, others)
    before = len(sandbox.control.state().get(kind.slug, ()))
    wanted = [*others, resource(kind.name, key, minimal(kind, "One"))]
    action = {"type": "drop", "when": "after"}
    match = {"method": "POST", "path": f"/{kind.collection}", "times": 1}
    plan = plan_for(client, wanted)
    sandbox.control.set_faults([{"match": match, "action": action}])
    assert apply_plan(plan, client, Watch(sleep=lambda seconds: None)).exit_code == 0
    sandbox.control.clear_faults()
    assert len(sandbox.control.state()[kind.slug]) == before + 1
    assert not plan_for(client, wanted).changes
