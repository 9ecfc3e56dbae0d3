"""Objects that are no one's business: there before a test, and compared after it, bit for bit."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pdsync.sandbox import SandboxServer
from tests.support.samples import KEYS

_NAMES = {
    "users": "user",
    "teams": "team",
    "schedules": "schedule",
    "v3/schedules": "schedule_v3",
    "escalation_policies": "escalation_policy",
    "services": "service",
    "business_services": "business_service",
    "templates": "template",
    "incident_workflows": "incident_workflow",
    "incidents/types": "incident_type",
    "services/custom_fields": "service_custom_field",
    "alert_grouping_settings": "alert_grouping_setting",
    "event_orchestrations": "event_orchestration",
    "maintenance_windows": "maintenance_window",
    "webhook_subscriptions": "webhook_subscription",
    "addons": "addon",
    "extensions": "extension",
    "workflows/integrations/connections": "workflow_connection",
    "automation_actions/runners": "automation_runner",
    "automation_actions/actions": "automation_action",
    "jira_rules": "jira_rule",
}
_WRAPPERS = {"schedule_v3": "schedule", "automation_runner": "runner", "automation_action": "action"}
FOREIGN = "Managed by pdsync: someone-else/{kind}/bystander"
State = dict[str, list[dict[str, Any]]]


@cache
def bystanders() -> State:
    """The state of a sandbox that holds its owner, and one object of each kind without an ownership line, and one with another
    workspace's, children included. It is made once in each process: from a state a sandbox starts in no time."""
    with SandboxServer() as server:
        for name in KEYS["oauth_client"]:
            client = {"name": name, "client_id": "x", "client_secret": "x", "grant_type": "client_credentials"}
            where = {"token_url": "https://bystander.example.com/token"}
            server.control.edit("POST", "/webhook_subscriptions/oauth_clients", {"oauth_client": {**client, **where}})
        for number, text in enumerate(("No one manages this.", FOREIGN)):
            _plant(server, f"Bystander {number}", text)
        return server.control.state()


def check_bystanders(server: SandboxServer) -> None:
    """Raises AssertionError when one of them is not as it was, or something else is in it or leads to it."""
    before, after = _about_them_before(), _about_them(server.control.state())
    assert after == before, f"something touched what is no one's business: {sorted(after ^ before)}"


@cache
def _about_them_before() -> set[str]:
    return _about_them(bystanders())


def _about_them(state: State) -> set[str]:
    """They themselves, what is in them, and whatever of the account leads to them, except to people: those may be on call
    for others."""
    people, things = _ids("user"), _ids(*_NAMES.values()) - _ids("user")
    found = set()
    for kind, rows in state.items():
        for row in rows:
            text = json.dumps([kind, row], sort_keys=True)
            own = f"{row['id']} {row.get('parent')}"  # a membership's own id has that of its user
            if any(id in text for id in things) or any(id in own for id in people):
                found.add(text)
    return found


@cache
def _ids(*kinds: str) -> frozenset[str]:
    rows = (row for kind in kinds for row in bystanders()[kind])
    return frozenset(
        row["id"] for row in rows if (row.get("name") or row["description"]).casefold().startswith("bystander")
    )


def _plant(server: SandboxServer, name: str, text: str) -> None:
    edit = server.control.edit

    def make(collection: str, **fields: Any) -> str:
        kind = _NAMES[collection]
        wrapper = _WRAPPERS.get(kind, kind)
        return str(edit("POST", f"/{collection}", {wrapper: {"type": kind, **fields}})[wrapper]["id"])

    user = make("users", name=name, email=f"{name.replace(' ', '.')}@bystander.example".lower())
    line = {kind: text.format(kind=kind) for kind in _NAMES.values()}
    person = {"id": user, "type": "user_reference"}
    team = make("teams", name=name, description=line["team"])
    layer = {
        "name": "All",
        "start": "2026-01-05T09:00:00Z",
        "rotation_virtual_start": "2026-01-05T09:00:00Z",
        "rotation_turn_length_seconds": 86_400,
        "users": [{"user": person}],
    }
    schedule = make("schedules", name=name, time_zone="Etc/UTC", schedule_layers=[layer], description=line["schedule"])
    shifts = make("v3/schedules", name=name, time_zone="Etc/UTC", description=line["schedule_v3"])
    _plant_shifts(server, name, user, schedule, shifts)
    rule = {"escalation_delay_in_minutes": 10, "targets": [{"id": schedule, "type": "schedule_reference"}, person]}
    policy = make("escalation_policies", name=name, escalation_rules=[rule], description=line["escalation_policy"])
    service = make(
        "services",
        name=name,
        escalation_policy={"id": policy, "type": "escalation_policy_reference"},
        description=line["service"],
    )
    business = make(
        "business_services",
        name=name,
        description=line["business_service"],
        team={"id": team, "type": "team_reference"},
    )
    body = {"integration": {"type": "events_api_v2_inbound_integration", "name": name}}
    edit("POST", f"/services/{service}/integrations", body)
    edit("PUT", f"/teams/{team}/users/{user}", {"role": "observer"})
    for path in (f"users/{user}", f"teams/{team}", f"escalation_policies/{policy}"):
        edit("POST", f"/{path}/change_tags", {"add": [{"type": "tag", "label": "bystander"}]})
    _plant_relations(server, {"user": user, "team": team}, service, business)
    fields = {"email_subject": name, "email_body": name, "message": name}
    make("templates", name=name, description=line["template"], template_type="status_update", templated_fields=fields)
    settings = {"type": "time", "config": {"timeout": 600}, "services": [{"id": service, "type": "service_reference"}]}
    make("alert_grouping_settings", name=name, description=line["alert_grouping_setting"], **settings)
    workflow = make("incident_workflows", name=name, description=line["incident_workflow"], steps=[])
    start = {"trigger_type": "manual", "workflow": {"id": workflow}, "services": [{"id": service}]}
    edit("POST", "/incident_workflows/triggers", {"trigger": start})
    snow = {"id": "PSRVN0W", "type": "extension_schema_reference"}
    told = {"extension_schema": snow, "extension_objects": [{"id": service, "type": "service_reference"}]}
    edit("POST", "/extensions", {"extension": {"name": name, "config": {"snow_password": name}, **told}})
    connection = {"name": name, "secrets": {"Password": name}, "teams": [{"team_id": team}]}
    edit("POST", "/workflows/integrations/sample-tracker/connections", connection)
    edit("POST", "/addons", {"addon": {"type": "full_page_addon", "name": name, "src": "https://example.com/page"}})
    period = {"start_time": "2100-01-03T02:00:00Z", "end_time": "2100-01-03T04:00:00Z"}
    patched = {**period, "services": [{"id": service, "type": "service_reference"}]}
    make("maintenance_windows", description=f"{name}\n{line['maintenance_window']}", **patched)
    delivery = {"type": "http_delivery_method", "url": "https://bystander.example.com"}
    reported = {"filter": {"id": service, "type": "service_reference"}, "events": ["incident.triggered"]}
    hook = f"{name}\n{line['webhook_subscription']}"
    make("webhook_subscriptions", description=hook, delivery_method=delivery, **reported)
    runner = make("automation_actions/runners", name=name, description=line["automation_runner"], runner_type="sidecar")
    does = {"action_type": "script", "action_data_reference": {"script": "true"}, "runner": runner}
    linked = {
        "services": [{"id": service, "type": "service_reference"}],
        "teams": [{"id": team, "type": "team_reference"}],
    }
    make("automation_actions/actions", name=name, description=line["automation_action"], **does, **linked)
    _plant_fields(server, name, service, line)
    _plant_rules(server, name, service, line)
    _plant_jira_rule(server, name, service)


def _plant_jira_rule(server: SandboxServer, name: str, service: str) -> None:
    """A rule that makes issues of the incidents of the service."""
    project = {"id": "10001", "key": "OPS", "name": name}
    jira = {
        "project": project,
        "issue_type": {"id": "1", "name": "Bug"},
        "status_mapping": {"triggered": {"id": "1", "name": "Open"}},
    }
    rule = {"name": name, "config": {"service": {"id": service, "type": "service_reference"}, "jira": jira}}
    server.control.edit("POST", "/integration-jira-cloud/accounts_mappings/PJIRAACME1/rules", rule)


def _plant_shifts(server: SandboxServer, name: str, user: str, schedule: str, shifts: str) -> None:
    """A rotation of a shift-based schedule, and an override of either sort."""
    edit, start, end = server.control.edit, "2100-01-03T02:00:00Z", "2100-01-03T04:00:00Z"
    where, member = f"/v3/schedules/{shifts}", {"type": "user_member", "user_id": user}
    rotation = edit("POST", f"{where}/rotations", {})["rotation"]["id"]
    event = {
        "name": name,
        "start_time": {"date_time": "2026-01-05T09:00:00Z", "time_zone": "Etc/UTC"},
        "end_time": {"date_time": "2026-01-06T09:00:00Z", "time_zone": "Etc/UTC"},
        "effective_since": "2026-01-05T09:00:00Z",
        "recurrence": ["RRULE:FREQ=DAILY"],
        "assignment_strategy": {
            "type": "rotating_member_assignment_strategy",
            "shifts_per_member": 1,
            "members": [member],
        },
    }
    edit("POST", f"{where}/rotations/{rotation}/events", {"event": event})
    override = {"start_time": start, "end_time": end, "overridden_member": member, "overriding_member": member}
    edit("POST", f"{where}/overrides", {"overrides": [{"type": "override_shift", "rotation_id": rotation, **override}]})
    taken = {"start": start, "end": end, "user": {"id": user, "type": "user_reference"}}
    edit("POST", f"/schedules/{schedule}/overrides", {"overrides": [taken]})


def _plant_fields(server: SandboxServer, name: str, service: str, line: dict[str, str]) -> None:
    """An incident type, a custom field of it, and one of services that a service has a value for."""
    edit, plain = server.control.edit, name.replace(" ", "_").lower()
    own = {"name": plain, "display_name": name}
    text = {"data_type": "string", "field_type": "single_value"}
    body = {**own, "parent_type": "incident_default", "description": line["incident_type"]}
    edit("POST", "/incidents/types", {"incident_type": body})
    edit("POST", f"/incidents/types/{plain}/custom_fields", {"field": {**own, **text}})
    described = {**own, **text, "description": line["service_custom_field"]}
    edit("POST", "/services/custom_fields", {"field": described})
    edit("PUT", f"/services/{service}/custom_fields/values", {"custom_fields": [{"name": plain, "value": name}]})


def _plant_rules(server: SandboxServer, name: str, service: str, line: dict[str, str]) -> None:
    """An orchestration that leads to the service, with all that it may have, and rules of the service."""
    edit = server.control.edit
    made = edit(
        "POST", "/event_orchestrations", {"orchestration": {"name": name, "description": line["event_orchestration"]}}
    )
    path = f"/event_orchestrations/{made['orchestration']['id']}"
    configuration = {"type": "recent_value", "source": "event.source", "regex": "(.*)"}
    edit(
        "POST",
        f"{path}/cache_variables",
        {"cache_variable": {"name": "host", "conditions": [], "configuration": configuration}},
    )
    documents = {"router": {"route_to": service}, "global": {"annotate": name}, "unrouted": {"severity": "info"}}
    for part, actions in {
        **{f"{path}/{it}": said for it, said in documents.items()},
        f"/event_orchestrations/services/{service}": {"annotate": name},
    }.items():
        rule = {"label": name, "conditions": [], "actions": actions}
        edit("PUT", part, {"orchestration_path": {"sets": [{"id": "start", "rules": [rule]}]}})


def _plant_relations(server: SandboxServer, subscribers: dict[str, str], service: str, business: str) -> None:
    """Who hears of a business service, and what it rests on."""
    hears = [{"subscriber_id": id, "subscriber_type": kind} for kind, id in subscribers.items()]
    server.control.edit("POST", f"/business_services/{business}/subscribers", {"subscribers": hears})
    ends = {
        "supporting_service": {"id": service, "type": "service"},
        "dependent_service": {"id": business, "type": "business_service"},
    }
    server.control.edit("POST", "/service_dependencies/associate", {"relationships": [ends]})
