"""A state of a later kind is refused, or whatever is asked of it has an answer."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.sandbox.account import Account, ref
from tests.sandbox.shifts import custom_shift, event_body, override, rotation
from tests.sandbox.stored import store

_FINAL = "include[]=final_schedule&since=2026-03-01&until=2026-05-01&time_zone=UTC"
_PATHS = {
    "user_session": ("/users/{parent}/sessions", "/users/{parent}/sessions/browser/{id}"),
    "addon": ("/addons", "/addons/{id}", "/addons?service_ids[]=P1&include[]=services"),
    "status_page": ("/status_pages", "/status_pages?status_page_type=public"),
    "incident_workflow": (
        *("/incident_workflows", "/incident_workflows?query=x&include[]=steps&include[]=team"),
        *("/incident_workflows/{id}", "/incident_workflows/triggers"),
    ),
    "workflow_trigger": (
        *("/incident_workflows/triggers", "/incident_workflows/triggers/{id}"),
        *("/incident_workflows/triggers?sort_by=workflow_name&service_id=P1&is_disabled=false&trigger_type=manual",),
    ),
    "template": ("/templates?query=x&sort_by=name", "/templates?sort_by=created_at:desc", "/templates/{id}"),
    "event_orchestration": (
        *("/event_orchestrations?sort_by=routes:asc", "/event_orchestrations?sort_by=created_at:asc"),
        *("/event_orchestrations/{id}", "/event_orchestrations/{id}/router"),
    ),
    "orchestration_path": (
        *("/event_orchestrations", "/event_orchestrations/{parent}/router", "/event_orchestrations/{parent}/global"),
    ),
    "orchestration_active": ("/event_orchestrations/services/{parent}/active",),
    "automation_runner": (
        *("/automation_actions/runners?name=x&include[]=associated_actions", "/automation_actions/runners/{id}"),
    ),
    "automation_action": (
        *("/automation_actions/actions?runner_id=any&team_id=P1&service_id=P1&name=x", "/automation_actions/runners"),
        *(
            "/automation_actions/actions?action_type=script&classification=diagnostic",
            "/automation_actions/actions/{id}",
        ),
    ),
    "webhook_subscription": (
        *("/webhook_subscriptions?filter_type=account", "/webhook_subscriptions", "/webhook_subscriptions/{id}"),
    ),
    "extension": ("/extensions?query=x&include[]=extension_objects&extension_object_id=P1", "/extensions/{id}"),
    "workflow_connection": (
        *("/workflows/integrations/connections", "/workflows/integrations/http-api/connections"),
        "/workflows/integrations/http-api/connections/{id}",
    ),
    "schedule_v3": ("/v3/schedules?query=x&team_ids[]=P1", "/v3/schedules", "/v3/schedules/{id}"),
    "schedule_rotation": ("/v3/schedules/{parent}", "/v3/schedules/{parent}/rotations/{id}"),
    "schedule_event": (
        *("/v3/schedules/{schedule}/rotations/{parent}/events/{id}", f"/v3/schedules/{{schedule}}?{_FINAL}"),
        *("/oncalls?until=2026-03-20", "/v3/schedules/{schedule}/rotations/{parent}/events"),
    ),
    "override_shift": (
        *(f"/v3/schedules/{{parent}}?{_FINAL}", "/v3/schedules/{parent}/overrides/{id}"),
        "/v3/schedules/{parent}/overrides?since=2026-03-01&until=2026-05-01",
    ),
    "custom_shift": (
        *(f"/v3/schedules/{{parent}}?{_FINAL}", "/v3/schedules/{parent}/custom_shifts/{id}"),
        "/v3/schedules/{parent}/custom_shifts?since=2026-03-01&until=2026-05-01",
    ),
}


def _fill(account: Account) -> None:
    team, user, service = account.team(), account.user(), account.service()
    moment = {"created_at": "2026-01-01T00:00:00Z"}
    store(account, "user_session", {"id": "PS", "parent": user["id"], "type": "browser", "summary": "x", **moment})
    addon = {"id": "PA", "type": "full_page_addon", "name": "x", "src": "https://x.example.com"}
    store(account, "addon", {**addon, "services": [ref(service)]})
    page = {"name": "x", "published_at": None, "url": "https://x.example.com", "status_page_type": "public"}
    store(account, "status_page", {"id": "PP", **page})
    inputs = [{"name": "Condition", "value": "x"}, {"name": "Delay between loops", "value": "5"}]
    loop = {"action_id": "pagerduty.com:logic:incident-workflows-loop-until:2", "inputs": inputs}
    wait = {"action_id": "pagerduty.com:incident-workflows:delay:1", "inputs": [{"name": "Delay", "value": "5"}]}
    inner = [{"name": "x", "action_configuration": wait}]
    loop["inline_steps_inputs"] = [{"name": "Actions", "value": {"steps": inner}}]
    steps = [{"name": "x", "action_configuration": loop}]
    workflow = {"name": "x", "description": "x", "team": ref(team), "steps": steps}
    id = account.post("/incident_workflows", "incident_workflow", workflow)["id"]
    permissions = {"restricted": True, "team_id": team["id"]}
    trigger = {"trigger_type": "manual", "workflow": {"id": id}, "services": [ref(service)], "permissions": permissions}
    account.post("/incident_workflows/triggers", "trigger", trigger)
    account.post("/templates", "template", {"name": "x", "description": "x", "templated_fields": {"message": "x"}})
    events = account.post("/event_orchestrations", "orchestration", {"name": "x", "team": ref(team)})
    rule = {"actions": {"route_to": service["id"]}, "conditions": [{"expression": "x"}]}
    path = {"orchestration_path": {"sets": [{"id": "start", "rules": [rule]}]}}
    account.call("PUT", f"/event_orchestrations/{events['id']}/router", path)
    account.call("PUT", f"/event_orchestrations/services/{service['id']}/active", {"active": True})
    runner = {"name": "x", "description": "x", "runner_type": "sidecar", "teams": [ref(team)]}
    id = account.post("/automation_actions/runners", "runner", runner)["id"]
    action = {"name": "x", "description": "x", "action_type": "script", "action_data_reference": {"script": "x"}}
    linked = {"runner": id, "teams": [ref(team)], "services": [ref(service)], "action_classification": "diagnostic"}
    account.post("/automation_actions/actions", "action", {**action, **linked})
    headers = [{"name": "x", "value": "y"}]
    delivery = {"type": "http_delivery_method", "url": "https://x.example.com", "custom_headers": headers}
    webhook = {"type": "webhook_subscription", "events": ["x"], "filter": ref(service), "delivery_method": delivery}
    account.call("POST", "/webhook_subscriptions", {"webhook_subscription": webhook})
    snow = {"id": "PSRVN0W", "type": "extension_schema_reference"}
    config = {"snow_user": "x", "snow_password": "y", "headers": [{"name": "x", "value": "y"}]}
    extension = {"name": "x", "extension_schema": snow, "extension_objects": [ref(service)], "config": config}
    account.post("/extensions", "extension", extension)
    connection = {"name": "x", "secrets": {"Authentication Headers": "x"}, "teams": [{"team_id": team["id"]}]}
    account.call("POST", "/workflows/integrations/http-api/connections", connection)
    shifts = {"name": "x", "time_zone": "UTC", "teams": [ref(team)]}
    _fill_shifts(account, f"/v3/schedules/{account.post('/v3/schedules', 'schedule', shifts)['id']}")
    trouble = f"/incidents/{account.incident(service)['id']}"
    account.put(trouble, "incident", {"type": "incident", "status": "acknowledged"})
    account.call("POST", f"{trouble}/snooze", {"duration": 60})
    account.put(trouble, "incident", {"type": "incident", "status": "resolved"})


def _fill_shifts(account: Account, schedule: str) -> None:
    user = account.user()
    place = rotation(account, schedule)
    account.post(f"{place}/events", "event", event_body(user, None, effective_until="2026-06-01T00:00:00Z"))
    shift = custom_shift(account, schedule, "2026-03-03T16:00", "2026-03-03T20:00", user)
    override(account, schedule, shift, "2026-03-03T17:00", "2026-03-03T18:00", user, None)
    account.policy({"id": schedule.rpartition("/")[2], "type": "schedule_v3"})


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        _fill(it)
        yield it


@pytest.fixture(scope="module")
def state(account: Account) -> dict[str, Any]:
    return dict(account.get("/_sandbox/state"))


def _spoiled(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in entry.keys() - {"id", "number", "parent"}:
        yield {key: value for key, value in entry.items() if key != name}
        for junk in (None, 7, [{}]):
            yield {**entry, name: junk}


_ANALYTICS = ("incidents/all", "incidents/services", "incidents/teams/all", "responders/teams", "users/all")


def _refusal(account: Account, path: str, body: Any = None) -> int | None:
    try:
        account.server.control.edit("GET" if body is None else "POST", path, body)
    except ValueError as error:
        return int(str(error).split(": ")[1][:3])
    return None


@pytest.mark.parametrize("kind", _PATHS)
def test_a_spoiled_state_is_refused_or_can_be_read(account: Account, state: dict[str, Any], kind: str) -> None:
    """Asked from inside, for what is spoiled need not conform to PagerDuty's description."""
    control, entry = account.server.control, state[kind][0]
    names = {**entry, "schedule": state["schedule_v3"][0]["id"]}
    refused = 0
    for spoiled in _spoiled(entry):
        try:
            control.restore({**state, kind: [spoiled, *state[kind][1:]]})
        except ValueError:
            refused += 1
            continue
        for path in _PATHS[kind]:
            assert _refusal(account, path.format(**names)) in (None, 404), spoiled
    control.restore(state)
    assert all(_refusal(account, path.format(**names)) is None for path in _PATHS[kind])
    assert refused or kind == "schedule_rotation"


@pytest.mark.parametrize("kind", ["incident", "log_entry", "user"])
def test_analytics_have_an_answer_for_a_spoiled_state_that_is_taken(
    account: Account, state: dict[str, Any], kind: str
) -> None:
    incident = state["incident"][0]["id"]
    taken = 0
    for index, entry in enumerate(state[kind]):
        for spoiled in _spoiled(entry):
            rows = [*state[kind][:index], spoiled, *state[kind][index + 1 :]]
            try:
                account.server.control.restore({**state, kind: rows})
            except ValueError:
                continue
            taken += 1
            for path in ("", "/responses"):
                assert _refusal(account, f"/analytics/raw/incidents/{incident}{path}") is None, spoiled
            asked = ["raw/incidents", *(f"metrics/{it}" for it in _ANALYTICS)]
            assert [_refusal(account, f"/analytics/{it}", {}) for it in asked] == [None] * len(asked), spoiled
    assert taken


def test_what_refers_to_nothing_is_named(account: Account, state: dict[str, Any]) -> None:
    of_schedules = ("schedule_rotation", "schedule_event", "override_shift", "custom_shift")
    for kind in ("user_session", "orchestration_path", *of_schedules, "workflow_trigger"):
        document = deepcopy(state)
        document[kind][0]["parent"] = "PUNKNOWN"
        errors = account.refused("PUT", "/_sandbox/state", document)["errors"]
        assert any("its parent PUNKNOWN does not exist" in it for it in errors)
    document = deepcopy(state)
    document["team"].clear()
    errors = account.refused("PUT", "/_sandbox/state", document)["errors"]
    pointing = ("event_orchestration", "incident_workflow", "workflow_trigger", "automation_runner")
    for kind in (*pointing, "automation_action", "schedule_v3"):
        assert any(it.startswith(kind) and "it refers to" in it for it in errors), kind
