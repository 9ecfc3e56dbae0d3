"""Values of custom fields on services as transitions of an account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, ManifestsError, Workspace, carry_out_plan, load_desired
from pdsync.engine.ownership import plan_release
from pdsync.model import Resource
from pdsync.plan import Change, Plan
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget, writes
from tests.support.world import converge, plan_for, policy, resource, service, user

COMPANY = [user("ana"), policy("first", {"user": "ana"})]


def field(name: str, type: str = "string", **spec: Any) -> Resource:
    return resource("ServiceCustomField", name, {"display_name": name.title(), "type": type, **spec})


TIER = field("tier", "choice", options=["gold", "silver"])
REGIONS = field("regions", multi=True)
SIZE = field("size", "integer")
SINCE = field("since", "datetime")
FIELDS = [TIER, REGIONS, SIZE, SINCE]


def shop(**values: Any) -> list[Resource]:
    return [*COMPANY, *FIELDS, service("shop", "first", **({"custom_fields": values} if values else {}))]


def held(client: RestApiV2Client, name: str = "shop") -> dict[str, Any]:
    found = client.find("services", name)
    assert found is not None
    rows = client.jget(f"services/{found['id']}/custom_fields/values")["custom_fields"]
    return {it["name"]: it["value"] for it in rows if it["value"] is not None}


def edit(client: RestApiV2Client, **values: Any) -> None:
    """An edit by hand."""
    found = client.find("services", "shop")
    assert found is not None
    rows = [{"name": name, "value": value} for name, value in values.items()]
    client.jput(f"services/{found['id']}/custom_fields/values", json={"custom_fields": rows})


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


def test_values_are_written_with_a_new_service_and_new_fields(client: RestApiV2Client) -> None:
    values = {"tier": "gold", "regions": ["eu", "us"], "size": 7, "since": "2026-01-31T09:00:00+01:00"}
    converge(client, shop(**values))
    assert held(client) == {**values, "since": "2026-01-31T08:00:00Z"}


def test_only_named_fields_are_managed(sandbox: SandboxServer, client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold"))
    edit(client, size=7)
    assert plan_for(client, shop(tier="gold")).changes == ()
    change = only(plan_for(client, shop(tier="silver")))
    assert [(it.path, it.before, it.after) for it in change.deltas] == [("custom_fields.tier", "gold", "silver")]
    converge(client, shop(tier="silver"))
    assert held(client) == {"tier": "silver", "size": 7}


def test_null_takes_a_value_away(client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold", size=7))
    converge(client, shop(tier=None, size=7))
    assert held(client) == {"size": 7}
    edit(client, tier="silver")
    assert only(plan_for(client, shop(tier=None, size=7))).deltas


def test_what_a_revert_takes_out_is_taken_back(client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold"))
    edit(client, size=7)
    converge(client, shop(tier="gold", regions=["eu"]))
    converge(client, shop(tier="gold"))
    assert held(client) == {"tier": "gold", "size": 7}
    converge(client, shop())
    assert held(client) == {"size": 7}, "what a person wrote stays"


def test_a_value_that_was_edited_since_stays_and_is_named(client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold", size=7))
    edit(client, size=8)
    change = only(plan_for(client, shop(tier="silver")))
    assert [(it.path, it.why) for it in change.unmanaged] == [
        ("custom_fields.size", "it was edited since pdsync wrote it")
    ]
    converge(client, shop(tier="silver"))
    assert held(client) == {"tier": "silver", "size": 8}


def test_a_new_option_is_there_before_its_value(client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold"))
    more = field("tier", "choice", options=["gold", "silver", "bronze"])
    wanted = [*COMPANY, more, *FIELDS[1:], service("shop", "first", custom_fields={"tier": "bronze"})]
    changes = plan_for(client, wanted).changes
    assert [it.address for it in changes] == ["service_custom_field/tier", "service/shop"]
    assert changes[1].waits_for == ("service_custom_field/tier",)
    converge(client, wanted)
    assert held(client) == {"tier": "bronze"}


@pytest.mark.parametrize(
    ("options", "tier"),
    [
        pytest.param(["platinum", "silver"], "platinum", id="an option gets another text"),
        pytest.param(["platinum", "tin"], "platinum", id="options are replaced"),
        pytest.param(["silver"], None, id="an option goes"),
    ],
)
def test_values_change_with_their_options_in_one_apply(client: RestApiV2Client, options: list[str], tier: Any) -> None:
    """The change of the field moves the values before the change of the service, and that is no edit by another person."""
    converge(client, shop(tier="gold", size=7))
    fields = [field("tier", "choice", options=options), *FIELDS[1:]]
    converge(client, [*COMPANY, *fields, service("shop", "first", custom_fields={"tier": tier, "size": 8})])
    assert held(client) == {"size": 8} | ({"tier": tier} if tier else {})
    converge(client, [*COMPANY, *fields, service("shop", "first")])
    assert held(client) == {}, "what pdsync wrote is on record"


def test_an_edit_beside_a_new_option_is_not_overwritten(client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold", size=7))
    edit(client, regions=["eu"])
    fields = [field("tier", "choice", options=["platinum", "silver"]), *FIELDS[1:]]
    plan = plan_for(
        client, [*COMPANY, *fields, service("shop", "first", custom_fields={"tier": "platinum", "size": 8})]
    )
    edit(client, regions=["us"])
    result = carry_out_plan(client, ApplyRequest(plan))
    assert result.exit_code == 3
    assert held(client) == {"tier": "platinum", "size": 7, "regions": ["us"]}


def test_a_field_goes_with_the_values_that_no_manifest_names_any_more(
    sandbox: SandboxServer, client: RestApiV2Client
) -> None:
    converge(client, shop(tier="gold", size=7))
    forget(sandbox)
    left = [
        *COMPANY,
        *(it for it in FIELDS if it is not SIZE),
        service("shop", "first", custom_fields={"tier": "gold"}),
    ]
    converge(client, left, prune="owned")
    assert writes(sandbox)[-1][0] == "DELETE"
    forget(sandbox)
    converge(client, [*COMPANY, service("shop", "first")], prune="owned")
    assert held(client) == {}


def test_a_value_that_was_null_and_is_no_longer_named_is_no_news(client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold", size=None))
    assert only(plan_for(client, shop(tier="silver"))).notes == ()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tier": "tin"}, "custom_fields.tier: 'tin' is not an option"),
        ({"tier": ["gold"]}, "custom_fields.tier: takes one value"),
        ({"regions": "eu"}, "custom_fields.regions: takes a list of values"),
        ({"size": "7"}, "custom_fields.size: '7' is not a whole number"),
        (
            {"since": "today"},
            "custom_fields.since: 'today' is not a date and time with an offset, such as 2026-01-31T08:00:00Z",
        ),
        ({"other": "x"}, "custom_fields.other: there will be no service custom field of that name"),
    ],
)
def test_a_value_that_no_field_allows_is_a_problem(client: RestApiV2Client, values: Any, message: str) -> None:
    plan = plan_for(client, shop(**values))
    assert [it.message for it in plan.problems] == [message]


def test_a_field_that_services_name_is_not_deleted(client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold", size=7))
    left = [it for it in shop(tier="gold", size=7) if it is not SIZE]
    plan = plan_for(client, left, prune="owned")
    assert [it.message for it in plan.problems] == [
        "custom_fields.size: there will be no service custom field of that name"
    ]


def test_an_option_that_services_name_does_not_go(client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold"))
    fewer = field("tier", "choice", options=["silver"])
    plan = plan_for(client, [*COMPANY, fewer, *FIELDS[1:], service("shop", "first", custom_fields={"tier": "gold"})])
    assert [it.message for it in plan.problems] == ["custom_fields.tier: 'gold' is not an option"]


def test_values_cost_a_request_only_for_services_that_name_them(
    sandbox: SandboxServer, client: RestApiV2Client
) -> None:
    more = [service("till", "first"), service("mail", "first")]
    converge(client, [*shop(tier="gold"), *more])
    forget(sandbox)
    plan_for(client, [*shop(tier="gold"), *more])
    assert len([path for _, path in asked(sandbox) if path.endswith("/custom_fields/values")]) == 1


def test_one_put_writes_all_values_that_differ(sandbox: SandboxServer, client: RestApiV2Client) -> None:
    converge(client, shop(tier="gold", size=7))
    forget(sandbox)
    converge(client, shop(tier="silver", size=8))
    assert len([path for _, path in writes(sandbox) if path.endswith("/custom_fields/values")]) == 1


def test_a_field_that_is_not_known_everywhere_yet_is_waited_for(
    sandbox: SandboxServer, client: RestApiV2Client
) -> None:
    sandbox.control.set_account({"account": 1, "lag": {"custom_fields": {"reads": 3, "seen_by": "all"}}})
    try:
        plan = plan_for(client, shop(tier="gold"))
        result = carry_out_plan(client, ApplyRequest(plan))
        assert result.exit_code == 0, [it for it in result.outcomes if it.message]
    finally:
        sandbox.control.set_account({"account": 1})
    assert held(client) == {"tier": "gold"}


MANIFESTS = """apiVersion: pdsync/v1
kind: ServiceCustomField
metadata: {name: tier}
spec: {display_name: Tier, type: choice, options: [gold, silver]}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: shop}
spec:
  escalation_policy: {name: first}
  custom_fields:
    tier: tin
    other: x
"""


def test_a_value_is_checked_where_a_manifest_defines_the_field(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(MANIFESTS, encoding="utf-8")
    with pytest.raises(ManifestsError) as refused:
        load_desired(Workspace("test", paths=(str(tmp_path),)))
    assert [(it.source.line, it.message) for it in refused.value.problems] == [
        (12, "custom_fields.tier: 'tin' is not an option")
    ]
    assert refused.value.problems[0].hint.startswith("Options: gold, silver. The field is defined at ")


@pytest.mark.parametrize("status", [402, 403])
def test_an_account_without_custom_fields_is_told_so_where_a_manifest_has_them(
    sandbox: SandboxServer, client: RestApiV2Client, status: int
) -> None:
    plain = [*COMPANY, service("shop", "first")]
    converge(client, plain)
    sandbox.control.set_account({"account": 1, "without": {"service_custom_fields": status, "incident_types": status}})
    try:
        assert plan_for(client, plain).changes == ()
        valued = [*COMPANY, service("shop", "first", custom_fields={"tier": "gold"})]
        typed = resource("IncidentType", "security", {"name": "security", "display_name": "Security"})
        for wanted, address in (
            (valued, "service/shop"),
            ([*plain, TIER], "service_custom_field/tier"),
            ([*plain, typed], "incident_type/security"),
        ):
            problems = plan_for(client, wanted).problems
            assert [it.address for it in problems] == [address]
            assert f"HTTP {status}" in problems[0].message
    finally:
        sandbox.control.set_account({"account": 1})


def test_a_release_leaves_values_where_they_are(client: RestApiV2Client) -> None:
    """They are not written with the service, so a write of the service cannot lose them."""
    converge(client, shop(tier="gold"))
    plan = plan_release(client, Workspace(name="test"), ["service/shop"])
    assert not plan.problems
    assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
    found = client.find("services", "shop")
    assert found is not None
    assert "Managed by" not in (found["description"] or "")
    assert held(client) == {"tier": "gold"}
