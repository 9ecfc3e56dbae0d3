"""Whatever is sent to the endpoints of later kinds, and to analytics, is taken or refused, and what is stored can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.account import Account, ref
from tests.sandbox.api.test_fuzz import _JUNK, _places, _replaced
from tests.sandbox.shifts import custom_shift, event_body, every, member, override, rotation, shift_schedule

Request = tuple[str, str, dict[str, Any]]


def _rules(*actions: dict[str, Any]) -> dict[str, Any]:
    rules = [{"id": "a", "label": "x", "conditions": [{"expression": "x"}], "actions": it} for it in actions]
    return {"orchestration_path": {"sets": [{"id": "start", "rules": rules}], "catch_all": {"actions": {}}}}


def _field_requests(account: Account, service: Any) -> list[Request]:
    options = [{"id": None, "data": {"data_type": "string", "value": it}} for it in ("x", "y")]
    plain = {"display_name": "x", "description": "x", "enabled": True, "field_options": options}
    field = {"name": "x", "data_type": "string", "field_type": "multi_value_fixed", "default_value": ["x"], **plain}
    type = {"name": "x", "display_name": "x", "parent_type": "incident_default", "enabled": True, "description": "x"}
    types, of_base = "/incidents/types", "/incidents/types/incident_default/custom_fields"
    one = account.post(of_base, "field", {**field, "name": "a", "display_name": "a"})
    other = account.post("/services/custom_fields", "field", {**field, "name": "a", "display_name": "a"})
    made = account.post(types, "incident_type", {**type, "name": "made"})["id"]
    option = {"field_option": {"data": {"data_type": "string", "value": "z"}}}
    values = {"custom_fields": [{"id": other["id"], "value": ["x"]}, {"name": "a", "value": None}]}
    return [
        ("POST", types, {"incident_type": type}),
        ("PUT", f"{types}/{made}", {"incident_type": {"display_name": "x", "enabled": False, "description": "x"}}),
        ("POST", of_base, {"field": field}),
        ("PUT", f"{of_base}/{one['id']}", {"field": {**plain, "display_name": "a"}}),
        ("POST", f"{of_base}/{one['id']}/field_options", option),
        ("POST", "/incidents/custom_fields", {"field": field}),
        ("POST", "/services/custom_fields", {"field": field}),
        ("PUT", f"/services/custom_fields/{other['id']}", {"field": {**plain, "display_name": "a"}}),
        ("PUT", f"/services/{service['id']}/custom_fields/values", values),
    ]


def _shift_requests(account: Account) -> list[Request]:
    user = account.user()
    schedule = shift_schedule(account)
    place = rotation(account, schedule)
    lines = ["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270101T000000Z", "EXDATE;TZID=Europe/Berlin:20260309T090000"]
    event = event_body(user, None, recurrence=lines, effective_until="2026-06-01T00:00:00Z")
    coming = event_body(user, effective_since="2027-01-01T00:00:00Z", assignment_strategy=every(user))
    to_come = account.post(f"{place}/events", "event", coming)["id"]
    shift = custom_shift(account, schedule, "2026-03-03T09:00", "2026-03-03T17:00", user)
    taken = override(account, schedule, shift, "2026-03-03T09:00", "2026-03-03T10:00", user, None)
    times = {"start_time": "2026-03-04T09:00:00Z", "end_time": "2026-03-04T10:00:00Z"}
    members = {"overridden_member": member(None), "overriding_member": member(user)}
    of_rotation = {"type": "override_shift", "rotation_id": place.rpartition("/")[2], **times, **members}
    custom = {"type": "custom_shift", **times, "assignments": [{"type": "shift_assignment", "member": member(user)}]}
    return [
        ("POST", f"{place}/events", {"event": event}),
        ("PUT", f"{place}/events/{to_come}", {"event": {**event, "effective_since": "2026-12-01T00:00:00Z"}}),
        ("POST", f"{schedule}/overrides", {"overrides": [of_rotation]}),
        ("PUT", f"{schedule}/overrides/{taken['id']}", {"override": {**times, "overriding_member": member(user)}}),
        ("POST", f"{schedule}/custom_shifts", {"custom_shifts": [custom]}),
        ("PUT", f"{schedule}/custom_shifts/{shift['id']}", {"custom_shift": custom}),
    ]


_ANALYTICS = {
    "filters": {"created_at_start": "2026-01-01T00:00:00Z", "team_ids": ["P1"], "urgency": "high", "major": True},
    "aggregate_unit": "day",
    "time_zone": "UTC",
    "order": "asc",
    "order_by": "total_incident_count",
}


@pytest.fixture(scope="module")
def things() -> Iterator[tuple[Account, list[Request]]]:
    """An account, and good requests to each endpoint that takes a body."""
    with Account() as account:
        team, service = account.team(), account.service()
        account.incident(service)
        events = {"orchestration": {"name": "x", "description": "", "team": ref(team)}}
        orchestration = f"/event_orchestrations/{account.post('/event_orchestrations', 'orchestration', events['orchestration'])['id']}"
        runner = {
            "name": "x",
            "description": "x",
            "runner_type": "runbook",
            "runbook_base_uri": "x",
            "runbook_api_key": "x",
        }
        runners, actions, shifts = "/automation_actions/runners", "/automation_actions/actions", "/v3/schedules"
        id = account.post(runners, "runner", {**runner, "teams": [ref(team)]})["id"]
        script = {"action_type": "script", "action_data_reference": {"script": "x", "invocation_command": "x"}}
        action = {"name": "x", "description": "x", "runner": id, "services": [ref(service)], **script}
        schedule = {"name": "x", "time_zone": "UTC", "description": "x", "teams": [ref(team)], "rotations": []}
        headers = [{"name": "x", "value": "x"}]
        delivery = {"type": "http_delivery_method", "url": "https://x.example.com", "custom_headers": headers}
        webhook = {"type": "webhook_subscription", "events": ["x"], "filter": ref(service), "delivery_method": delivery}
        variables = [{"name": "x", "path": "x", "type": "regex", "value": "x"}]
        hook = {
            "name": "x",
            "url": "x",
            "auto_send": True,
            "headers": [{"key": "x", "value": "x"}],
            "trigger_types": ["alert_triggered"],
        }
        remembered = {"type": "recent_value", "source": "x", "regex": "x"}
        recent = {"name": "x", "conditions": [{"expression": "x"}], "configuration": remembered, "disabled": False}
        external = {"name": "x", "configuration": {"type": "external_data", "data_type": "string", "ttl_seconds": 1}}
        wait = {"action_id": "pagerduty.com:incident-workflows:delay:1", "inputs": [{"name": "Delay", "value": "5"}]}
        inline = [{"name": "Actions", "value": {"steps": [{"name": "x", "action_configuration": wait}]}}]
        given = [{"name": "Condition", "value": "x"}, {"name": "Delay between loops", "value": "5"}]
        loop = {"action_id": "pagerduty.com:logic:incident-workflows-loop-until:2", "inputs": given}
        steps = [{"id": "P1", "name": "x", "action_configuration": {**loop, "inline_steps_inputs": inline}}]
        workflow = {"name": "x", "description": "x", "is_enabled": True, "team": ref(team), "steps": steps}
        flows, triggers = "/incident_workflows", "/incident_workflows/triggers"
        flow = account.post(flows, "incident_workflow", workflow)["id"]
        settings = {"services": [ref(service)], "condition": "x", "is_subscribed_to_all_services": False}
        trigger = {"trigger_type": "conditional", "workflow": {"id": flow}, **settings, "incident_types": []}
        manual = {"trigger_type": "manual", "workflow": {"id": flow}}
        permissions = {"permissions": {"restricted": True, "team_id": team["id"]}}
        started = f"{triggers}/{account.post(triggers, 'trigger', trigger)['id']}"
        texts = {"email_subject": "x", "email_body": "x", "message": "x"}
        template = {"name": "x", "description": "x", "template_type": "status_update", "templated_fields": texts}
        yield (
            account,
            [
                ("POST", flows, {"incident_workflow": workflow}),
                ("PUT", f"{flows}/{flow}", {"incident_workflow": workflow}),
                ("POST", triggers, {"trigger": trigger}),
                ("POST", triggers, {"trigger": {**manual, **permissions}}),
                ("PUT", started, {"trigger": settings}),
                ("POST", f"{started}/services", {"service": ref(service)}),
                ("POST", "/templates", {"template": template}),
                *_field_requests(account, service),
                ("PUT", f"/templates/{account.post('/templates', 'template', template)['id']}", {"template": template}),
                ("POST", "/event_orchestrations", events),
                ("PUT", orchestration, events),
                (
                    "PUT",
                    f"{orchestration}/router",
                    _rules({"route_to": service["id"]}, {"dynamic_route_to": {"regex": "x"}}),
                ),
                ("PUT", f"{orchestration}/global", _rules({"drop_event": True, "variables": variables, "suspend": 1})),
                ("PUT", f"/event_orchestrations/services/{service['id']}", _rules({"automation_actions": [hook]})),
                ("POST", f"{orchestration}/integrations", {"integration": {"label": "x"}}),
                ("POST", f"{orchestration}/cache_variables/", {"cache_variable": recent}),
                (
                    "POST",
                    f"/event_orchestrations/services/{service['id']}/cache_variables",
                    {"cache_variable": external},
                ),
                ("POST", runners, {"runner": {**runner, "teams": [ref(team)]}}),
                ("PUT", f"{runners}/{id}", {"runner": runner}),
                ("POST", actions, {"action": action}),
                ("PUT", f"{actions}/{account.post(actions, 'action', action)['id']}", {"action": action}),
                ("POST", "/webhook_subscriptions", {"webhook_subscription": webhook}),
                ("POST", shifts, {"schedule": schedule}),
                ("PUT", f"{shifts}/{account.post(shifts, 'schedule', schedule)['id']}", {"schedule": schedule}),
                *_shift_requests(account),
                ("POST", "/analytics/metrics/incidents/all", _ANALYTICS),
                ("POST", "/analytics/metrics/incidents/teams", _ANALYTICS),
                ("POST", "/analytics/metrics/responders/teams", _ANALYTICS),
                ("POST", "/analytics/metrics/users/all", _ANALYTICS),
                ("POST", "/analytics/raw/incidents", {**_ANALYTICS, "order_by": "created_at", "starting_after": "x"}),
            ],
        )


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_bodies_with_junk_in_any_place(things: tuple[Account, list[Request]], data: st.DataObject) -> None:
    account, requests = things
    method, path, body = data.draw(st.sampled_from(requests))
    for _ in range(data.draw(st.integers(1, 2))):
        body = _replaced(body, data.draw(st.sampled_from(list(_places(body)))), data.draw(_JUNK))
    answer = account.call(method, path, data=json.dumps(body).encode())
    assert answer.status_code in (200, 201, 400), answer.text
    if answer.status_code == 400:
        assert answer.json()["error"]["errors"]
    elif method == "PUT":
        assert account.get(path)
    assert account.server.control.breaks() == []
