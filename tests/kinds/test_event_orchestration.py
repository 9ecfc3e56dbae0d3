"""Event orchestrations as transitions of an account: integrations, cache variables, and documents of rules."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan import Change, Operation, Plan
from tests.support.world import converge, plan_for, policy, resource, service, team, user

COMPANY = [
    user("ana"),
    policy("first", {"user": "ana"}),
    service("shop", "first"),
    service("orders", "first"),
    team("red"),
]


def orchestration(key: str = "prod", **spec: Any) -> Resource:
    return resource("EventOrchestration", key, spec)


def rule(label: str, condition: Any = (), **actions: Any) -> dict[str, Any]:
    return {"label": label, **({"if": condition} if condition else {}), **actions}


def held(client: RestApiV2Client, part: str = "", key: str = "prod") -> Any:
    found = client.find("event_orchestrations", key)
    assert found is not None
    return client.rget(f"event_orchestrations/{found['id']}{part and '/'}{part}")


def labels(document: dict[str, Any], at: int = 0) -> dict[str, str]:
    return {it["label"]: it["id"] for it in document["sets"][at]["rules"]}


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


ROUTER = [rule("db", "event.source matches part 'db'", route_to="orders"), rule("rest", route_to="shop")]
GLOBAL = {
    "start": [
        rule("drop tests", "event.source matches part 'test-'", drop_event=True),
        rule("night", ["event.severity matches 'info'", "event.severity matches 'warning'"], route_to="quiet"),
    ],
    "quiet": [rule("hush", suppress=True), rule("low", suspend="5m", priority="P3", escalation_policy="first")],
    "catch_all": {"severity": "info"},
}


def test_it_is_made_with_all_its_rules_and_the_next_plan_is_empty(client: RestApiV2Client) -> None:
    converge(
        client,
        [
            *COMPANY,
            orchestration(
                team="red",
                description="All events.",
                integrations=[{"label": "Prometheus"}, {"label": "CloudWatch"}],
                cache_variables=[
                    {"name": "db_alerts", "type": "trigger_event_count", "ttl": "10m", "if": "event.source exists"},
                    {"name": "host", "type": "recent_value", "source": "event.source", "regex": "(.*)"},
                    {"name": "state", "type": "external_data", "data_type": "string", "ttl": 60},
                ],
                router={"start": ROUTER, "catch_all": "orders"},
                unrouted={"catch_all": {"severity": "info"}},
                **{"global": GLOBAL},
            ),
        ],
    )
    shown = held(client)
    assert {it["label"] for it in shown["integrations"]} == {"Prometheus", "CloudWatch", "prod Default Integration"}
    orders = client.find("services", "orders")
    assert orders is not None
    router = held(client, "router")
    assert router["sets"][0]["rules"][0]["actions"]["route_to"] == orders["id"]
    assert router["catch_all"]["actions"]["route_to"] == orders["id"]
    first, quiet = held(client, "global")["sets"]
    assert [len(it["conditions"]) for it in first["rules"]] == [1, 2]
    assert quiet["rules"][1]["actions"]["suspend"] == 300
    assert held(client, "unrouted")["catch_all"]["actions"]["severity"] == "info"
    variables = {it["name"]: it for it in client.list_all(f"event_orchestrations/{shown['id']}/cache_variables")}
    assert variables["db_alerts"]["configuration"] == {"type": "trigger_event_count", "ttl_seconds": 600}


def test_a_move_is_shown_as_a_move_and_ids_stay(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(router=ROUTER)])
    before = labels(held(client, "router"))
    wanted = [*COMPANY, orchestration(router=ROUTER[::-1])]
    change = only(plan_for(client, wanted))
    assert [it.path for it in change.deltas] == ["router (order)"]
    converge(client, wanted)
    after = labels(held(client, "router"))
    assert after == before
    assert list(after) == ["rest", "db"]


def test_a_change_of_one_rule_is_shown_by_its_label(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(router=ROUTER, **{"global": GLOBAL})])
    before = labels(held(client, "router"))
    quiet = [rule("hush", suppress=True), rule("low", suspend="10m", priority="P3", escalation_policy="first")]
    wanted = [
        *COMPANY,
        orchestration(router=[{**ROUTER[0], "route_to": "shop"}, ROUTER[1]], **{"global": {**GLOBAL, "quiet": quiet}}),
    ]
    change = only(plan_for(client, wanted))
    assert [it.path for it in change.deltas] == ["global.quiet[low].suspend", "router[db].route_to"]
    converge(client, wanted)
    assert labels(held(client, "router")) == before


def test_a_set_with_another_name_is_shown_as_renamed(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(**{"global": GLOBAL})])
    start = [GLOBAL["start"][0], {**GLOBAL["start"][1], "route_to": "hushed"}]  # type: ignore[index]
    document = {"start": start, "hushed": GLOBAL["quiet"], "catch_all": GLOBAL["catch_all"]}
    wanted = [*COMPANY, orchestration(**{"global": document})]
    change = only(plan_for(client, wanted))
    assert [(it.path, it.before, it.after) for it in change.deltas] == [
        ("global (renamed)", "quiet", "hushed"),
        ("global.start[night].route_to", "quiet", "hushed"),
    ]
    converge(client, wanted)


def test_a_document_that_no_manifest_names_is_not_read(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration()])
    identity = held(client)["id"]
    client.rput(
        f"event_orchestrations/{identity}/unrouted",
        json={"orchestration_path": {"sets": [{"id": "start", "rules": [{"label": "by hand", "actions": {}}]}]}},
    )
    assert not plan_for(client, [*COMPANY, orchestration()]).changes


def test_a_revert_takes_back_what_a_document_said(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(router=ROUTER)])
    wanted = [*COMPANY, orchestration()]
    change = only(plan_for(client, wanted))
    assert all(it.is_reset and it.field == "router" for it in change.deltas)
    converge(client, wanted)
    router = held(client, "router")
    assert router["sets"][0]["rules"] == []
    assert router["catch_all"]["actions"]["route_to"] == "unrouted"


@pytest.mark.parametrize("shown", [{"id": None}, None, "missing"])
def test_no_team_is_said_in_three_ways(shown: Any) -> None:
    from pdsync.kinds.event_orchestration import EVENT_ORCHESTRATION

    raw = {"id": "6a1c8a6f-0f5c-4d0d-9e9c-111111111111", "name": "prod", "description": "", "team": shown}
    if shown == "missing":
        del raw["team"]
    assert EVENT_ORCHESTRATION.read_live(raw).fields["team"] is None


def test_a_team_is_cleared(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(team="red")])
    assert held(client)["team"]["id"]
    converge(client, [*COMPANY, orchestration(team=None)])
    assert not (held(client).get("team") or {}).get("id")


def test_it_is_deleted_and_the_plan_says_what_dies_with_it(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(integrations=[{"label": "Prometheus"}], router=ROUTER)])
    plan = plan_for(client, COMPANY, prune="owned")
    change = only(plan)
    assert change.operation is Operation.DELETE
    converge(client, COMPANY, prune="owned")
    assert client.find("event_orchestrations", "prod") is None
