from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import Account

AIOPS = {"account": 1, "without": {"aiops": 402}}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module")
def paths(account: Account) -> dict[str, str]:
    id = account.post("/event_orchestrations", "orchestration", {"name": "Events"})["id"]
    service = f"/event_orchestrations/services/{account.service()['id']}"
    return {
        **{type: f"/event_orchestrations/{id}/{type}" for type in ("router", "global", "unrouted")},
        "service": service,
    }


def warned(account: Account, path: str, *rules: dict[str, Any], last: dict[str, Any] | None = None) -> list[Any]:
    """Rule, type and feature of each warning; the rule by its place, None for the catch_all."""
    sets: list[Any] = [{"id": "start", "rules": list(rules)}]
    if not path.endswith("router"):
        sets.append({"id": "two", "rules": []})
    body = {"orchestration_path": {"sets": sets, "catch_all": {"actions": last or {}}}}
    answer = account.call("PUT", path, body)
    assert answer.status_code == 200, answer.text
    ids = [it["id"] for it in answer.json()["orchestration_path"]["sets"][0]["rules"]]
    return [
        (ids.index(it["rule_id"]) if "rule_id" in it else None, it["warning_type"], it["feature"])
        for it in answer.json()["warnings"]
    ]


def rule(expression: str = "event.source exists", **actions: Any) -> dict[str, Any]:
    return {"label": "x", "conditions": [{"expression": expression}], "actions": actions}


def test_a_rule_that_leads_to_a_deleted_service_is_warned_of(account: Account, paths: dict[str, str]) -> None:
    service = account.service()["id"]
    lead = rule(route_to=service)
    assert warned(account, paths["router"], lead, last={"route_to": service}) == []
    account.delete(f"/services/{service}")
    lost = ("invalid_routing", "route_to")
    assert warned(account, paths["router"], rule(), lead, last={"route_to": service}) == [(1, *lost), (None, *lost)]
    assert warned(account, paths["router"], last={"route_to": "unrouted"}) == []


@pytest.mark.parametrize("type", ["global", "service"])
def test_what_is_not_there_is_warned_of(account: Account, paths: dict[str, str], type: str) -> None:
    policy = account.policy()["id"]
    found = warned(account, paths[type], rule(escalation_policy=policy), rule(escalation_policy="PUNKNOWN"))
    assert found == [(1, "invalid_data", "escalation_policy")]
    assert warned(account, paths[type], rule(priority="PUNKNOWN")) == [(0, "invalid_data", "priority")]


@pytest.mark.parametrize("type", ["global", "service"])
def test_a_cache_variable_is_there_before_the_rule_that_reads_it(
    account: Account, paths: dict[str, str], type: str
) -> None:
    reads = rule("cache_var.failures > 3 and cache_var.other exists")
    unknown = [(0, "invalid_data", "cache_variable:conditions")] * 2
    assert warned(account, paths[type], reads) == unknown
    owner = paths[type] if type == "service" else paths[type].removesuffix(f"/{type}")
    body = {"name": "failures", "configuration": {"type": "trigger_event_count", "ttl_seconds": 60}}
    made = account.call("POST", f"{owner}/cache_variables", {"cache_variable": body}).json()["cache_variable"]
    assert warned(account, paths[type], reads) == unknown[1:]
    account.delete(f"{owner}/cache_variables/{made['id']}")
    assert warned(account, paths[type], reads) == unknown


@pytest.mark.parametrize(
    ("type", "given", "features"),
    [
        ("service", rule(suspend=300), ["suspend"]),
        ("service", rule(route_to="two"), ["nested_rules"]),
        ("service", rule("trigger_count over 1 minute > 3"), ["threshold_condition"]),
        ("service", rule(annotate="{{cache_var.x}}"), ["cache_variable:annotate"]),
        ("service", rule(severity="info"), []),
        ("global", rule(severity="info"), ["global_orchestrations"]),
        ("unrouted", rule(severity="info"), []),
        ("router", rule(), []),
    ],
)
def test_what_the_plan_lacks_is_stored_and_warned_of(
    account: Account, paths: dict[str, str], type: str, given: dict[str, Any], features: list[str]
) -> None:
    def forbidden() -> list[str]:
        return [feature for _, kind, feature in warned(account, paths[type], given) if kind == "forbidden_feature"]

    assert forbidden() == []
    account.server.control.set_account(AIOPS)
    try:
        assert forbidden() == features
        [stored] = account.get(paths[type])["orchestration_path"]["sets"][0]["rules"]
        assert stored["actions"] == given["actions"]
    finally:
        account.server.control.set_account({"account": 1})


@pytest.mark.parametrize("status", [429, 400])
def test_a_create_may_be_refused_once(account: Account, status: int) -> None:
    action = {"type": "error", "status": status}
    fault = {"match": {"method": "POST", "path": "/event_orchestrations", "times": 1}, "action": action}
    account.server.control.set_faults([fault])
    body = {"orchestration": {"name": account.name("Events")}}
    statuses = [account.call("POST", "/event_orchestrations", body).status_code for _ in range(2)]
    assert statuses == [status, 201]
