"""Business services as transitions of an account: what they depend on, and who gets their status updates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import Lifecycle, Resource
from pdsync.plan import Change, ChildOperation, Operation, Plan, Status
from pdsync.report.plan.change_text import render_change
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN, converge, plan_for, policy, resource, service, team, user

ACCOUNT_KEY = "y_NbAkKc66ryYTWUXYEu"
COMPANY = [user("ana"), policy("first", {"user": "ana"}), team("red")]
TECHNICAL, BUSINESS = "technical_services", "business_services"


def shop(**spec: Any) -> Resource:
    return service("shop", "first", **spec)


def db(**spec: Any) -> Resource:
    return service("db", "first", **spec)


def business(key: str = "checkout", **spec: Any) -> Resource:
    return resource("BusinessService", key, spec)


def on(*targets: str) -> list[dict[str, str]]:
    """Dependencies, from texts such as ``service/shop``."""
    return [dict([target.split("/")]) for target in targets]


def held(client: RestApiV2Client, name: str, collection: str = "business_services") -> dict[str, Any]:
    (found,) = [it for it in client.list_all(collection) if it["name"] == name]
    return found


def edges(client: RestApiV2Client) -> set[tuple[str, str]]:
    """Every dependency of the account by names, but for those of bystanders: what depends, and what it depends on."""
    rows, names = [], {}
    for collection, path in (("services", TECHNICAL), ("business_services", BUSINESS)):
        for it in client.list_all(collection):
            names[it["id"]] = it["name"]
            rows += client.list_all(f"service_dependencies/{path}/{it['id']}")
    found = {(names[row["dependent_service"]["id"]], names[row["supporting_service"]["id"]]) for row in rows}
    return {edge for edge in found if not edge[0].startswith("Bystander")}


def associate(client: RestApiV2Client, dependent: tuple[str, str], supporting: tuple[str, str]) -> None:
    """A dependency made by hand; the ends are ids with their types."""
    ends = {"dependent_service": dependent, "supporting_service": supporting}
    pair = {name: {"id": identity, "type": kind} for name, (identity, kind) in ends.items()}
    client.rpost("service_dependencies/associate", json={"relationships": [pair]}, wrap=False)


def subscribers(client: RestApiV2Client, name: str = "checkout") -> set[str]:
    return {
        it["subscriber_type"] for it in client.list_all(f"business_services/{held(client, name)['id']}/subscribers")
    }


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


def test_dependencies_are_made_and_both_directions_show_each_once(client: RestApiV2Client) -> None:
    top = business(depends_on=on("service/shop", "business_service/payments"))
    converge(client, [*COMPANY, shop(depends_on=on("service/db")), db(depends_on=[]), business("payments"), top])
    assert edges(client) == {("shop", "db"), ("checkout", "shop"), ("checkout", "payments")}


def test_no_dependency_of_another_object_is_touched(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, shop(), db(), business(depends_on=on("service/shop"))])
    mine, other = held(client, "checkout"), held(client, "db", "services")
    associate(client, (mine["id"], "business_service"), (other["id"], "service"))
    associate(client, (other["id"], "service"), (held(client, "shop", "services")["id"], "service"))
    technical = [*COMPANY, shop(depends_on=[], depends_on_mode="exclusive"), db()]
    converge(client, [*technical, business(depends_on=on("service/shop"))])
    assert edges(client) == {("checkout", "shop"), ("checkout", "db"), ("db", "shop")}, (
        "additive keeps what is made by hand"
    )
    wanted = [*technical, business(depends_on=on("service/shop"), depends_on_mode="exclusive")]
    change = only(plan_for(client, wanted))
    assert [(it.operation, it.label) for it in change.children] == [(ChildOperation.REMOVE, "service/db")]
    converge(client, wanted)
    assert edges(client) == {("checkout", "shop"), ("db", "shop")}


def test_one_that_took_the_place_of_another_is_named_as_people_know_it(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, shop(), db(), business(depends_on=on("service/shop"))])
    mine, shops = held(client, "checkout"), held(client, "shop", "services")
    ends = {"dependent_service": mine, "supporting_service": shops}
    pair = {end: {"id": it["id"], "type": it["type"].removesuffix("_reference")} for end, it in ends.items()}
    client.rpost("service_dependencies/disassociate", json={"relationships": [pair]}, wrap=False)
    first = held(client, "first", "escalation_policies")
    by_hand = {"type": "service", "name": "By hand", "escalation_policy": {"id": first["id"], "type": first["type"]}}
    other = client.rpost("services", json=by_hand)
    associate(client, (mine["id"], "business_service"), (other["id"], "service"))
    plan = plan_for(client, [*COMPANY, shop(), db(), business(depends_on=[])])
    text = "\n".join(render_change(only(plan), ValueWriter(plan.labels), Palette()))
    assert (
        "depends_on[By hand] is no longer managed and stays: it may be an item that pdsync added and that was edited since"
        in text
    )


def test_a_dependency_is_turned_round(client: RestApiV2Client) -> None:
    """PagerDuty refuses a circle at every moment, so the old one goes first."""
    converge(client, [*COMPANY, shop(depends_on=on("service/db")), db()])
    wanted = [*COMPANY, shop(depends_on=[], depends_on_mode="exclusive"), db(depends_on=on("service/shop"))]
    plan = plan_for(client, wanted)
    (later,) = [change for change in plan.changes if change.address == "service/db"]
    assert later.waits_for == ("service/shop",)
    converge(client, wanted)
    assert edges(client) == {("db", "shop")}


def test_a_circle_that_only_the_account_shows_is_a_blocker(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, shop(), db()])
    associate(
        client,
        (held(client, "shop", "services")["id"], "service"),
        (held(client, "db", "services")["id"], "service"),
    )
    plan = plan_for(client, [*COMPANY, shop(depends_on=[]), db(depends_on=on("service/shop"))])
    (closing,) = [change for change in plan.changes if change.address == "service/db"]
    assert closing.blockers == (
        "goes round in a circle: service/db -> service/shop -> service/db; take one of these out",
    )


def test_what_is_depended_on_is_deleted_after_the_dependency(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, business("payments"), business(depends_on=on("business_service/payments"))])
    wanted = [*COMPANY, business(depends_on=[])]
    plan = plan_for(client, wanted, prune="owned")
    (gone,) = [change for change in plan.changes if change.operation is Operation.DELETE]
    assert gone.waits_for == ("business_service/checkout",)
    assert "the business service 'checkout' depends on it" in gone.notes
    converge(client, wanted, prune="owned")
    assert edges(client) == set()


def test_what_is_deleted_together_is_not_deleted_out_of_a_list_that_is_compared(client: RestApiV2Client) -> None:
    """The name of what is depended on comes first, and of the subscriber last: neither order of names, nor chance, decides."""
    listed = business("zone", depends_on=on("service/db"), subscribers=[{"team": "red"}])
    converge(client, [*COMPANY, shop(depends_on=on("service/db")), db(), listed])
    plan = plan_for(client, COMPANY[:-1], prune="owned")
    waits = {change.address: change.waits_for for change in plan.changes}
    assert waits["service/db"] == ("business_service/zone", "service/shop")
    assert waits["team/red"] == ("business_service/zone",)
    result = apply_plan(plan, client, workers=1)
    assert result.exit_code == 0, result.outcomes


def test_a_target_takes_no_change_along_whose_list_it_is_in(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, shop(depends_on=on("service/db")), db()])
    gone = replace(db(), fields={}, children={}, modes={}, lifecycle=Lifecycle(absent=True))
    wanted = [*COMPANY, shop(depends_on=[], description="New"), gone]
    assert len(plan_for(client, wanted).changes) == 2
    plan = plan_for(client, wanted, targets=frozenset({gone.address}))
    assert [change.address for change in plan.changes] == [gone.address]


def test_services_that_depend_on_each_other_can_be_deleted(relaxed: SandboxServer) -> None:
    with RestApiV2Client(TOKEN, base_url=relaxed.url, retry_ambiguous_posts=False) as client:
        converge(client, [business("one", depends_on=on("business_service/two")), business("two")])
        ends = [(held(client, name)["id"], "business_service") for name in ("two", "one")]
        associate(client, ends[0], ends[1])
        plan = plan_for(client, [], prune="owned")
        assert not plan.problems
        while plan.changes:
            before, _ = len(plan.changes), apply_plan(plan, client, workers=1)
            plan = plan_for(client, [], prune="owned")
            assert len(plan.changes) < before


def test_what_a_manifest_depends_on_is_not_pruned(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, business("payments")])
    plan = plan_for(
        client, [*COMPANY, business(depends_on=[{"business_service": {"name": "payments"}}])], prune="owned"
    )
    (gone,) = [change for change in plan.changes if change.operation is Operation.DELETE]
    assert any("still used by business_service/checkout" in blocker for blocker in gone.blockers)


def test_subscribers_are_told_and_told_no_more(client: RestApiV2Client) -> None:
    both = [{"team": "red"}, {"user": "ana"}]
    converge(client, [*COMPANY, business(subscribers=both)])
    assert subscribers(client) == {"team", "user"}
    wanted = [*COMPANY, business(subscribers=[{"user": "ana"}], subscribers_mode="exclusive")]
    assert "team/red no longer gets its status updates" in only(plan_for(client, wanted)).notes
    converge(client, wanted)
    assert subscribers(client) == {"user"}
    gone = plan_for(client, COMPANY, prune="owned")
    assert "user/ana no longer gets its status updates" in only(gone).notes


@pytest.fixture(scope="module")
def strict() -> Iterator[SandboxServer]:
    """An account that answers as the reports about PagerDuty say."""
    readings = {
        "business_service_key": "refused",
        "deleted_business_service": "array",
        "dependencies_at_once": "refused",
        "repeated_dependency": "refused",
    }
    with SandboxServer(account={"account": 1, "readings": readings}) as server:
        yield server


@pytest.fixture
def relaxed() -> Iterator[SandboxServer]:
    """An account that takes circles."""
    with SandboxServer(account={"account": 1, "readings": {"dependency_circle": "taken"}}) as server:
        yield server


def test_an_account_key_that_may_not_change_it_is_named(strict: SandboxServer) -> None:
    with RestApiV2Client(ACCOUNT_KEY, base_url=strict.url, retry_ambiguous_posts=False) as client:
        keys = ["one", "two", "three", "four"]
        converge(client, [business(key) for key in keys])
        plan = plan_for(client, [*(business(key, point_of_contact="#x") for key in keys), team("later")])
        outcomes = {outcome.address: outcome for outcome in apply_plan(plan, client, workers=1).outcomes}
        assert outcomes["team/later"].status is Status.APPLIED, "the token as such is not refused"
        assert "account-level key: use the API key of a user" in str(outcomes["business_service/four"].message)


def test_a_deleted_one_is_gone_although_the_answer_is_a_list(strict: SandboxServer) -> None:
    with RestApiV2Client(TOKEN, base_url=strict.url, retry_ambiguous_posts=False) as client:
        converge(client, [business("passing")])
        result = apply_plan(plan_for(client, [], prune="owned"), client)
        assert result.exit_code == 0, result.outcomes


def test_dependencies_of_many_are_made_one_request_at_a_time(strict: SandboxServer) -> None:
    with RestApiV2Client(TOKEN, base_url=strict.url, retry_ambiguous_posts=False) as client:
        base = [business(f"base-{at}") for at in range(4)]
        targets = on(*(it.address for it in base))
        strict.control.forget()
        converge(client, [*base, *(business(f"top-{at}", depends_on=targets) for at in range(6))])
        asked = [it for it in strict.requests() if it["path"] == "/service_dependencies/associate"]
        assert [it["status"] for it in asked] == [200] * 6, "one request for the pairs of each"


def test_a_dependency_on_a_young_service_is_asked_for_again() -> None:
    """PagerDuty answers 404 for a service that it has just made."""
    waits: list[float] = []
    profile = {"account": 1, "lag": {"business_services": {"reads": 5, "seen_by": "all"}}}
    with (
        SandboxServer(account=profile) as server,
        RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as client,
    ):
        converge(client, [*COMPANY, shop()])
        wanted = [*COMPANY, shop(depends_on=on("business_service/payments")), business("payments")]
        server.control.forget()
        result = apply_plan(plan_for(client, wanted), client, Watch(sleep=waits.append))
        assert result.exit_code == 0, result.outcomes
        asked = [it["status"] for it in server.requests() if it["path"] == "/service_dependencies/associate"]
        assert asked[-1] == 200
        assert 404 in asked[:-1]
        assert waits


def test_what_depends_goes_before_what_it_depends_on(client: RestApiV2Client) -> None:
    """Else the dependency is gone when its service is looked at, which then is not as it was planned."""
    needs = shop(depends_on=on("business_service/payments"))
    converge(client, [*COMPANY, needs, business("payments"), business(depends_on=on("service/shop"))])
    waits = {it.address: set(it.waits_for) for it in plan_for(client, COMPANY, prune="owned").changes}
    assert "service/shop" in waits["business_service/payments"]
    (top,) = waits.keys() - {"service/shop", "business_service/payments"}
    assert top in waits["service/shop"]
    converge(client, COMPANY, prune="owned")


def test_a_dropped_dependency_on_what_is_deleted_is_not_said_to_stay(client: RestApiV2Client) -> None:
    converge(
        client,
        [*COMPANY, shop(), business(), business("portal", depends_on=on("business_service/checkout", "service/shop"))],
    )
    gone = replace(business(), fields={}, children={}, modes={}, lifecycle=Lifecycle(absent=True))
    plan = plan_for(client, [*COMPANY, shop(), gone, business("portal", depends_on=[])])
    (portal,) = [change for change in plan.changes if change.address == "business_service/portal"]
    assert [it.path for it in portal.unmanaged] == ["depends_on[service/shop]"], "the other one stays"
    assert apply_plan(plan, client, workers=1).exit_code == 0
    assert edges(client) == {("portal", "shop")}
