"""Account: what fuzzing finds in the sandbox, and profiles under which accounts are not as the sandbox is by default."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.profile import QUESTIONS
from pdsync.sandbox.profile.feature import ABILITIES, FEATURES
from pdsync.sandbox.profile.resource import RESOURCES

Rows = dict[str, list[dict[str, Any]]]


def fill(server: SandboxServer) -> Rows:
    """What there is in the account, with one at least of each kind that has an endpoint."""
    edit, rows = server.control.edit, server.control.state()
    service, user, schedule = rows["service"][0], rows["user"][1], rows["schedule"][0]
    at_service = [{"id": service["id"], "type": "service_reference"}]
    period = {"start": "2097-01-01T00:00:00Z", "end": "2097-01-02T00:00:00Z"}
    incident = {"type": "incident", "title": "Fire", "service": at_service[0]}
    made = edit("POST", "/incidents", {"incident": incident})["incident"]
    edit("POST", f"/incidents/{made['id']}/notes", {"note": {"content": "It burns."}})
    edit("POST", "/tags", {"tag": {"type": "tag", "label": "Hot"}})
    edit("POST", "/business_services", {"business_service": {"name": "Shop"}})
    window = {"type": "maintenance_window", "start_time": period["start"], "end_time": period["end"]}
    edit("POST", "/maintenance_windows", {"maintenance_window": {**window, "services": at_service}})
    override = {**period, "user": {"id": user["id"], "type": "user_reference"}}
    edit("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [override]})
    [method, *_] = [it for it in rows["contact_method"] if it["parent"] == user["id"]]
    rule = {"contact_method": {"id": method["id"], "type": f"{method['type']}_reference"}}
    path = f"/users/{user['id']}/oncall_handoff_notification_rules"
    edit("POST", path, {"oncall_handoff_notification_rule": rule})
    path = f"/users/{user['id']}/status_update_notification_rules"
    edit("POST", path, {"status_update_notification_rule": rule})
    edit("POST", "/event_orchestrations", {"orchestration": {"name": "Events"}})
    runner = {"runner": {"name": "Runner", "description": "x", "runner_type": "sidecar"}}
    data = {"action_type": "script", "action_data_reference": {"script": "x"}}
    id = edit("POST", "/automation_actions/runners", runner)["runner"]["id"]
    edit("POST", "/automation_actions/actions", {"action": {"name": "x", "description": "x", "runner": id, **data}})
    shifts = edit("POST", "/v3/schedules", {"schedule": {"name": "Shifts", "time_zone": "UTC"}})["schedule"]["id"]
    edit("POST", f"/v3/schedules/{shifts}/rotations", {})
    flow = edit("POST", "/incident_workflows", {"incident_workflow": {"name": "Flow"}})["incident_workflow"]["id"]
    manual = {"trigger_type": "manual", "workflow": {"id": flow}, "services": at_service}
    edit("POST", "/incident_workflows/triggers", {"trigger": manual})
    edit("POST", "/templates", {"template": {"name": "Update", "templated_fields": {"message": "x"}}})
    delivery = {"type": "http_delivery_method", "url": "https://x.example.com"}
    webhook = {"type": "webhook_subscription", "events": ["x"], "filter": {"type": "account_reference"}}
    edit("POST", "/webhook_subscriptions", {"webhook_subscription": {**webhook, "delivery_method": delivery}})
    key = next(it["integration_key"] for it in rows["integration"] if it["integration_key"])
    payload = {"summary": "Fire", "source": "db1", "severity": "critical"}
    edit("POST", "/v2/enqueue", {"routing_key": key, "event_action": "trigger", "payload": payload})
    edit("POST", "/v2/change/enqueue", {"routing_key": key, "payload": {"summary": "Deployed"}})
    target = {"responder_request_target": {"id": user["id"], "type": "user_reference"}}
    request = {"requester_id": user["id"], "message": "Help", "responder_request_targets": [target]}
    edit("POST", f"/incidents/{made['id']}/responder_requests", request)
    return server.control.state()


def _readings(step: int) -> dict[str, str]:
    """Of each open question another reading than the default, as far as there is one at that distance."""
    found = {}
    for name, question in QUESTIONS.items():
        others = [it for it in question.readings if it != question.default]
        found[name] = others[step % len(others)]
    return found


def _late(**lag: Any) -> dict[str, Any]:
    return {key: {**lag, "seen_by": "all"} for key in RESOURCES}


PLAIN = "no profile"
HOSTILE: dict[str, dict[str, Any]] = {
    "other-readings": {"account": 1, "readings": _readings(0)},
    "third-readings": {"account": 1, "readings": _readings(1), "lag": _late(reads=2)},
    "managed": {
        "account": 1,
        "readings": _readings(2),
        "sso": {"managed": True, "addresses": {"graham.sutcliffe@example.com": "graham@sso.example.com"}},
        "private_teams": ["Platform"],
    },
    "bare": {"account": 1, "without": list(FEATURES), "abilities": dict.fromkeys(ABILITIES, False)},
    "late": {"account": 1, "lag": _late(seconds=3600), "without": dict.fromkeys(FEATURES, 403)},
}
"""Account profiles by name. Questions, features and resources that are declared later are in them by themselves."""
PROFILES: dict[str, dict[str, Any]] = {PLAIN: {"account": 1}, **HOSTILE}
