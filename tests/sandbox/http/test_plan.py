"""What an account's plan lacks, by feature and status, as a client sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.profile.feature import FEATURES
from tests.sandbox.account import Account, ref
from tests.sandbox.profile.setting import add_to_profile


@pytest.fixture(scope="module")
def shared() -> Iterator[Account]:
    with Account() as account:
        account.team(name="Red")
        account.service(name="Shop")
        yield account


def policy(**fields: Any) -> dict[str, Any]:
    return {"escalation_policy": {"name": "P", "escalation_rules": [], **fields}}


def service(**fields: Any) -> dict[str, Any]:
    return {"service": {"name": "S", **fields}}


def user(role: str) -> dict[str, Any]:
    return {"user": {"name": "Ann Lee", "email": "ann@example.com", "role": role}}


TURNS = {"escalation_rule_assignment_strategy": {"type": "round_robin"}}
TEAM = [{"id": "PTEAM", "type": "team_reference"}]
REQUESTS = [
    ("teams", "GET", "/teams", None),
    ("teams", "POST", "/teams", {"team": {"name": "Blue"}}),
    ("teams", "GET", "/teams/PTEAM/members", None),
    ("teams", "GET", "/users?team_ids[]=PTEAM", None),
    ("teams", "GET", "/automation_actions/actions?team_id=PTEAM", None),
    ("teams", "POST", "/escalation_policies", policy(teams=TEAM)),
    ("teams", "POST", "/schedules", {"schedule": {"teams": TEAM}}),
    ("round_robin", "POST", "/escalation_policies", policy(escalation_rules=[TURNS])),
    ("round_robin", "GET", "/escalation_policies?include[]=escalation_rule_assignment_strategies", None),
    ("aiops", "GET", "/alert_grouping_settings", None),
    ("aiops", "GET", "/incidents/PINCIDENT/past_incidents", None),
    ("aiops", "POST", "/services", service(alert_grouping_parameters={"type": "intelligent"})),
    ("incident_workflows", "GET", "/incident_workflows", None),
    ("incident_workflows", "POST", "/incident_workflows/triggers", {}),
    ("templates", "GET", "/templates", None),
    ("incident_types", "GET", "/incidents/types", None),
    ("incident_types", "POST", "/incidents/types/incident_default/custom_fields", {}),
    ("service_custom_fields", "GET", "/services/custom_fields", None),
    ("service_custom_fields", "PUT", "/services/PSERVICE/custom_fields/values", {}),
    ("automation_actions", "GET", "/automation_actions/runners", None),
    ("extensions", "GET", "/extensions", None),
    ("workflow_integrations", "GET", "/workflows/integrations/connections", None),
    ("status_pages", "GET", "/status_pages", None),
    ("responder_requests", "POST", "/incidents/PINCIDENT/responder_requests", {}),
    ("audit_trail", "GET", "/audit/records", None),
    ("audit_trail", "GET", "/teams/PTEAM/audit/records", None),
    ("advanced_permissions", "POST", "/users", user("observer")),
    ("stakeholders", "POST", "/users", user("read_only_user")),
    ("urgencies", "POST", "/services", service(incident_urgency_rule={"type": "constant", "urgency": "low"})),
    ("support_hours", "POST", "/services", service(support_hours={"type": "fixed_time_per_day"})),
]


def test_every_feature_has_a_request_that_needs_it() -> None:
    assert {name for name, *_ in REQUESTS} == set(FEATURES)


@pytest.mark.parametrize("status", [402, 403])
@pytest.mark.parametrize(("feature", "method", "path", "body"), REQUESTS)
def test_what_the_plan_lacks_is_refused(
    shared: Account, feature: str, method: str, path: str, body: Any, status: int
) -> None:
    shared.server.control.set_account({"account": 1, "without": {feature: status}})
    error = shared.refused(method, path, body, status=status)
    assert error["code"] == {402: 2014, 403: 2010}[status]
    shared.server.control.set_account({"account": 1})
    assert shared.call(method, path, body).status_code not in (402, 403)


@pytest.mark.parametrize("feature", FEATURES)
def test_a_plan_takes_its_abilities_away_and_nothing_else(shared: Account, feature: str) -> None:
    shared.server.control.set_account({"account": 1})
    before = set(shared.get("/abilities")["abilities"])
    shared.server.control.set_account({"account": 1, "without": [feature]})
    lost = FEATURES[feature].abilities
    assert set(shared.get("/abilities")["abilities"]) == before - set(lost)
    for ability in lost:
        shared.refused("GET", f"/abilities/{ability}", status=402)
    for path in ("/users", "/services", "/schedules", "/escalation_policies"):
        assert shared.call("GET", path).status_code == 200


def test_a_list_of_features_has_the_status_that_each_is_known_for(shared: Account) -> None:
    shared.server.control.set_account({"account": 1, "without": ["teams", "round_robin"]})
    assert shared.server.control.account()["without"] == {"teams": 402, "round_robin": 403}


def test_a_single_ability_is_added_and_taken_away(shared: Account) -> None:
    shared.server.control.set_account(
        {"account": 1, "abilities": {"sso": True, "urgencies": False, "beta_thing": True}}
    )
    held = shared.get("/abilities")["abilities"]
    assert {"sso", "beta_thing"} <= set(held)
    shared.refused("GET", "/abilities/urgencies", status=402)
    assert shared.call("GET", "/abilities/beta_thing").status_code == 204
    assert shared.call("GET", "/services").status_code == 200


def test_what_the_account_does_not_use_is_not_refused(shared: Account) -> None:
    shared.server.control.set_account({"account": 1, "without": list(FEATURES)})
    made = shared.policy(teams=[])
    shared.put(f"/escalation_policies/{made['id']}", "escalation_policy", {**made, "name": "Other"})
    shared.service(escalation_policy=ref(made), alert_grouping_parameters={"type": None})
    add_to_profile(shared, without={})
