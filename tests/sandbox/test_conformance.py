"""Answers have the shape that PagerDuty's API description gives them, where it is at hand.

``_DEVIATIONS`` lists where the real service is known to differ from its own description; nothing else may differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.sandbox.account import Account, layer, ref

_DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "openapi" / "rest-v2.json"
pytestmark = pytest.mark.skipif(not _DESCRIPTION.exists(), reason="PagerDuty's API description is not at hand")

# Where, and what is answered there. Unset values are null in real answers though few are declared nullable.
_DEVIATIONS = [
    (r".*/job_title", None),
    (r".*/description", None),
    (r".*/(schedule_layers/\d+/)?end", None),
    (r".*/rendered_coverage_percentage", None),
    (r".*/last_incident_timestamp", None),
    (r".*/(auto_resolve|acknowledgement|alert_grouping)_timeout", None),
    (r".*/alert_grouping", None),
    (r".*/support_hours", None),
    (r".*/(during|outside)_support_hours", None),
    (r".*/alert_grouping_parameters/config", None),
    (r".*/alert_grouping_parameters", {"type": None, "config": None}),
    (r".*/auto_pause_notifications_parameters/(recommended_)?timeout", None),
    (r".*/vendor", None),
    (r".*/email_filters/\d+/\w+_regex", None),
    # The description says in words that these are null until there is something to say.
    (r".*/(incident_key|resolved_at|resolve_reason|priority|conference_bridge|body)", None),
    (r".*/(alert_grouping|body/details|point_of_contact)", None),
    # Its kinds of channels are told apart by nothing but prose, so that one fits several.
    (r".*/channel", ...),
    # LogEntry and its references say acknowledge_log_entry, AcknowledgeLogEntry says acknowledgement_log_entry.
    (r".*/type", "acknowledge_log_entry"),
    # The example of GET /vendors/{id} has one object, its schema a list.
    (r".*/vendor$", ...),
]


@pytest.fixture(scope="module")
def description() -> Any:
    document = json.loads(_DESCRIPTION.read_text(encoding="utf-8"))
    _allow_null(document)
    return document


def _allow_null(node: Any) -> None:
    """OpenAPI 3.0 says nullable where JSON Schema has a type of null."""
    if isinstance(node, dict):
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        if not isinstance(node.get("required", []), list):
            del node["required"]
        for value in node.values():
            _allow_null(value)
    elif isinstance(node, list):
        for value in node:
            _allow_null(value)


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
        account.integration(service, type="generic_email_inbound_integration", name="Mail")
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
}


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
        for child in ("alerts", "notes", "log_entries"):
            yield f"/incidents/{{id}}/{child}", f"/incidents/{incident['id']}/{child}"
        for alert in account.get(f"/incidents/{incident['id']}/alerts")["alerts"]:
            yield "/incidents/{id}/alerts/{alert_id}", f"/incidents/{incident['id']}/alerts/{alert['id']}"
    for schedule in account.get("/schedules")["schedules"]:
        path = f"/schedules/{schedule['id']}"
        yield "/schedules/{id}/overrides", f"{path}/overrides?since=2026-01-01&until=2027-01-01"
        yield "/schedules/{id}/users", f"{path}/users"
    for service in account.get("/business_services")["business_services"]:
        yield "/business_services/{id}/subscribers", f"/business_services/{service['id']}/subscribers"
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
    (
        "post",
        "/business_services/{id}/unsubscribe",
        "200",
        {"subscribers": [{"subscriber_id": "{user}", "subscriber_type": "user"}]},
    ),
]


@pytest.mark.parametrize(("method", "path", "status", "body"), _WRITES)
def test_answers_to_writes_conform(
    filled: Account, description: Any, method: str, path: str, status: str, body: Any
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
    registry: Registry[Any] = Registry().with_resource("urn:api", Resource(description, DRAFT202012))
    wrong = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in _leaves(_validator(registry, path, method, status).iter_errors(answer.json()))
        if not _is_known("".join(f"/{step}" for step in error.absolute_path), error)
    ]
    assert wrong == []


def _validator(registry: Registry[Any], path: str, method: str, status: str) -> Draft202012Validator:
    where = "#/paths/" + path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    pointer = f"urn:api{where}/{method}/responses/{status}/content/application~1json/schema"
    return Draft202012Validator({"$ref": pointer}, registry=registry)


def test_answers_conform(filled: Account, description: Any) -> None:
    registry: Registry[Any] = Registry().with_resource("urn:api", Resource(description, DRAFT202012))
    wrong: list[str] = []
    checked: set[str] = set()
    for path, request in _requests(filled):
        answer = filled.get(request)
        status = "201" if path == "/schedules/{id}/overrides" else "200"  # a slip of the description
        validator = _validator(registry, path, "get", status)
        checked.add(path)
        for error in _leaves(validator.iter_errors(answer)):
            place = "".join(f"/{step}" for step in error.absolute_path)
            if not _is_known(place, error):
                wrong.append(f"{request}: {place}: {error.message[:200]}")
    assert wrong == []
    assert len(checked) >= 35


def _is_known(place: str, error: Any) -> bool:
    if place.endswith("/type") and error.validator == "enum" and f"{error.instance}_reference" in error.validator_value:
        return True  # include[] puts the whole object where the schema has only its reference
    return any(re.fullmatch(known, place) and value in (..., error.instance) for known, value in _DEVIATIONS)


def _follow(document: Any, pointer: str) -> Any:
    for step in pointer.removeprefix("#/").split("/"):
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document


def _leaves(errors: Any) -> Iterator[Any]:
    """Errors at the values themselves: of the branches of a choice, those of the one that fits best."""
    for error in errors:
        if error.context:
            branches: dict[Any, list[Any]] = {}
            for inner in error.context:
                branches.setdefault(inner.schema_path[0], []).append(inner)
            yield from _leaves(min(branches.values(), key=len))
        else:
            yield error
