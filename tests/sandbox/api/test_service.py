"""Services: timeouts, urgencies, alert grouping, pauses."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.service import SERVICES
from tests.sandbox.account import Account, ref

_CONSTANT = {"type": "constant", "urgency": "low"}


_BY_HOURS = {
    "type": "use_support_hours",
    "during_support_hours": {"type": "constant", "urgency": "high"},
    "outside_support_hours": {"type": "constant", "urgency": "low"},
}


_HOURS = {
    "type": "fixed_time_per_day",
    "time_zone": "America/Lima",
    "start_time": "09:00",
    "end_time": "17:00:00",
    "days_of_week": [5, 1, 3],
}


_ACTION = {"type": "urgency_change", "at": {"type": "named_time", "name": "support_hours_start"}, "to_urgency": "high"}


_ALL = {"incident_urgency_rule": _BY_HOURS, "support_hours": _HOURS, "scheduled_actions": [_ACTION]}


_PAUSE = "?include[]=auto_pause_notifications_parameters"


_ACTIVE = "Active urgency must be in high, low, or severity_based."


def test_defaults(account: Account) -> None:
    service = account.service()
    expected = {
        "description": None,
        "auto_resolve_timeout": None,
        "acknowledgement_timeout": None,
        "status": "active",
        "created_at": "2026-03-02T12:00:07Z",
        "last_incident_timestamp": None,
        "alert_creation": "create_alerts_and_incidents",
        "alert_grouping_parameters": {"type": None, "config": None},
        "incident_urgency_rule": {
            "type": "constant",
            "urgency": "high",
            "during_support_hours": None,
            "outside_support_hours": None,
        },
        "support_hours": None,
        "scheduled_actions": [],
        "integrations": [],
        "teams": [],
        "response_play": None,
    }
    assert {key: service[key] for key in expected} == expected
    assert service["html_url"].endswith(f"/service-directory/{service['id']}")
    assert "auto_pause_notifications_parameters" not in service
    full = account.get(f"/services/{service['id']}{_PAUSE}")["service"]
    assert full["auto_pause_notifications_parameters"] == {
        "enabled": False,
        "timeout": None,
        "recommended_timeout": None,
    }


@pytest.mark.parametrize(("sent", "answered"), [(0, None), (None, None), (600, 600)])
@pytest.mark.parametrize("field", ["auto_resolve_timeout", "acknowledgement_timeout"])
def test_timeouts(account: Account, field: str, sent: Any, answered: Any) -> None:
    assert account.service(**{field: sent})[field] == answered
    service = account.service(**{field: 77})
    path = f"/services/{service['id']}"
    assert account.put(path, "service", {"description": "x"})[field] == 77
    assert account.put(path, "service", {field: sent})[field] == answered


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "TAKEN"}, "Name has already been taken"),
        ({"name": "trailing "}, "Name can not contain"),
        ({"name": "a\nb"}, "Name can not contain"),
        ({"name": None}, "Name can't be blank"),
        ({"escalation_policy": None}, "Escalation policy can't be blank"),
        ({"escalation_policy": {"id": "P1", "type": "escalation_policy_reference"}}, "Escalation policy Not Found"),
        ({"auto_resolve_timeout": -1}, "Auto resolve timeout must be greater than or equal to 0"),
        ({"auto_resolve_timeout": "600"}, "Auto resolve timeout must be an integer"),
        ({"acknowledgement_timeout": 10**400}, "Acknowledgement timeout must be less than or equal to"),
        ({"alert_creation": "none"}, "Alert creation must be one of"),
        ({"status": "critical"}, "Status must be one of"),
        ({"incident_urgency_rule": {"type": "weird"}}, "Incident urgency rule: Type must be one of"),
        (
            {"incident_urgency_rule": {"type": "constant", "urgency": "medium"}},
            "Incident urgency rule: Urgency must be one",
        ),
        ({"support_hours": _HOURS}, _ACTIVE),
        ({"incident_urgency_rule": _CONSTANT, "support_hours": _HOURS}, _ACTIVE),
        ({"scheduled_actions": [_ACTION]}, "Scheduled actions must be empty"),
        ({**_ALL, "support_hours": None}, "Support hours can't be blank"),
        (
            {**_ALL, "incident_urgency_rule": {**_BY_HOURS, "urgency": "high"}},
            "Incident urgency rule: Urgency must not be set",
        ),
        (
            {**_ALL, "incident_urgency_rule": {"type": "use_support_hours"}},
            "Incident urgency rule: During support hours can't",
        ),
        ({"incident_urgency_rule": _BY_HOURS, "support_hours": _HOURS}, "Scheduled actions can't be blank"),
        ({**_ALL, "support_hours": {**_HOURS, "days_of_week": [0]}}, "Support hours: Days of week must be"),
        ({**_ALL, "support_hours": {**_HOURS, "days_of_week": [True]}}, "Support hours: Days of week must be"),
        (
            {**_ALL, "support_hours": {**_HOURS, "start_time": "9:00"}},
            "Support hours: Start time must be a time of day",
        ),
        (
            {**_ALL, "support_hours": {**_HOURS, "time_zone": "Mars"}},
            "Support hours: Time zone is not a valid time zone",
        ),
        (
            {**_ALL, "scheduled_actions": [{**_ACTION, "to_urgency": "low"}]},
            "Scheduled action: To urgency must be one of: high",
        ),
        ({**_ALL, "scheduled_actions": [{**_ACTION, "at": {}}]}, "Scheduled action: at: Type can't be blank"),
        ({"auto_pause_notifications_parameters": {"enabled": True}}, "timeout cannot be null"),
        ({"auto_pause_notifications_parameters": {"enabled": True, "timeout": None}}, "timeout cannot be null"),
        ({"auto_pause_notifications_parameters": {"enabled": True, "timeout": 90}}, "Timeout must be one of"),
        ({"alert_grouping_parameters": {"type": "content_based_intelligent"}}, "Type must be one of"),
        ({"alert_grouping_parameters": {"type": "time", "config": {"timeout": 1441}}}, "Timeout must be less than"),
        ({"alert_grouping_parameters": {"type": "content_based"}}, "Aggregate can't be blank"),
        (
            {"alert_grouping_parameters": {"type": "content_based", "config": {"aggregate": "all", "fields": []}}},
            "Fields must be an array of strings",
        ),
        (
            {"alert_grouping_parameters": {"type": "intelligent", "config": {"time_window": 86400}}},
            "Time window must be 0",
        ),
    ],
)
def test_services_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    policy = account.policy()
    account.service(name="Taken")
    service = account.service()
    body = {"name": "Free", "escalation_policy": ref(policy), **fields}
    assert error in " ".join(account.refused("POST", "/services", {"service": body})["errors"])
    path = f"/services/{service['id']}"
    assert error in " ".join(account.refused("PUT", path, {"service": fields})["errors"])
    assert account.get(path)["service"] == service


def test_teams_come_from_the_policy_and_cannot_be_written(account: Account) -> None:
    team = account.team()
    policy, other = account.policy(teams=[ref(team)]), account.policy()
    service = account.service(escalation_policy=ref(policy), teams=[])
    path = f"/services/{service['id']}"
    assert [it["id"] for it in service["teams"]] == [team["id"]]
    assert [it["id"] for it in account.get(f"/services?team_ids[]={team['id']}")["services"]] == [service["id"]]
    assert account.put(path, "service", {"escalation_policy": ref(other), "teams": [ref(team)]})["teams"] == []


def test_names_and_includes(account: Account) -> None:
    service, other = account.service(name="Web"), account.service(name="Web shop")
    assert [it["id"] for it in account.get("/services?name=Web")["services"]] == [service["id"]]
    assert len(account.get("/services?query=web")["services"]) == 2
    account.integration(other, type="events_api_v2_inbound_integration")
    include = "?include[]=escalation_policies&include[]=teams&include[]=integrations"
    full = account.get(f"/services/{other['id']}{include}")["service"]
    assert full["escalation_policy"]["escalation_rules"]
    assert full["integrations"][0]["integration_key"]
    [plain] = account.get(f"/services/{other['id']}")["service"]["integrations"]
    assert plain["type"] == "events_api_v2_inbound_integration_reference"
    assert "integration_key" not in plain


def test_a_service_can_always_be_deleted(account: Account) -> None:
    service = account.service()
    integration = account.integration(service, type="events_api_v2_inbound_integration")
    account.delete(f"/services/{service['id']}")
    assert integration["id"] not in str(account.get("/_sandbox/state"))


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(SERVICES.routes())
