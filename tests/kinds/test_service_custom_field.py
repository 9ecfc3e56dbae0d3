"""Service custom fields as transitions of an account."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_NAME
from pdsync.model import Resource, Scope
from pdsync.plan import Change, Operation, Plan
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, plan_for, resource


def tier(*options: str, key: str = "tier", lifecycle: dict[str, Any] | None = None, **spec: Any) -> Resource:
    said = {"display_name": "Tier", "type": "choice", "options": list(options or ("one", "two")), **spec}
    return resource("ServiceCustomField", key, said, **(lifecycle or {}))


def held(client: RestApiV2Client) -> dict[str, Any]:
    (row,) = rows(client)
    return row


def rows(client: RestApiV2Client) -> list[dict[str, Any]]:
    found = client.list_all("services/custom_fields", params={"include[]": "field_options"})
    return [row for row in found if not row["name"].startswith("bystander")]


def options_of(client: RestApiV2Client) -> dict[str, str]:
    return {it["data"]["value"]: it["id"] for it in held(client)["field_options"]}


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


def test_it_is_made_changed_and_deleted(client: RestApiV2Client) -> None:
    converge(client, [tier("two", "one", description="How much it matters.")])
    made = held(client)
    assert (made["name"], made["data_type"], made["field_type"]) == ("tier", "string", "single_value_fixed")
    assert [*options_of(client)] == ["two", "one"], "the manifest's order"
    assert made["description"].startswith("How much it matters.\nManaged by pdsync: test/service_custom_field/tier")
    converge(client, [tier("two", "one", display_name="Level", enabled=False)])
    assert (held(client)["display_name"], held(client)["enabled"]) == ("Level", False)
    plan = plan_for(client, [], prune="owned")
    assert [risk.message for risk in plan.risks] == [
        "service custom field 'tier' is deleted: the values that services have for it are lost"
    ]
    converge(client, [], prune="owned")
    assert rows(client) == []


@pytest.mark.parametrize("type", ["boolean", "integer", "float", "string", "datetime", "url"])
def test_a_field_of_each_type(client: RestApiV2Client, type: str) -> None:
    converge(client, [tier(type=type, options=[])])
    assert (held(client)["data_type"], held(client)["field_type"]) == (type, "single_value")


@pytest.mark.parametrize(("type", "found"), [("string", "multi_value"), ("choice", "multi_value_fixed")])
def test_a_field_of_several_values(client: RestApiV2Client, type: str, found: str) -> None:
    converge(client, [tier(type=type, multi=True, options=["a"] if type == "choice" else [])])
    assert held(client)["field_type"] == found


def test_an_option_whose_text_changes_keeps_its_id_and_its_values(client: RestApiV2Client) -> None:
    converge(client, [tier("one", "two", "three")])
    before = options_of(client)
    wanted = [tier("one", "second", "three")]
    change = only(plan_for(client, wanted))
    assert change.notes == (
        "options: 'two' becomes 'second' and stays the same option, so the services that have it show 'second'",
    )
    converge(client, wanted)
    assert options_of(client) == {"one": before["one"], "second": before["two"], "three": before["three"]}


@pytest.mark.parametrize("wanted", [("one",), ("three", "one"), ("one", "three", "four")])
def test_options_that_go_lose_their_values(client: RestApiV2Client, wanted: tuple[str, ...]) -> None:
    converge(client, [tier("one", "two")])
    before = options_of(client)
    plan = plan_for(client, [tier(*wanted)])
    assert [(risk.code, risk.message) for risk in plan.risks] == [
        ("values_lost", "options: 'two' goes, and services lose the values that name it")
    ]
    converge(client, [tier(*wanted)])
    after = options_of(client)
    assert set(after) == set(wanted)
    assert after["one"] == before["one"]


def test_the_order_of_options_is_pagerdutys(client: RestApiV2Client) -> None:
    converge(client, [tier("one", "two")])
    assert only(plan_for(client, [tier("two", "one")])).is_renewal
    converge(client, [tier("two", "one")])
    assert [*options_of(client)] == ["one", "two"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            {"type": "string", "options": []},
            "type: PagerDuty does not allow a change of it ('choice' -> 'string'). Write 'choice', or make another service custom field with a manifest under another key",
        ),
        (
            {"multi": True},
            "multi: PagerDuty does not allow a change of it (false -> true). Write false, or make another service custom field with a manifest under another key",
        ),
        (
            {"name": "level"},
            "name: PagerDuty does not allow a change of it ('tier' -> 'level'). Write 'tier', or make another service custom field with a manifest under another key",
        ),
    ],
)
def test_what_cannot_be_changed_is_refused(client: RestApiV2Client, spec: dict[str, Any], message: str) -> None:
    converge(client, [tier()])
    assert message in only(plan_for(client, [tier(**spec)])).blockers


def test_a_field_that_a_person_made_is_adopted_on_request(client: RestApiV2Client) -> None:
    options = [{"data": {"data_type": "string", "value": it}} for it in ("one", "two")]
    by_hand = {"name": "tier", "display_name": "Tier", "data_type": "string", "field_type": "single_value_fixed"}
    made = client.rpost("services/custom_fields", json={**by_hand, "field_options": options})
    assert only(plan_for(client, [tier()])).blockers
    converge(client, [tier(lifecycle={"adopt": True})])
    assert held(client)["id"] == made["id"]
    assert options_of(client) == {it["data"]["value"]: it["id"] for it in made["field_options"]}


def test_what_a_manifest_no_longer_names_returns_to_the_default(client: RestApiV2Client) -> None:
    converge(client, [tier(enabled=False, description="Text")])
    change = only(plan_for(client, [tier()]))
    assert [(it.path, it.after, it.is_reset) for it in change.deltas] == [
        ("description", None, True),
        ("enabled", True, True),
    ]


@pytest.mark.parametrize(
    ("spec", "problems"),
    [
        ({"type": "choice"}, [((), "a choice needs options")]),
        ({"type": "string", "options": ["x"]}, [(("options",), "has no effect on a field of the type string")]),
        ({"type": "integer", "multi": True}, [(("multi",), "a field of the type integer has one value")]),
        ({"type": "date"}, [(("type",), None)]),
        ({"type": "choice", "options": ["x" * 201]}, [(("options", 0), None)]),
        ({"type": "choice", "options": ["x", "x"]}, [(("options", 1), None)]),
        ({"type": "string", "name": "Tier"}, [(("name",), None)]),
        ({"type": "string", "description": "x" * 718}, [(("description",), None)]),
    ],
)
def test_what_a_manifest_may_not_say(spec: dict[str, Any], problems: list[tuple[tuple[Any, ...], str | None]]) -> None:
    scope = Scope()
    BY_NAME["ServiceCustomField"].read_desired({"display_name": "Tier", **spec}, scope, ())
    assert [it.path for it in scope.problems] == [path for path, _ in problems]
    for found, (_, message) in zip(scope.problems, problems, strict=True):
        assert message is None or found.message == message


def test_a_plan_reads_all_fields_by_one_request(sandbox: SandboxServer, client: RestApiV2Client) -> None:
    converge(client, [tier()])
    forget(sandbox)
    plan_for(client, [tier()])
    assert [path for _, path in asked(sandbox) if "custom_fields" in path] == ["/services/custom_fields"]


def test_the_operation_of_a_new_field(client: RestApiV2Client) -> None:
    change = only(plan_for(client, [tier()]))
    assert (change.operation, change.address) == (Operation.CREATE, "service_custom_field/tier")
