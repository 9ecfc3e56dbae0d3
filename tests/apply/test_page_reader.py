"""Where many objects change they are re-read by pages: few requests, and nothing of another person's is lost or missed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.apply import Watch, apply_plan, page_reader
from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.kinds.event_orchestration import EVENT_ORCHESTRATION
from pdsync.model import Resource
from pdsync.plan import Operation, Plan, Result, Status
from pdsync.sandbox import SandboxServer
from tests.support.meeting import Act, Meeting
from tests.support.recorded import asked, forget
from tests.support.world import BY_HAND, TOKEN, converge, plan_for, policy, service, team, user

MANY = 24
COMPANY = [user("ana"), policy("first", {"user": "ana"})]
SECOND_S = 1.0


def shops(count: int = MANY, *, prefix: str = "Shop", **spec: Any) -> list[Resource]:
    """Services whose keys sort in another order than their names."""
    return [
        service(f"key-{(number * 7) % count:03}", "first", name=f"{prefix} {number:03}", **spec)
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as made:
        yield made


@pytest.fixture(scope="module")
def empty_state(server: SandboxServer) -> Any:
    """An account with its owner."""
    return server.control.state()


@pytest.fixture(scope="module")
def shop_state(server: SandboxServer, empty_state: Any) -> Any:
    """An account with the shops that a run of pdsync made."""
    server.control.restore(empty_state)
    with RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as client:
        converge(client, [*COMPANY, *shops()])
    return server.control.state()


@pytest.fixture
def hand(server: SandboxServer, shop_state: Any) -> Iterator[RestApiV2Client]:
    """A client for edits by hand, of an account with the shops."""
    server.control.restore(shop_state)
    with RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as made:
        made.headers["User-Agent"] = BY_HAND
        yield made
    server.control.clear_faults()
    server.control.set_account({"account": 1})


@pytest.fixture
def pages_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_reader, "_PAGE", 10)


def run(
    server: SandboxServer, plan: Plan, adapter: HTTPAdapter | None = None, clock: list[float] | None = None
) -> Result:
    """An apply by one worker, so that the order of requests is that of the plan."""
    forget(server)
    with RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False, sleep=lambda seconds: None) as client:
        if adapter is not None:
            client.mount("http://", adapter)
        if clock is not None:
            client.server_clock.monotonic = lambda: clock[0]
        return apply_plan(plan, client, Watch(sleep=lambda seconds: None), workers=1)


def id_of(client: RestApiV2Client, name: str) -> str:
    return str(named(client, name)["id"])


def named(client: RestApiV2Client, name: str) -> dict[str, Any]:
    found = client.find("services", name)
    assert found is not None
    return found


def statuses(result: Result) -> dict[str, Status]:
    return {outcome.name: outcome.status for outcome in result.outcomes}


def single_reads(server: SandboxServer) -> int:
    return sum(method == "GET" and path.count("/") > 1 for method, path in asked(server))


def assert_all_late(client: RestApiV2Client, count: int = MANY) -> None:
    assert [it["auto_resolve_timeout"] for it in client.list_all("services") if it["name"].startswith("Shop")] == [
        7200
    ] * count


LATE = {"auto_resolve_timeout": "2h"}


def test_the_requests_of_many_changes(server: SandboxServer, shop_state: Any, hand: RestApiV2Client) -> None:
    (shop, *_) = shop_state["service"]
    copies = [
        {
            **shop,
            "id": f"PCOPY{number:03}",
            "name": f"{made.name}",
            "description": f"Managed by pdsync: test/{made.address}",
        }
        for number, made in enumerate(shops(120))
    ]
    server.control.restore({**shop_state, "service": copies})
    update = plan_for(hand, [*COMPANY, *shops(120, **LATE)])
    assert run(server, update).exit_code == 0
    # Two pages; where the machine is busy and the window of a page ends before its last write, one of them again.
    assert 120 + 2 <= len(asked(server)) <= 120 + 6
    assert_all_late(hand, 120)
    delete = plan_for(hand, [*COMPANY, *shops(120, **LATE)[60:]], prune="owned")
    assert run(server, delete).exit_code == 0
    # What depends on a service, its rules, its cache variables and whether AIOps is on are asked just before its delete, which is
    # looked at once more when it is done.
    assert len(asked(server)) == 6 * 60 + 1
    assert_all_late(hand, 60)


@pytest.mark.parametrize("prefix", ["Ashop", "Zshop"], ids=["to the front", "to the end"])
@pytest.mark.usefixtures("pages_of_ten")
def test_names_that_move_through_the_listing(server: SandboxServer, hand: RestApiV2Client, prefix: str) -> None:
    assert run(server, plan_for(hand, [*COMPANY, *shops(prefix=prefix)])).exit_code == 0
    assert len(asked(server)) <= 1.3 * MANY
    assert {it["name"][:5] for it in hand.list_all("services")} == {prefix}


def test_the_requests_of_an_adoption(server: SandboxServer, hand: RestApiV2Client) -> None:
    for shop in hand.list_all("services"):
        hand.rput(shop["self"], json={"type": "service", "name": shop["name"], "description": "by hand"})
    plan = plan_for(hand, [*COMPANY, *shops()], adopt=True)
    assert [change.operation for change in plan.changes] == [Operation.ADOPT] * MANY
    assert run(server, plan).exit_code == 0
    assert len(asked(server)) == MANY + 1
    assert not plan_for(hand, [*COMPANY, *shops()]).changes


def test_few_changes_are_read_one_by_one(server: SandboxServer, hand: RestApiV2Client) -> None:
    wanted = [*COMPANY, *shops()[:19], *(made for made in shops(**LATE)[19:])]
    assert run(server, plan_for(hand, wanted)).exit_code == 0
    assert ("GET", "/services") not in asked(server)


def test_a_large_collection_in_which_few_change_costs_one_page(
    server: SandboxServer, hand: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_reader, "_PAGE", 3)
    reference = hand.list_all("escalation_policies")[0]
    for number in range(20):
        hand.rpost("services", json={"type": "service", "name": f"A {number}", "escalation_policy": reference})
    assert run(server, plan_for(hand, [*COMPANY, *shops(**LATE)])).exit_code == 0
    assert asked(server).count(("GET", "/services")) == 1
    assert single_reads(server) == MANY
    assert_all_late(hand)


@pytest.mark.usefixtures("pages_of_ten")
def test_a_listing_in_no_order_costs_few_pages_too_many(server: SandboxServer, hand: RestApiV2Client) -> None:
    teams = [team(f"key-{number:03}", name=f"Team {(number * 7) % MANY:03}") for number in range(MANY)]
    server.control.set_account({"account": 1, "readings": {"list_order": "newest_first"}})
    converge(hand, [*COMPANY, *teams])
    wanted = [team(made.key, name=made.name, description="new") for made in teams]
    assert run(server, plan_for(hand, [*COMPANY, *wanted])).exit_code == 0
    assert len(asked(server)) <= 1.5 * MANY
    assert not plan_for(hand, [*COMPANY, *wanted]).changes


@pytest.mark.usefixtures("pages_of_ten")
def test_what_is_on_no_page_is_read_alone(server: SandboxServer, hand: RestApiV2Client) -> None:
    """Others delete objects of the first page while it is written, so that the rows behind it move up."""
    reference = hand.list_all("escalation_policies")[0]
    theirs = [
        hand.rpost("services", json={"type": "service", "name": f"A {it}", "escalation_policy": reference})["id"]
        for it in range(8)
    ]
    plan = plan_for(hand, [*COMPANY, *shops(**LATE)])
    gone = Meeting("GET", "/services", 1, lambda: [hand.rdelete(f"services/{it}") for it in theirs], after=True)
    assert run(server, plan, gone).exit_code == 0
    assert 0 < single_reads(server) <= 8
    assert_all_late(hand)


@pytest.mark.parametrize("name", ["Aaa", "Zzz", "Shop 015"], ids=["to the front", "to the end", "in its place"])
@pytest.mark.usefixtures("pages_of_ten")
def test_an_edit_before_the_page_is_a_conflict(server: SandboxServer, hand: RestApiV2Client, name: str) -> None:
    """Also of an object that is renamed from a page not yet read to one that was."""
    plan = plan_for(hand, [*COMPANY, *shops(**LATE)])
    shop = id_of(hand, "Shop 015")
    body = {"type": "service", "name": name, "acknowledgement_timeout": 99}
    edit = Meeting("GET", "/services", 1, lambda: hand.rput(f"services/{shop}", json=body), after=True)
    result = run(server, plan, edit)
    (left,) = [outcome for outcome in result.outcomes if outcome.status is not Status.APPLIED]
    assert (left.status, left.message) == (
        Status.CONFLICT,
        f"{shop} was changed since it was planned. Run plan again.",
    )
    assert result.exit_code == 3
    assert hand.rget(f"services/{shop}")["auto_resolve_timeout"] != 7200


def test_an_object_that_is_deleted_after_its_page_is_not_made_again(
    server: SandboxServer, hand: RestApiV2Client
) -> None:
    plan = plan_for(hand, [*COMPANY, *shops(**LATE)])
    shop = id_of(hand, "Shop 015")
    gone = Meeting("GET", "/services", 1, lambda: hand.rdelete(f"services/{shop}"), after=True)
    result = run(server, plan, gone)
    assert [it.name for it in result.outcomes if it.status is not Status.APPLIED] == ["Shop 015"]
    assert statuses(result)["Shop 015"] is Status.FAILED
    assert result.exit_code == 3
    assert "POST" not in {method for method, _ in asked(server)}


def test_a_row_counts_for_seconds(server: SandboxServer, hand: RestApiV2Client) -> None:
    """An edit after the page is overwritten within the window that the docs name, and seen behind it."""
    plan = plan_for(hand, [*COMPANY, *shops(**LATE)])
    for waited_s, expected in ((page_reader.WINDOW_S, Status.APPLIED), (page_reader.WINDOW_S + 1, Status.CONFLICT)):
        before, clock = server.control.state(), [0.0]
        shop = id_of(hand, "Shop 015")

        def edit(clock: list[float] = clock, shop: str = shop, waited_s: float = waited_s) -> None:
            hand.rput(f"services/{shop}", json={"type": "service", "name": "Shop 015", "auto_resolve_timeout": 660})
            clock[0] += waited_s

        # The page is read at once for the first write; the clock goes on with that.
        meeting = Meeting("PUT", f"/services/{id_of(hand, 'Shop 010')}", 1, edit, after=True)
        result = run(server, plan, meeting, clock)
        assert statuses(result)["Shop 015"] is expected
        server.control.restore(before)


def test_rows_that_are_too_old_are_read_again_together(server: SandboxServer, hand: RestApiV2Client) -> None:
    clock = [0.0]

    class Slow(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            clock[0] += SECOND_S
            return super().send(request, **options)

    assert run(server, plan_for(hand, [*COMPANY, *shops(**LATE)]), Slow(), clock).exit_code == 0
    assert len(asked(server)) <= 1.3 * MANY
    assert_all_late(hand)


def test_pages_that_come_too_late_are_not_asked_for_again(server: SandboxServer, hand: RestApiV2Client) -> None:
    clock = [0.0]

    def wait() -> None:
        clock[0] += page_reader.WINDOW_S + 1

    meeting = Meeting("GET", "/services", 1, wait, after=True)
    assert run(server, plan_for(hand, [*COMPANY, *shops(**LATE)]), meeting, clock).exit_code == 0
    assert asked(server).count(("GET", "/services")) == 1
    assert single_reads(server) == MANY


def test_a_listing_that_is_refused_leaves_the_single_reads(server: SandboxServer, hand: RestApiV2Client) -> None:
    plan = plan_for(hand, [*COMPANY, *shops(**LATE)])
    refused = {"match": {"method": "GET", "path": "/services"}, "action": {"type": "error", "status": 403}}
    server.control.set_faults({"rules": [refused]})
    assert run(server, plan).exit_code == 0
    assert asked(server).count(("GET", "/services")) == 1
    server.control.clear_faults()
    assert_all_late(hand)


def test_a_row_that_differs_is_no_conflict_where_the_object_alone_is_as_planned(
    server: SandboxServer, hand: RestApiV2Client
) -> None:
    plan = plan_for(hand, [*COMPANY, *shops(**LATE)])
    shop = f"services/{id_of(hand, 'Shop 015')}"

    def say(timeout_s: int | None) -> Act:
        body = {"type": "service", "name": "Shop 015", "acknowledgement_timeout": timeout_s}
        return lambda: hand.rput(shop, json=body)

    before = hand.rget(shop)["acknowledgement_timeout"]
    say(99)()
    again = Meeting("GET", "/services", 1, say(before), after=True)
    assert run(server, plan, again).exit_code == 0
    assert single_reads(server) == 1
    assert_all_late(hand)


def test_names_that_are_swapped_are_judged_by_what_is_there_after_the_first_write(
    server: SandboxServer, hand: RestApiV2Client
) -> None:
    made = shops()
    swapped = [
        service(one.key, "first", name=other.name)
        for pair in zip(made[::2], made[1::2], strict=True)
        for one, other in (pair, pair[::-1])
    ]
    plan = plan_for(hand, [*COMPANY, *swapped])
    assert sum(change.operation is Operation.INTERIM for change in plan.changes) == MANY / 2
    assert run(server, plan).exit_code == 0
    assert not plan_for(hand, [*COMPANY, *swapped]).changes


def test_what_waits_for_a_change_is_not_judged_by_a_page_from_before_it(
    server: SandboxServer, hand: RestApiV2Client
) -> None:
    """The last of the services waits for a policy that is made after the page of the others was read."""
    late = service(shops()[-1].key, "second", name=shops()[-1].name)
    wanted = [*COMPANY, *shops(**LATE)[:-1], late, user("bo"), policy("second", {"user": "bo"})]
    plan = plan_for(hand, wanted)
    shop = id_of(hand, late.name)
    body = {"type": "service", "name": late.name, "acknowledgement_timeout": 99}
    edit = Meeting("POST", "/escalation_policies", 1, lambda: hand.rput(f"services/{shop}", json=body), after=False)
    assert statuses(run(server, plan, edit))[late.name] is Status.CONFLICT


@pytest.mark.parametrize("kind", [it for it in KINDS if not it.source.on_demand], ids=lambda kind: kind.slug)
def test_a_page_and_the_object_alone_say_the_same(client: RestApiV2Client, kind: Any) -> None:
    includes = {"include[]": [*kind.source.includes, *kind.source.optional_includes]}
    if kind is EVENT_ORCHESTRATION:
        client.rpost(kind.collection, json={"name": "Events"})  # the example company has none
    rows = client.list_all(kind.collection, includes)
    assert rows
    lists = [child.name for child in kind.children if child.read_from == "parent"]
    for row in rows:
        alone = client.rget(kind.path_of(row["id"]), params=includes)
        assert BY_SLUG[kind.slug].read_live(row).digest(lists) == kind.read_live(alone).digest(lists)
