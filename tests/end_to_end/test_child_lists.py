"""Child lists as transitions of an account: what the plan says, what is written, and what is left afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client, successful_response
from pdsync.model import Resource
from pdsync.plan import Change, Operation, Status
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget, writes
from tests.support.world import converge, plan_for, policy, service, team, user

PEOPLE = [user("ana"), user("bo")]
COMPANY = [*PEOPLE, policy("first", {"user": "ana"})]
V2 = "events_api_v2_inbound_integration"
EMAIL = "generic_email_inbound_integration"


def held(client: RestApiV2Client, collection: str, name: str) -> dict[str, Any]:
    found = client.find(collection, name)
    assert found is not None
    return found


def integrate(client: RestApiV2Client, name: str, **more: Any) -> str:
    """An integration of the service "shop" that someone makes by hand; gives its id."""
    body = {"type": V2, "name": name, **more}
    made = client.rpost(f"services/{held(client, 'services', 'shop')['id']}/integrations", json=body)
    return str(made["id"])


def integrations_of(client: RestApiV2Client) -> set[str]:
    shown = client.rget(f"services/{held(client, 'services', 'shop')['id']}", params={"include[]": ["integrations"]})
    return {str(item["id"]) for item in shown["integrations"]}


def shop(**spec: Any) -> Resource:
    return service("shop", "first", **spec)


def removals(change: Change) -> list[tuple[str, str]]:
    return [(child.list_name, child.label) for child in change.children if child.operation.value == "remove"]


# Deletes


def test_a_service_that_got_an_integration_since_the_plan_is_not_deleted(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, shop()])
    plan = plan_for(client, COMPANY, prune="owned")
    integrate(client, "by hand")
    result = apply_plan(plan, client)
    assert [outcome.status for outcome in result.outcomes] == [Status.CONFLICT]
    assert held(client, "services", "shop")
    converge(client, COMPANY, prune="owned")
    assert client.find("services", "shop") is None


def test_a_team_that_got_a_member_since_the_plan_is_not_deleted(client: RestApiV2Client) -> None:
    converge(client, [*PEOPLE, team("red", members=[{"user": "ana"}])])
    plan = plan_for(client, PEOPLE, prune="owned")
    red = held(client, "teams", "red")
    successful_response(client.put(f"teams/{red['id']}/users/{held(client, 'users', 'bo')['id']}"))
    result = apply_plan(plan, client)
    assert [outcome.status for outcome in result.outcomes] == [Status.CONFLICT]
    converge(client, PEOPLE, prune="owned")
    assert client.find("teams", "red") is None


def test_members_are_read_of_teams_that_are_to_be_deleted_and_of_no_others(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, [*PEOPLE, team("red"), team("blue")])
    client.rpost("teams", json={"type": "team", "name": "By hand"})
    red = held(client, "teams", "red")["id"]
    for mode, expected in (("report", []), ("owned", [f"/teams/{red}/members"])):
        forget(sandbox)
        plan_for(client, [*PEOPLE, team("blue")], prune=mode)
        assert [path for _, path in asked(sandbox) if path.endswith("/members")] == expected


def test_members_who_join_a_team_through_a_policy_do_not_stop_its_delete(client: RestApiV2Client) -> None:
    """A schedule gets a user while its policy still belongs to the team: PagerDuty adds him to the team on the way."""
    converge(client, [*PEOPLE, team("red"), policy("own", {"user": "ana"}, teams=["red"])])
    converge(client, [*PEOPLE, policy("own", {"user": "bo"}, teams=[])], prune="owned")
    assert client.find("teams", "red") is None


def test_a_delete_says_how_many_routing_keys_stop(client: RestApiV2Client) -> None:
    items = [{"name": "a", "type": V2}, {"name": "b", "type": V2}]
    converge(client, [*COMPANY, shop(integrations=items)])
    renamed = service("store", "first", name="shop", integrations=items)
    plan = plan_for(client, [*COMPANY, renamed], prune="owned")
    changes = {change.address: change for change in plan.changes}
    assert "2 routing keys of service 'shop' end for good: integrations 'a', 'b' go" in {
        it.message for it in plan.risks
    }
    assert changes["service/shop"].notes == (
        "service/store may be this object: to keep it write 'lifecycle: {moved_from: shop}' there",
    )
    converge(client, [*COMPANY, shop(integrations=items, integrations_mode="exclusive")])
    converge(client, [*COMPANY, shop(integrations=[], integrations_mode="exclusive")])
    (change,) = plan_for(client, COMPANY, prune="owned").changes
    assert not change.notes


# Items that cannot be told apart


def test_none_of_several_equal_integrations_is_removed(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    wanted = [*COMPANY, shop(integrations=[{"name": "in", "type": V2}], integrations_mode="exclusive")]
    converge(client, wanted)
    duplicate = integrate(client, "in")
    extra = integrate(client, "other")
    duplicates = integrations_of(client) - {extra}
    plan = plan_for(client, wanted)
    (change,) = plan.changes
    assert [child.id for child in change.children] == [extra]
    (note,) = plan.notes
    assert note.startswith("service/shop ('shop'): 2 integrations are alike: 'in events_api_v2_inbound_integration'")
    assert all(identity in note for identity in duplicates)
    converge(client, wanted)
    assert integrations_of(client) == duplicates
    assert duplicate in duplicates
    assert plan_for(client, wanted).notes == (note,)
    forget(sandbox)
    assert apply_plan(plan_for(client, wanted), client).exit_code == 0
    assert not writes(sandbox)


def test_twins_that_the_manifest_does_not_list_are_all_removed_in_exclusive_mode(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, shop()])
    duplicates = {integrate(client, "in"), integrate(client, "in")}
    wanted = [*COMPANY, shop(integrations=[], integrations_mode="exclusive")]
    (change,) = plan_for(client, wanted).changes
    assert {child.id for child in change.children} == duplicates
    assert all(any(identity in note for note in change.notes) for identity in duplicates)
    converge(client, wanted)


def test_an_update_of_one_of_several_twins_is_a_problem(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, shop()])
    vendor = {"id": "PUPTM4R", "type": "vendor_reference"}
    duplicates = {integrate(client, "in", type=EMAIL, vendor=vendor) for _ in range(2)}
    named = {"name": "in", "vendor": {"id": "PUPTM4R"}}
    mine = {**named, "email_incident_creation": "on_new_email"}
    assert not plan_for(client, [*COMPANY, shop(integrations=[named])]).problems
    plan = plan_for(client, [*COMPANY, shop(integrations=[{**mine, "email_filter_mode": "or-rules-email"}])])
    (problem,) = plan.problems
    assert all(identity in problem.message for identity in duplicates)
    assert problem.source == "shop.yaml:1"
    one = sorted(duplicates)[1]
    shop_id = held(client, "services", "shop")["id"]
    client.rput(f"services/{shop_id}/integrations/{one}", json={"type": EMAIL, "email_incident_creation": "use_rules"})
    settled = [*COMPANY, shop(integrations=[{**mine, "email_incident_creation": "use_rules"}])]
    assert not plan_for(client, settled).problems, "the one that is as written in the manifest is the one it means"
    changes = plan_for(client, settled).changes
    assert not [change for change in changes if change.deltas or change.children], "only the record is renewed"


# Contact methods and the rules by them

SMS = {"type": "sms_contact_method", "address": "5550101", "country_code": 1, "label": "Mobile"}
MAIL = {"type": "email_contact_method", "address": "ana@example.com"}


def rule(urgency: str, method: dict[str, Any], delay: int = 0) -> dict[str, Any]:
    pointer = {name: method[name] for name in ("type", "address", "country_code") if name in method}
    return {"urgency": urgency, "start_delay_in_minutes": delay, "contact_method": pointer}


def rules_of(client: RestApiV2Client, name: str = "ana") -> list[tuple[str, int, str]]:
    shown = client.rget(
        f"users/{held(client, 'users', name)['id']}", params={"include[]": ["contact_methods", "notification_rules"]}
    )
    methods = {
        method["id"]: f"{method.get('country_code', '')} {method['address']}".strip()
        for method in shown["contact_methods"]
    }
    return sorted(
        (made["urgency"], made["start_delay_in_minutes"], methods[made["contact_method"]["id"]])
        for made in shown["notification_rules"]
    )


def test_rules_that_go_with_their_contact_method_are_in_the_plan(client: RestApiV2Client) -> None:
    rules = [rule("high", SMS), rule("high", MAIL), rule("low", SMS, 5)]
    first = user("ana", contact_methods=[MAIL, SMS], notification_rules=rules, notification_rules_mode="exclusive")
    converge(client, [first])
    wanted = [user("ana", contact_methods=[MAIL], contact_methods_mode="exclusive")]
    (change,) = plan_for(client, wanted).changes
    assert [name for name, _ in removals(change)] == ["contact_methods", "notification_rules", "notification_rules"]
    assert change.notes == (
        "this person is no longer notified of low-urgency incidents: the last notification rule for them is removed",
    )
    assert "notification_rules" in change.child_lists
    converge(client, wanted)
    assert rules_of(client) == [("high", 0, "ana@example.com")]


def test_a_rule_made_since_the_plan_by_a_method_that_goes_is_a_conflict(client: RestApiV2Client) -> None:
    converge(client, [user("ana", contact_methods=[MAIL, SMS])])
    plan = plan_for(client, [user("ana", contact_methods=[MAIL], contact_methods_mode="exclusive")])
    ana = held(client, "users", "ana")["id"]
    methods = client.rget(f"users/{ana}/contact_methods")
    sms = next(method["id"] for method in methods if method["type"] == SMS["type"])
    client.rpost(
        f"users/{ana}/notification_rules",
        json={
            "type": "assignment_notification_rule",
            "urgency": "high",
            "start_delay_in_minutes": 3,
            "contact_method": {"id": sms, "type": "sms_contact_method_reference"},
        },
    )
    assert [outcome.status for outcome in apply_plan(plan, client).outcomes] == [Status.CONFLICT]
    assert ("high", 3, "1 5550101") in rules_of(client)


@pytest.mark.parametrize("listed", [[], [rule("low", SMS)]], ids=["empty", "low only"])
def test_an_exclusive_list_of_rules_without_an_urgency_is_noted(
    client: RestApiV2Client, listed: list[dict[str, Any]]
) -> None:
    wanted = [
        user("ana", contact_methods=[SMS], notification_rules=listed, notification_rules_mode="exclusive"),
    ]
    missing = ["high"] if listed else ["high", "low"]
    noted = tuple(
        f"this person is no longer notified of {urgency}-urgency incidents: the last notification rule for them is removed"
        for urgency in missing
    )
    (change,) = plan_for(client, wanted).changes
    assert change.operation is Operation.CREATE
    assert change.notes == noted
    converge(client, wanted)
    converge(client, [user("ana")])
    assert len(rules_of(client)) == len(listed)


# Creates


def test_an_exclusive_empty_list_is_emptied_in_the_apply_that_creates(client: RestApiV2Client) -> None:
    converge(client, [user("ana", notification_rules=[], notification_rules_mode="exclusive")])
    assert rules_of(client) == []
    converge(client, [user("bo", contact_methods=[], contact_methods_mode="exclusive")])
    assert client.rget(f"users/{held(client, 'users', 'bo')['id']}/contact_methods") == []


def test_an_additive_empty_list_leaves_what_pagerduty_made(client: RestApiV2Client) -> None:
    converge(client, [user("ana", contact_methods=[], notification_rules=[])])
    assert len(rules_of(client)) == 2


# One number under two country codes

FRENCH = {"type": "sms_contact_method", "address": "612345678", "country_code": 33}
GERMAN = {"type": "sms_contact_method", "address": "612345678", "country_code": 49}


def test_one_number_in_two_countries_is_two_methods_and_rules_say_which(client: RestApiV2Client) -> None:
    methods = [FRENCH, GERMAN]
    rules = [rule("high", FRENCH), rule("high", GERMAN), rule("low", GERMAN)]
    wanted = [user("ana", contact_methods=methods, notification_rules=rules, notification_rules_mode="exclusive")]
    converge(client, wanted)
    assert rules_of(client) == [("high", 0, "33 612345678"), ("high", 0, "49 612345678"), ("low", 0, "49 612345678")]
    fewer = user(
        "ana",
        contact_methods=[GERMAN],
        contact_methods_mode="exclusive",
        notification_rules=[rule("high", {**GERMAN, "country_code": 49})],
    )
    converge(client, [fewer])
    assert rules_of(client) == [("high", 0, "49 612345678"), ("low", 0, "49 612345678")]


def test_a_country_code_may_be_left_out_where_it_is_clear(client: RestApiV2Client) -> None:
    bare = {name: FRENCH[name] for name in ("type", "address")}
    converge(client, [user("ana", contact_methods=[FRENCH])])
    converge(client, [user("ana", contact_methods=[bare], notification_rules=[rule("high", bare)])])
    assert ("high", 0, "33 612345678") in rules_of(client)
    converge(client, [user("bo", contact_methods=[bare], notification_rules=[rule("high", bare, 5)])])
    assert ("high", 5, "1 612345678") in rules_of(client, "bo")


def test_a_plan_with_a_bare_number_that_was_applied_already_is_done(client: RestApiV2Client) -> None:
    bare = {name: FRENCH[name] for name in ("type", "address")}
    converge(client, [user("ana")])
    plan = plan_for(client, [user("ana", contact_methods=[bare], notification_rules=[rule("high", bare, 5)])])
    assert apply_plan(plan, client).exit_code == 0
    again = apply_plan(plan, client)
    assert [outcome.status for outcome in again.outcomes] == [Status.ALREADY]


def test_a_rule_by_a_number_that_stands_for_two_methods_is_a_problem(client: RestApiV2Client) -> None:
    bare = {name: FRENCH[name] for name in ("type", "address")}
    converge(client, [user("ana", contact_methods=[FRENCH, GERMAN])])
    (problem,) = plan_for(client, [user("ana", notification_rules=[rule("high", bare)])]).problems
    assert problem.message == (
        "notification_rules: sms_contact_method 612345678 is listed under the country codes 33 and 49"
    )
    assert problem.hint == "Write country_code next to the address."
    same = [rule("high", GERMAN), rule("high", bare)]
    (problem,) = plan_for(
        client, [user("ana", contact_methods=[GERMAN], contact_methods_mode="exclusive", notification_rules=same)]
    ).problems
    assert "is listed twice, under different names" in problem.message
    (problem,) = plan_for(client, [user("ana", contact_methods=[{**bare, "label": "Mobile"}])]).problems
    assert problem.message.startswith("contact_methods: sms_contact_method 612345678 is listed under")
    # The French one goes, so the German one is meant.
    converge(
        client,
        [
            user(
                "ana",
                contact_methods=[GERMAN],
                contact_methods_mode="exclusive",
                notification_rules=[rule("low", bare)],
            )
        ],
    )
    assert ("low", 0, "49 612345678") in rules_of(client)
