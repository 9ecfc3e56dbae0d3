"""Incident types with their custom fields as transitions of an account."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_NAME
from pdsync.model import Resource, Scope
from pdsync.plan import Change, Operation, Plan
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget, writes
from tests.support.world import converge, plan_for, resource

BASE = "incidents/types/incident_default/custom_fields"
LEVEL = {"name": "level", "display_name": "Level", "type": "choice", "options": ["low", "high"]}
SIZE = {"name": "size", "display_name": "Size", "type": "integer", "default": 7}


def security(*fields: dict[str, Any], key: str = "security", lifecycle: Any = None, **spec: Any) -> Resource:
    said = {"name": "security_incident", "display_name": "Security incident", **spec}
    return resource(
        "IncidentType", key, {**said, **({"custom_fields": list(fields)} if fields else {})}, **(lifecycle or {})
    )


def base(*fields: dict[str, Any]) -> Resource:
    return resource("IncidentType", "base", {"name": "incident_default", "custom_fields": list(fields)})


def types_of(client: RestApiV2Client) -> dict[str, dict[str, Any]]:
    return {it["name"]: it for it in client.list_all("incidents/types", params={"filter": "all"})}


def fields_of(client: RestApiV2Client, name: str = "security_incident") -> dict[str, dict[str, Any]]:
    path = f"incidents/types/{name}/custom_fields"
    return {it["name"]: it for it in client.list_all(path, params={"include[]": "field_options"})}


def options_of(field: dict[str, Any]) -> dict[str, str]:
    return {it["data"]["value"]: it["id"] for it in field["field_options"]}


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


def test_it_is_made_with_its_fields(client: RestApiV2Client) -> None:
    converge(client, [security(LEVEL, SIZE, description="For the worst.")])
    made = types_of(client)["security_incident"]
    assert made["parent"]["id"] == types_of(client)["incident_default"]["id"]
    assert made["description"].startswith("For the worst.\nManaged by pdsync: test/incident_type/security")
    found = fields_of(client)
    assert (found["size"]["data_type"], found["size"]["default_value"]) == ("integer", 7)
    assert [*options_of(found["level"])] == ["low", "high"]
    converge(client, [security(LEVEL, {**SIZE, "default": 8}, display_name="Security")])
    assert fields_of(client)["size"]["default_value"] == 8
    assert types_of(client)["security_incident"]["display_name"] == "Security"


def test_a_type_shows_its_name_where_no_manifest_says_what_people_see(client: RestApiV2Client) -> None:
    plain = resource("IncidentType", "security", {"name": "security_incident"})
    converge(client, [plain])
    assert types_of(client)["security_incident"]["display_name"] == "security_incident"
    converge(client, [security()])
    converge(client, [plain])
    assert types_of(client)["security_incident"]["display_name"] == "security_incident"


def test_a_type_below_another_one_waits_for_it(client: RestApiV2Client) -> None:
    below = security(SIZE, key="leak", name="leak", display_name="Leak", parent_type="security")
    converge(client, [below, security(LEVEL)])
    types = types_of(client)
    assert types["leak"]["parent"]["id"] == types["security_incident"]["id"]
    assert set(fields_of(client, "leak")) == {"level", "size"}
    assert plan_for(client, [below, security(LEVEL)]).changes == (), "inherited fields are not compared"


def test_a_delete_disables_it_and_the_same_manifest_enables_it_again(
    sandbox: SandboxServer, client: RestApiV2Client
) -> None:
    converge(client, [security(LEVEL)])
    identity = types_of(client)["security_incident"]["id"]
    forget(sandbox)
    change = only(plan_for(client, [], prune="owned"))
    assert change.operation is Operation.DELETE
    assert change.notes == (
        "PagerDuty never deletes an object of this kind: this sets enabled: false. The name 'security_incident' stays taken, and a "
        "manifest with the same key puts it back into use",
    )
    converge(client, [], prune="owned")
    assert writes(sandbox) == [("PUT", f"/incidents/types/{identity}")]
    gone = types_of(client)["security_incident"]
    assert (gone["enabled"], "Managed by pdsync" in gone["description"]) == (False, True)
    assert set(fields_of(client)) == {"level"}
    change = only(plan_for(client, [security(LEVEL)]))
    assert (change.operation, [(it.path, it.after) for it in change.deltas]) == (
        Operation.UPDATE,
        [("enabled", True)],
    )
    converge(client, [security(LEVEL)])
    assert types_of(client)["security_incident"]["id"] == identity


def test_a_tombstone_disables_it_once(client: RestApiV2Client) -> None:
    converge(client, [security(LEVEL)])
    converge(client, [security(lifecycle={"absent": True})])
    assert types_of(client)["security_incident"]["enabled"] is False


def test_another_manifest_of_a_disabled_types_name_never_makes_a_second_one(client: RestApiV2Client) -> None:
    converge(client, [security(LEVEL)])
    converge(client, [], prune="owned")
    change = only(plan_for(client, [security(LEVEL, key="other")]))
    assert any("moved_from: security" in it for it in change.blockers)
    client.rput("incidents/types/security_incident", json={"description": "By hand"})
    assert only(plan_for(client, [security(LEVEL, key="other")])).blockers, "it must be adopted"


def test_fields_of_pagerdutys_own_type_are_managed_and_nothing_else_of_it(
    sandbox: SandboxServer, client: RestApiV2Client
) -> None:
    by_hand = {"name": "other", "display_name": "Other", "data_type": "string", "field_type": "single_value"}
    client.rpost(BASE, json=by_hand)
    forget(sandbox)
    converge(client, [base(LEVEL)])
    assert [path.rsplit("/", 1)[-1] for _, path in writes(sandbox)] == ["custom_fields"]
    converge(client, [base({**LEVEL, "display_name": "Grade"})])
    assert {it: found["display_name"] for it, found in fields_of(client, "incident_default").items()} == {
        "other": "Other",
        "level": "Grade",
    }
    converge(client, [], prune="owned")
    assert set(fields_of(client, "incident_default")) == {"other", "level"}, "there is no record of which are pdsync's"
    change = only(plan_for(client, [resource("IncidentType", "base", {"name": "incident_default"}, absent=True)]))
    own = "'incident_default' is PagerDuty's own incident type, and cannot be deleted: remove the manifest"
    assert own in change.blockers


def test_a_field_that_is_no_longer_listed_goes_with_the_prune_mode_and_that_is_a_risk(client: RestApiV2Client) -> None:
    converge(client, [security(LEVEL, SIZE)])
    assert [it.path for it in only(plan_for(client, [security(SIZE)])).unmanaged] == ["custom_fields[level]"]
    plan = plan_for(client, [security(SIZE)], prune="owned")
    assert [(risk.code, risk.message) for risk in plan.risks] == [
        (
            "values_lost",
            "values of incidents are lost for good: custom field 'level' of incident type 'security_incident' goes",
        )
    ]
    assert any("is removed: its values of incidents are lost" in note for note in only(plan).notes)
    converge(client, [security(SIZE)], prune="owned")
    assert set(fields_of(client)) == {"size"}


def test_the_limit_on_deletes_counts_removed_fields(client: RestApiV2Client) -> None:
    converge(client, [security(LEVEL, SIZE)])
    assert plan_for(client, [security(SIZE)], prune="owned", max_deletes=0).refusals


def test_options_keep_their_ids(client: RestApiV2Client) -> None:
    converge(client, [security(LEVEL)])
    before = options_of(fields_of(client)["level"])
    renamed = [security({**LEVEL, "options": ["low", "top"]})]
    assert only(plan_for(client, renamed)).notes == (
        "custom_fields[level].options: 'high' becomes 'top' and stays the same option, so the incidents that have it show 'top'",
    )
    converge(client, renamed)
    assert options_of(fields_of(client)["level"]) == {"low": before["low"], "top": before["high"]}
    more = [security({**LEVEL, "options": ["mid", "low"], "description": "New"})]
    assert [risk.message for risk in plan_for(client, more).risks] == [
        "custom_fields[level].options: 'top' goes, and incidents lose the values that name it"
    ]
    converge(client, more)
    assert options_of(fields_of(client)["level"])["low"] == before["low"]
    again = [security({**LEVEL, "options": ["low", "mid"], "description": "New"})]
    assert all(change.is_renewal for change in plan_for(client, again).changes)


def test_an_option_that_is_the_default_does_not_go(client: RestApiV2Client) -> None:
    converge(client, [security({**LEVEL, "default": "low"})])
    fewer = {**LEVEL, "options": ["high"]}
    assert only(plan_for(client, [security(fewer)])).blockers == (
        "custom_fields[level].default: 'low' is the default, but it is no longer an option: choose another default",
    )
    converge(client, [security({**fewer, "default": "high"})])
    assert fields_of(client)["level"]["default_value"] == "high"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            SIZE,
            {**SIZE, "type": "float"},
            "custom_fields[size].type: PagerDuty does not allow a change of it ('integer' -> 'float')",
        ),
        (
            LEVEL,
            {**LEVEL, "multi": True},
            "custom_fields[level].multi: PagerDuty does not allow a change of it (false -> true)",
        ),
    ],
)
def test_what_cannot_be_changed_of_a_field_is_refused(
    client: RestApiV2Client, before: dict[str, Any], after: dict[str, Any], message: str
) -> None:
    converge(client, [security(before)])
    assert [it.partition(".  ")[0] for it in only(plan_for(client, [security(after)])).blockers if message in it]


def test_name_and_parent_cannot_be_changed(client: RestApiV2Client) -> None:
    above = security(key="above", name="above", display_name="Above")
    converge(client, [above, security()])
    found = {
        it.address: it.blockers for it in plan_for(client, [above, security(name="x", parent_type="above")]).changes
    }
    assert [it.partition(":")[0] for it in found["incident_type/security"]] == ["name", "parent_type"]


@pytest.mark.parametrize(
    ("type", "default", "stored"),
    [
        ("boolean", False, False),
        ("float", 7.5, 7.5),
        ("datetime", "2026-01-31T09:00:00+01:00", "2026-01-31T08:00:00Z"),
        ("url", "https://www.example.com/x", "https://www.example.com/x"),
        ("string", "x", "x"),
    ],
)
def test_a_default_of_each_type(client: RestApiV2Client, type: str, default: Any, stored: Any) -> None:
    converge(client, [security({"name": "it", "display_name": "It", "type": type, "default": default})])
    assert fields_of(client)["it"]["default_value"] == stored


def test_a_default_that_is_answered_as_a_text_is_the_same() -> None:
    (list_,) = BY_NAME["IncidentType"].children
    answer = {"id": "P1", "name": "it", "data_type": "boolean", "field_type": "single_value", "default_value": "true"}
    (child,) = list_.read_live([{**answer, "incident_type": "PT"}], {})
    assert child.value["default"] is True


def test_fields_are_read_of_types_whose_manifest_names_them(sandbox: SandboxServer, client: RestApiV2Client) -> None:
    converge(client, [security(LEVEL)])
    other = security(key="other", name="other", display_name="Other")
    converge(client, [security(LEVEL), other])
    forget(sandbox)
    plan_for(client, [security(LEVEL), other])
    read = [path.rsplit("/", 2)[-1] for _, path in asked(sandbox) if path.startswith("/incidents/types")]
    assert sorted(read) == ["custom_fields", "types"]


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"name": "mine_default", "display_name": "Mine"}, ("name",)),
        ({"name": "mine", "display_name": "PagerDuty mine"}, ("display_name",)),
        ({"name": "mine", "display_name": "x" * 51}, ("display_name",)),
        ({"name": "incident_default", "display_name": "Base"}, ("display_name",)),
        ({"name": "incident_default", "enabled": False}, ("enabled",)),
        (
            {"name": "incident_default", "custom_fields": [], "custom_fields_mode": "exclusive"},
            ("custom_fields_mode",),
        ),
        ({"name": "mine", "display_name": "Mine", "custom_fields": [{**LEVEL, "options": []}]}, ("custom_fields", 0)),
        (
            {"name": "mine", "display_name": "Mine", "custom_fields": [{**SIZE, "default": "7"}]},
            ("custom_fields", 0, "default"),
        ),
        (
            {"name": "mine", "display_name": "Mine", "custom_fields": [{**LEVEL, "default": "top"}]},
            ("custom_fields", 0, "default"),
        ),
    ],
)
def test_what_a_manifest_may_not_say(spec: dict[str, Any], path: tuple[Any, ...]) -> None:
    scope = Scope()
    BY_NAME["IncidentType"].read_desired(spec, scope, ())
    assert [it.path for it in scope.problems] == [path]
