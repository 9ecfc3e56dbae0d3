"""An account as Terraform's provider keeps it in a state: what it reads from PagerDuty's answers, and what it makes of them.

After the provider's own code (flattenService, flattenScheduleLayers and so on), and not after pdsync's tables: those are tested with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pdsync.client import RestApiV2Client
from tests.terraform.provider_automation import read_addons, read_automation, read_extensions
from tests.terraform.provider_field import (
    read_grouping_settings,
    read_incident_types,
    read_service_fields,
    read_service_values,
    read_windows,
)
from tests.terraform.provider_form import PROVIDER, SECRET, TfResource, as_shown, as_state, label, managed
from tests.terraform.provider_hook import read_webhooks
from tests.terraform.provider_rule import read_orchestrations, read_service_rules

__all__ = ["PROVIDER", "SECRET", "TfResource", "as_shown", "as_state", "label", "read_resources"]


def read_resources(client: RestApiV2Client) -> list[TfResource]:
    """Everything that the provider can manage of an account."""
    found = [
        *_users(client),
        *_teams(client),
        *_schedules(client),
        *_shift_schedules(client),
        *_policies(client),
        *_services(client),
    ]
    found += [*_business_services(client), *_workflows(client)]
    services = [each for each in found if each.type == "pagerduty_service"]
    newer = [
        *read_orchestrations(client),
        *read_service_rules(client, services),
        *read_incident_types(client),
        *read_service_fields(client),
        *read_service_values(client, services),
        *read_grouping_settings(client),
        *read_windows(client),
        *read_automation(client),
        *read_addons(client),
        *read_extensions(client),
        *read_webhooks(client),
    ]
    return [*found, *_dependencies(client, found), *_tags(client, found), *_unique(newer)]


def _unique(resources: list[TfResource]) -> list[TfResource]:
    """Two blocks of one type have two names."""
    seen: dict[tuple[str, str], int] = {}
    made = []
    for resource in resources:
        count = seen[resource.type, resource.name] = seen.get((resource.type, resource.name), 0) + 1
        made.append(resource if count == 1 else replace(resource, name=f"{resource.name}_{count}"))
    return made


def _id(held: Any) -> str:
    return str(held["id"]) if held else ""


def _users(client: RestApiV2Client) -> list[TfResource]:
    found = []
    include = {"include[]": ["contact_methods", "notification_rules"]}
    for user in client.list_all("users", params=include):
        values = {
            "id": user["id"],
            "name": user["name"],
            "email": user["email"],
            "color": user["color"],
            "role": user["role"],
            "job_title": user.get("job_title") or "",
            "description": user.get("description") or "",
            "time_zone": user["time_zone"],
            "avatar_url": user.get("avatar_url", ""),
            "html_url": user["html_url"],
            "invitation_sent": user.get("invitation_sent", False),
            "license": "PLICENSE",
            "teams": [team["id"] for team in user.get("teams") or ()],
        }
        found.append(managed("user", user["email"].partition("@")[0], values))
        for method in user["contact_methods"]:
            values = {
                "id": method["id"],
                "user_id": user["id"],
                "type": method["type"],
                "address": method["address"],
                "label": method.get("label", ""),
                "country_code": method.get("country_code") or 0,
                "send_short_email": bool(method.get("send_short_email")),
                "enabled": bool(method.get("enabled")),
                "blacklisted": bool(method.get("blacklisted")),
                "device_type": "",
            }
            found.append(managed("user_contact_method", f"{user['name']} {method['type']}", values))
        for rule in user["notification_rules"]:
            values = {name: rule[name] for name in ("id", "urgency", "start_delay_in_minutes")}
            values |= {"user_id": user["id"], "contact_method": _pointer(rule)}
            found.append(managed("user_notification_rule", f"{user['name']} {rule['urgency']}", values))
        for rule in client.list_all(f"users/{user['id']}/oncall_handoff_notification_rules"):
            values = {name: rule[name] for name in ("id", "handoff_type", "notify_advance_in_minutes")}
            values |= {"user_id": user["id"], "contact_method": [{**_pointer(rule), "summary": ""}]}
            found.append(managed("user_handoff_notification_rule", user["name"], values))
    return _unique(found)


def _pointer(rule: dict[str, Any]) -> dict[str, str]:
    held = rule["contact_method"]
    return {"id": held["id"], "type": held["type"].removesuffix("_reference")}


def _teams(client: RestApiV2Client) -> list[TfResource]:
    found = []
    for team in client.list_all("teams"):
        values = {
            "id": team["id"],
            "name": team["name"],
            "description": team.get("description") or "",
            "default_role": team.get("default_role", "manager"),
            "parent": _id(team.get("parent")) or None,
            "html_url": team["html_url"],
        }
        found.append(managed("team", team["name"], values))
        for member in client.list_all(f"teams/{team['id']}/members"):
            user = member["user"]["id"]
            values = {"id": f"{user}:{team['id']}", "user_id": user, "team_id": team["id"], "role": member["role"]}
            found.append(replace(managed("team_membership", team["name"], values), index=user))
    return found


def _schedules(client: RestApiV2Client) -> list[TfResource]:
    found = []
    for schedule in client.list_all("schedules", params={"include[]": ["schedule_layers"]}):
        values = {
            "id": schedule["id"],
            "name": schedule["name"],
            "time_zone": schedule["time_zone"],
            "description": schedule.get("description") or "",
            "overflow": None,
            "teams": [team["id"] for team in schedule.get("teams") or ()],
            "final_schedule": [],
            "layer": [_layer(layer) for layer in reversed(schedule["schedule_layers"])],
        }
        found.append(managed("schedule", schedule["name"], values))
    return _unique(found)


def _shift_schedules(client: RestApiV2Client) -> list[TfResource]:
    """Without those that the provider cannot have made: it gives every event the zone of its schedule."""
    found = []
    for listed in client.list_all("v3/schedules"):
        schedule = client.rget(f"v3/schedules/{listed['id']}")
        events = [event for rotation in schedule["rotations"] for event in rotation["events"]]
        if any(event["start_time"]["time_zone"] != schedule["time_zone"] for event in events):
            continue
        values = {
            **{name: schedule[name] for name in ("id", "name", "time_zone", "description")},
            "teams": [team["id"] for team in schedule["teams"]],
            "rotation": [
                {"id": rotation["id"], "event": [_event(event) for event in rotation["events"]]}
                for rotation in schedule["rotations"]
            ],
        }
        found.append(managed("schedulev2", schedule["name"], values))
    return _unique(found)


def _event(event: dict[str, Any]) -> dict[str, Any]:
    strategy = event["assignment_strategy"]
    return {
        **{name: event[name] for name in ("id", "name", "effective_since", "effective_until", "recurrence")},
        **{name: event[name]["date_time"] for name in ("start_time", "end_time")},
        "assignment_strategy": [
            {
                "type": strategy["type"],
                "shifts_per_member": strategy.get("shifts_per_member"),
                "member": [{"type": it["type"], "user_id": it.get("user_id")} for it in strategy["members"]],
            }
        ],
    }


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": layer["id"],
        "name": layer["name"],
        "start": layer["start"],
        "end": layer.get("end") or "",
        "rotation_virtual_start": layer["rotation_virtual_start"],
        "rotation_turn_length_seconds": layer["rotation_turn_length_seconds"],
        "users": [entry["user"]["id"] for entry in layer["users"]],
        "rendered_coverage_percentage": "",
        "restriction": [
            {
                "type": each["type"],
                "start_time_of_day": each["start_time_of_day"],
                "start_day_of_week": each.get("start_day_of_week") or 0,
                "duration_seconds": each["duration_seconds"],
            }
            for each in layer.get("restrictions") or ()
        ],
    }


def _policies(client: RestApiV2Client) -> list[TfResource]:
    found = []
    include = {"include[]": ["escalation_rule_assignment_strategies"]}
    for policy in client.list_all("escalation_policies", params=include):
        values = {
            "id": policy["id"],
            "name": policy["name"],
            "description": policy.get("description") or "",
            "num_loops": policy["num_loops"],
            "teams": [team["id"] for team in policy.get("teams") or ()],
            "rule": [
                {
                    "id": rule["id"],
                    "escalation_delay_in_minutes": rule["escalation_delay_in_minutes"],
                    "escalation_rule_assignment_strategy": [
                        {"type": rule["escalation_rule_assignment_strategy"]["type"]}
                    ],
                    "target": [{"id": target["id"], "type": target["type"]} for target in rule["targets"]],
                }
                for rule in policy["escalation_rules"]
            ],
        }
        found.append(managed("escalation_policy", policy["name"], values))
    return _unique(found)


def _services(client: RestApiV2Client) -> list[TfResource]:
    found = []
    include = {"include[]": ["integrations", "auto_pause_notifications_parameters"]}
    for service in client.list_all("services", params=include):
        found.append(managed("service", service["name"], _service(service)))
        for integration in service["integrations"]:
            values = _integration(service["id"], integration)
            made = managed("service_integration", f"{service['name']} {integration['name']}", values)
            found.append(replace(made, sensitive=(("integration_key",),)))
    return _unique(found)


def _timeout(value: Any) -> str:
    return "null" if value is None else str(value)


def _service(service: dict[str, Any]) -> dict[str, Any]:
    rule = service["incident_urgency_rule"]
    hours = service.get("support_hours")
    pause = service.get("auto_pause_notifications_parameters")
    return {
        "id": service["id"],
        "name": service["name"],
        "type": service["type"],
        "html_url": service["html_url"],
        "created_at": service["created_at"],
        "status": service["status"],
        "last_incident_timestamp": service.get("last_incident_timestamp") or "",
        "escalation_policy": service["escalation_policy"]["id"],
        "description": service.get("description") or "",
        "auto_resolve_timeout": _timeout(service.get("auto_resolve_timeout")),
        "acknowledgement_timeout": _timeout(service.get("acknowledgement_timeout")),
        "alert_creation": service["alert_creation"],
        "alert_grouping": None,
        "alert_grouping_timeout": "null",
        "alert_grouping_parameters": _grouping(service.get("alert_grouping_parameters")),
        "auto_pause_notifications_parameters": [
            # While it is disabled the provider holds its default.
            {
                "enabled": bool(pause and pause["enabled"]),
                "timeout": pause["timeout"] if pause and pause["enabled"] else 120,
            }
        ],
        "incident_urgency_rule": [
            {
                "type": rule["type"],
                "urgency": rule.get("urgency") or "",
                "during_support_hours": _urgency(rule.get("during_support_hours")),
                "outside_support_hours": _urgency(rule.get("outside_support_hours")),
            }
        ],
        "support_hours": [
            {name: hours[name] for name in ("type", "time_zone", "start_time", "end_time", "days_of_week")}
        ]
        if hours
        else [],
        "scheduled_actions": [
            {
                "type": action["type"],
                "to_urgency": action["to_urgency"],
                "at": [{"type": action["at"]["type"], "name": action["at"]["name"]}],
            }
            for action in service.get("scheduled_actions") or ()
        ],
        "response_play": None,
    }


def _urgency(held: Any) -> list[dict[str, Any]]:
    return [{"type": held["type"], "urgency": held["urgency"]}] if held else []


def _grouping(held: Any) -> list[dict[str, Any]]:
    config = (held or {}).get("config") or {}
    return [
        {
            "type": (held or {}).get("type") or "",
            "config": [
                {
                    "timeout": config.get("timeout") or 0,
                    "aggregate": config.get("aggregate") or "",
                    "fields": config.get("fields") or [],
                    "time_window": config.get("time_window") or 0,
                }
            ],
        }
    ]


def _integration(service: str, integration: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": integration["id"],
        "name": integration["name"],
        "service": service,
        "type": integration["type"],
        "vendor": _id(integration.get("vendor")),
        "integration_key": SECRET,
        "integration_email": integration.get("integration_email") or "",
        "html_url": integration["html_url"],
        "email_incident_creation": integration.get("email_incident_creation") or "",
        "email_filter_mode": integration.get("email_filter_mode") or "",
        "email_parsing_fallback": integration.get("email_parsing_fallback") or "",
        "email_filter": [
            {
                "id": each.get("id", ""),
                **{
                    f"{part}_{what}": each.get(f"{part}_{what}") or ""
                    for part in ("subject", "body", "from_email")
                    for what in ("mode", "regex")
                },
            }
            for each in integration.get("email_filters") or ()
        ],
        "email_parser": [_parser(each) for each in integration.get("email_parsers") or ()],
    }


def _parser(parser: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": 0,
        "action": parser["action"],
        "match_predicate": [_predicate(parser["match_predicate"])],
        "value_extractor": [
            {
                "type": each["type"],
                "value_name": each["value_name"],
                "part": each["part"],
                "starts_after": each.get("starts_after") or "",
                "ends_before": each.get("ends_before") or "",
                "regex": "",  # the provider does not read it back
            }
            for each in parser.get("value_extractors") or ()
        ],
    }


def _predicate(predicate: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": predicate["type"],
        "part": predicate.get("part") or "",
        "matcher": predicate.get("matcher") or "",
        "predicate": [_predicate(each) for each in predicate.get("children") or ()],
    }


def _business_services(client: RestApiV2Client) -> list[TfResource]:
    found = []
    for service in client.list_all("business_services"):
        values = {
            "id": service["id"],
            "name": service["name"],
            "summary": service["summary"],
            "type": service["type"],
            "html_url": service.get("html_url", ""),
            "self": service.get("self", ""),
            "description": service.get("description") or "",
            "point_of_contact": service.get("point_of_contact") or None,
            "team": _id(service.get("team")) or None,
        }
        found.append(managed("business_service", service["name"], values))
        for row in client.get(f"business_services/{service['id']}/subscribers").json()["subscribers"]:
            values = {name: row[name] for name in ("subscriber_id", "subscriber_type")}
            values |= {"business_service_id": service["id"], "id": ".".join([service["id"], *values.values()])}
            made = managed("business_service_subscriber", service["name"], values)
            found.append(replace(made, index=row["subscriber_id"]))
    return _unique([each for each in found if each.index is None]) + [each for each in found if each.index is not None]


def _dependencies(client: RestApiV2Client, objects: list[TfResource]) -> list[TfResource]:
    """Each edge once: both of its ends list it."""
    paths = {"pagerduty_service": "technical_services", "pagerduty_business_service": "business_services"}
    edges: dict[str, dict[str, Any]] = {}
    for each in objects:
        path = paths.get(each.type)
        answer = client.get(f"service_dependencies/{path}/{each.id}") if path else None
        if answer is not None and answer.ok:
            edges |= {edge["id"]: edge for edge in answer.json()["relationships"]}
    return [
        replace(managed("service_dependency", "edge", {"id": key, "dependency": [_edge(edge)]}), index=key)
        for key, edge in edges.items()
    ]


def _edge(edge: dict[str, Any]) -> dict[str, Any]:
    sides = ("supporting_service", "dependent_service")
    return {
        "type": edge.get("type", ""),
        **{side: [{"id": edge[side]["id"], "type": edge[side]["type"].removesuffix("_reference")}] for side in sides},
    }


def _workflows(client: RestApiV2Client) -> list[TfResource]:
    found = []
    for workflow in client.list_all("incident_workflows", params={"include[]": ["steps", "team"]}):
        values = {
            "id": workflow["id"],
            "name": workflow["name"],
            "description": workflow.get("description") or "",
            "team": _id(workflow.get("team")) or None,
            "is_enabled": "true" if workflow["is_enabled"] else "false",
            "step": [{"id": step["id"], **_step(step)} for step in workflow["steps"]],
        }
        found.append(managed("incident_workflow", workflow["name"], values))
    for trigger in client.list_all("incident_workflows/triggers"):
        if trigger["trigger_type"] == "incident_type":
            continue  # the provider does not know it
        permissions = trigger.get("permissions")
        values = {
            "id": trigger["id"],
            "type": trigger["trigger_type"],
            "workflow": trigger["workflow"]["id"],
            "services": [service["id"] for service in trigger.get("services") or ()],
            "subscribed_to_all_services": trigger["is_subscribed_to_all_services"],
            "condition": trigger.get("condition"),
            "permissions": [
                {"restricted": bool(permissions.get("restricted")), "team_id": permissions.get("team_id") or ""}
            ]
            if permissions
            else [],
        }
        found.append(managed("incident_workflow_trigger", trigger["trigger_type"], values))
    return _unique(found)


def _step(step: dict[str, Any]) -> dict[str, Any]:
    configuration = step["action_configuration"]
    return {
        "name": step["name"],
        "action": configuration["action_id"],
        "input": [{**each, "generated": False} for each in configuration.get("inputs") or ()],
        "inline_steps_input": [
            {"name": each["name"], "step": [_step(inner) for inner in each["value"]["steps"]]}
            for each in configuration.get("inline_steps_inputs") or ()
        ],
    }


def _tags(client: RestApiV2Client, entities: list[TfResource]) -> list[TfResource]:
    labels = {tag["id"]: tag["label"] for tag in client.list_all("tags")}
    found = [managed("tag", text, {"id": tag, "label": text, "summary": text}) for tag, text in labels.items()]
    collections = {"pagerduty_user": "users", "pagerduty_team": "teams"}
    collections["pagerduty_escalation_policy"] = "escalation_policies"
    for entity in entities if labels else ():
        collection = collections.get(entity.type, "")
        for tag in client.list_all(f"{collection}/{entity.id}/tags") if collection else ():
            values = {"entity_type": collection, "entity_id": entity.id, "tag_id": tag["id"]}
            made = managed("tag_assignment", tag["label"], {"id": f"{entity.id}.{tag['id']}", **values})
            found.append(replace(made, index=entity.id))
    return _unique([each for each in found if each.index is None]) + [each for each in found if each.index is not None]
