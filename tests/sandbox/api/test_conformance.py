"""Answers have the shape that PagerDuty's API description gives them, where it is at hand.

Deviations that are known are listed in ``tests/support/api_description.py``; nothing else may differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import Account, layer, ref
from tests.support.api_description import ApiDescription, load_description, needs_description

pytestmark = needs_description


@pytest.fixture(scope="module")
def description() -> ApiDescription:
    found = load_description()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def filled() -> Iterator[Account]:
    with Account() as account:
        team = account.team(description="Text")
        sub = account.team(parent=ref(team))
        user, other = account.user(job_title="SRE", description="Bio"), account.user()
        account.call("PUT", f"/teams/{sub['id']}/users/{user['id']}", {"role": "observer"})
        phone = {"type": "phone_contact_method", "label": "Work", "address": "5551234"}
        account.post(f"/users/{user['id']}/contact_methods", "contact_method", phone)
        restriction = {
            "type": "weekly_restriction",
            "start_time_of_day": "08:00",
            "duration_seconds": 60,
            "start_day_of_week": 1,
        }
        schedule = account.schedule(
            layer(user, other, restrictions=[restriction]), layer(other, end="2026-12-01T00:00:00Z"), teams=[ref(team)]
        )
        policy = account.policy(user, schedule, teams=[ref(team)], description="Text")
        account.service(escalation_policy=ref(policy))
        service = account.service(
            escalation_policy=ref(policy),
            auto_resolve_timeout=600,
            incident_urgency_rule={
                "type": "use_support_hours",
                "during_support_hours": {"type": "constant", "urgency": "high"},
                "outside_support_hours": {"type": "constant", "urgency": "low"},
            },
            support_hours={"time_zone": "Asia/Tokyo", "start_time": "09:00", "end_time": "17:00", "days_of_week": [1]},
            scheduled_actions=[
                {
                    "type": "urgency_change",
                    "at": {"type": "named_time", "name": "support_hours_end"},
                    "to_urgency": "high",
                }
            ],
            alert_grouping_parameters={"type": "time", "config": {"timeout": 5}},
            auto_pause_notifications_parameters={"enabled": True, "timeout": 120},
        )
        account.integration(service, vendor={"id": "PZQ6AUS"})
        account.integration(
            service,
            type="generic_email_inbound_integration",
            name="Mail",
            integration_email="mail@pdsync-sandbox.pagerduty.com",
        )
        _trouble(account, service, schedule, user)
        yield account


def _trouble(account: Account, service: Any, schedule: Any, user: Any) -> None:
    """An incident of each status, with all that belongs to it."""
    key = account.integration(service, type="events_api_v2_inbound_integration")["integration_key"]
    payload = {"summary": "Fire", "source": "db1", "severity": "critical", "custom_details": {"heat": 9}}
    event = {
        "routing_key": key,
        "event_action": "trigger",
        "payload": payload,
        "links": [{"href": "https://x.example"}],
    }
    account.call("POST", "/v2/enqueue", event)
    account.call("POST", "/v2/change/enqueue", {"routing_key": key, "payload": {"summary": "Deployed"}})
    for status in ("triggered", "acknowledged", "resolved"):
        body = {"type": "incident", "title": status, "service": ref(service), "priority": {"id": "P53ZZH5"}}
        path = f"/incidents/{account.post('/incidents', 'incident', body)['id']}"
        account.call("POST", f"{path}/notes", {"note": {"content": "Text"}})
        targets = [{"responder_request_target": it} for it in (ref(user), service["escalation_policy"])]
        help_ = {"requester_id": user["id"], "message": "Help", "responder_request_targets": targets}
        account.call("POST", f"{path}/responder_requests", help_)
        account.put(path, "incident", {"type": "incident", "status": status, "urgency": "low"})
    account.call("POST", f"{path}/snooze", {"duration": 60})
    override = {"start": "2026-04-01T00:00:00Z", "end": "2026-04-02T00:00:00Z", "user": ref(user)}
    account.call("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [override]})
    team = schedule["teams"][0]["id"]
    for owner in (None, {"id": team}):
        body = {"business_service": {"name": "Shop", "description": "Text", "team": owner, "point_of_contact": "Ann"}}
        made = account.call("POST", "/business_services", body).json()["business_service"]
    subscriber = {"subscriber_id": team, "subscriber_type": "team"}
    account.call("POST", f"/business_services/{made['id']}/subscribers", {"subscribers": [subscriber]})
    pair = {"supporting_service": ref(service), "dependent_service": ref(made)}
    account.call("POST", "/service_dependencies/associate", {"relationships": [pair]})
    for incident in account.get("/incidents")["incidents"]:
        path = f"/incidents/{incident['id']}"
        account.call("POST", f"{path}/status_updates/subscribers", {"subscribers": [subscriber]})
        account.call("PUT", f"{path}/business_services/{made['id']}/impacts", {"relation": "impacted"})


_LISTS = {
    "/users": "?include[]=contact_methods&include[]=notification_rules&include[]=teams&total=true",
    "/teams": "",
    "/schedules": "?include[]=schedule_layers",
    "/escalation_policies": "?include[]=escalation_rule_assignment_strategies&include[]=services&include[]=teams&include[]=targets",
    "/services": "?include[]=integrations&include[]=auto_pause_notifications_parameters&include[]=escalation_policies&include[]=teams",
    "/vendors": "?limit=100",
    "/priorities": "",
    "/abilities": "",
    "/incidents": "?include[]=services&include[]=escalation_policies&include[]=teams&include[]=users&include[]=body"
    "&include[]=acknowledgers&include[]=first_trigger_log_entries&include[]=agents&include[]=conference_bridge",
    "/log_entries": "?include[]=incidents&include[]=services&include[]=teams&limit=100",
    "/business_services": "",
    "/alert_grouping_settings": "?total=true",
    "/change_events": "?total=true",
}


_OF_INCIDENT = (
    *("alerts", "notes", "log_entries", "status_updates/subscribers", "business_services/impacts"),
    *("related_incidents", "past_incidents", "outlier_incident", "related_change_events"),
)


def _requests(account: Account) -> Iterator[tuple[str, str]]:
    """Paths of the description, and the requests to try for them."""
    for path, includes in _LISTS.items():
        yield path, path
        yield path, path + includes
        for thing in account.get(path).get(path[1:], []):
            if isinstance(thing, dict) and path != "/priorities":
                yield f"{path}/{{id}}", f"{path}/{thing['id']}"
                yield f"{path}/{{id}}", f"{path}/{thing['id']}{includes}"
    for user in account.get("/users")["users"]:
        yield "/users/{id}/license", f"/users/{user['id']}/license"
        for kind, query in (("contact_methods", ""), ("notification_rules", "?urgency=all")):
            yield f"/users/{{id}}/{kind}", f"/users/{user['id']}/{kind}{query}"
            for child in user[kind]:
                yield f"/users/{{id}}/{kind}/{{{kind[:-1]}_id}}", f"/users/{user['id']}/{kind}/{child['id']}"
    yield "/users/me", "/users/me"
    for team in account.get("/teams")["teams"]:
        yield "/teams/{id}/members", f"/teams/{team['id']}/members"
        yield "/teams/{id}/members", f"/teams/{team['id']}/members?include[]=users"
    for service in account.get("/services")["services"]:
        for child in service["integrations"]:
            yield (
                "/services/{id}/integrations/{integration_id}",
                f"/services/{service['id']}/integrations/{child['id']}",
            )

    for incident in account.get("/incidents")["incidents"]:
        for child in _OF_INCIDENT:
            yield f"/incidents/{{id}}/{child}", f"/incidents/{incident['id']}/{child}"
        for child in ("related_incidents", "outlier_incident"):
            yield f"/incidents/{{id}}/{child}", f"/incidents/{incident['id']}/{child}?additional_details[]=incident"
        for alert in account.get(f"/incidents/{incident['id']}/alerts")["alerts"]:
            yield "/incidents/{id}/alerts/{alert_id}", f"/incidents/{incident['id']}/alerts/{alert['id']}"
    for schedule in account.get("/schedules")["schedules"]:
        path = f"/schedules/{schedule['id']}"
        yield "/schedules/{id}/overrides", f"{path}/overrides?since=2026-01-01&until=2027-01-01"
        yield "/schedules/{id}/users", f"{path}/users"
    for service in account.get("/business_services")["business_services"]:
        yield "/business_services/{id}/subscribers", f"/business_services/{service['id']}/subscribers"
        path = "supporting_services/impacts"
        yield f"/business_services/{{id}}/{path}", f"/business_services/{service['id']}/{path}"
    yield "/business_services/priority_thresholds", "/business_services/priority_thresholds"
    yield "/business_services/impactors", "/business_services/impactors"
    fields = "?additional_fields[]=services.highest_impacting_priority&additional_fields[]=total_impacted_count"
    yield "/business_services/impacts", f"/business_services/impacts{fields}"
    yield "/notifications", "/notifications?since=2026-03-01&until=2026-04-01&include[]=users"
    for service in account.get("/services")["services"]:
        yield "/services/{id}/change_events", f"/services/{service['id']}/change_events"
    yield "/audit/records", "/audit/records?limit=100"
    for user in account.get("/users")["users"]:
        yield "/users/{id}/audit/records", f"/users/{user['id']}/audit/records"


_WRITES: list[tuple[str, str, str, Any]] = [
    ("post", "/incidents/{id}/notes", "200", {"note": {"content": "Text"}}),
    ("post", "/incidents/{id}/status_updates", "200", {"message": "Text"}),
    ("post", "/incidents/{id}/status_updates", "200", {"message": "Text", "subject": "x", "html_message": "<b>"}),
    ("post", "/incidents/{id}/snooze", "201", {"duration": 60}),
    ("put", "/incidents/{id}", "200", {"incident": {"type": "incident_reference", "status": "acknowledged"}}),
    ("put", "/incidents", "200", {"incidents": [{"id": "{incident}", "type": "incident", "title": "Other"}]}),
    ("post", "/incidents", "201", {"incident": {"type": "incident", "title": "x", "service": {"id": "{service}"}}}),
    (
        "post",
        "/schedules/{id}/overrides",
        "201",
        {
            "overrides": [
                {"start": "2026-05-01T00:00:00Z", "end": "2026-05-02T00:00:00Z", "user": {"id": "{user}"}},
            ]
        },
    ),
    (
        "post",
        "/business_services",
        "200",
        {"business_service": {"name": "x", "description": "x", "point_of_contact": "x"}},
    ),
    ("put", "/business_services/{id}", "200", {"business_service": {"name": "y"}}),
    (
        "post",
        "/business_services/{id}/subscribers",
        "200",
        {"subscribers": [{"subscriber_id": "{user}", "subscriber_type": "user"}]},
    ),
    *(
        (
            "post",
            f"/incidents/{{id}}/status_updates/{it}",
            "200",
            {"subscribers": [{"subscriber_id": "{user}", "subscriber_type": "user"}]},
        )
        for it in ("subscribers", "unsubscribe")
    ),
    (
        "post",
        "/incidents/{id}/responder_requests",
        "200",
        {
            "requester_id": "{user}",
            "message": "Text",
            "responder_request_targets": [{"responder_request_target": {"id": "{user}", "type": "user_reference"}}],
        },
    ),
    (
        "put",
        "/incidents/{id}/responder_requests/cancel",
        "200",
        {"requester_id": "{user}", "responder_request_targets": [{"id": "{user}", "type": "user_reference"}]},
    ),
    (
        "put",
        "/business_services/priority_thresholds",
        "200",
        {"global_threshold": {"id": "P53ZZH5", "order": 33554432}},
    ),
    ("put", "/change_events/{id}", "200", {"change_event": {"type": "change_event", "summary": "Text"}}),
    (
        "post",
        "/business_services/{id}/unsubscribe",
        "200",
        {"subscribers": [{"subscriber_id": "{user}", "subscriber_type": "user"}]},
    ),
]


@pytest.mark.parametrize(("method", "path", "status", "body"), _WRITES)
def test_answers_to_writes_conform(
    filled: Account, description: ApiDescription, method: str, path: str, status: str, body: Any
) -> None:
    """The request conforms as well, or the check of the answer would mean little."""
    ids = {
        "{incident}": filled.get("/incidents?statuses[]=triggered&statuses[]=acknowledged")["incidents"][0]["id"],
        "{service}": filled.get("/services")["services"][0]["id"],
        "{user}": filled.get("/users/me")["user"]["id"],
    }
    text = json.dumps(body)
    for name, id in ids.items():
        text = text.replace(name, id)
    kind = path.split("/")[1]
    own = ids["{incident}"] if kind == "incidents" else filled.get(f"/{kind}")[kind][0]["id"]
    answer = filled.call(method.upper(), path.replace("{id}", own), json.loads(text))
    assert str(answer.status_code) == status, answer.text
    assert description.answer_problems(method, path, answer.status_code, answer.json()) == []


def test_answers_conform(filled: Account, description: ApiDescription) -> None:
    wrong: list[str] = []
    checked: set[str] = set()
    for path, request in _requests(filled):
        checked.add(path)
        wrong += [f"{request}: {it}" for it in description.answer_problems("get", path, 200, filled.get(request))]
    assert wrong == []
    assert len(checked) >= 50
