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
        yield account


_LISTS = {
    "/users": "?include[]=contact_methods&include[]=notification_rules&include[]=teams&total=true",
    "/teams": "",
    "/schedules": "?include[]=schedule_layers",
    "/escalation_policies": "?include[]=escalation_rule_assignment_strategies&include[]=services&include[]=teams&include[]=targets",
    "/services": "?include[]=integrations&include[]=auto_pause_notifications_parameters&include[]=escalation_policies&include[]=teams",
    "/vendors": "?limit=100",
    "/priorities": "",
    "/abilities": "",
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


def test_answers_conform(filled: Account, description: Any) -> None:
    registry: Registry[Any] = Registry().with_resource("urn:api", Resource(description, DRAFT202012))
    wrong: list[str] = []
    checked: set[str] = set()
    for path, request in _requests(filled):
        answer = filled.get(request)
        schema = description["paths"][path]["get"]["responses"]["200"]
        while "$ref" in schema:
            schema = _follow(description, schema["$ref"])
        where = "#/paths/" + path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
        pointer = f"urn:api{where}/get/responses/200/content/application~1json/schema"
        validator = Draft202012Validator({"$ref": pointer}, registry=registry)
        checked.add(path)
        for error in _leaves(validator.iter_errors(answer)):
            place = "".join(f"/{step}" for step in error.absolute_path)
            if not _is_known(place, error):
                wrong.append(f"{request}: {place}: {error.message[:200]}")
    assert wrong == []
    assert len(checked) >= 20


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
