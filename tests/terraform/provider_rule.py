"""Event orchestrations as Terraform's provider keeps them in a state, with what belongs to them and to the rules of services.

After the provider's own code (flattenGlobalPathSets and so on), and not after pdsync's tables: those are tested with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pdsync.client import RestApiV2Client
from tests.terraform.provider_form import SECRET, TfResource, managed

_LISTS = {
    "variables": ("variable", ("name", "path", "type", "value")),
    "extractions": ("extraction", ("target", "regex", "template", "source")),
    "incident_custom_field_updates": ("incident_custom_field_update", ("id", "value")),
    "pagerduty_automation_actions": ("pagerduty_automation_action", ("action_id", "trigger_types")),
}


def read_orchestrations(client: RestApiV2Client) -> Iterator[TfResource]:
    """Every orchestration with all that Terraform has resources for."""
    for listed in client.list_all("event_orchestrations"):
        path, identity = f"event_orchestrations/{listed['id']}", listed["id"]
        values = {
            "id": identity,
            "name": listed["name"],
            "description": listed.get("description") or "",
            "team": (listed.get("team") or {}).get("id") or "",
            "routes": listed.get("routes", 0),
            "integration": [{"id": "x", "label": "x", "parameters": [{"routing_key": SECRET, "type": "global"}]}],
        }
        yield managed("event_orchestration", listed["name"], values)
        for each in client.get(f"{path}/integrations").json()["integrations"]:
            values = {"id": each["id"], "event_orchestration": identity, "label": each["label"]}
            values["parameters"] = [{"routing_key": SECRET, "type": "global"}]
            yield managed("event_orchestration_integration", each["label"], values)
        for name in ("router", "global", "unrouted"):
            answer = client.get(f"{path}/{name}")
            if answer.ok:
                values = {"id": identity, "event_orchestration": identity, **rules_of(answer.json())}
                yield managed(f"event_orchestration_{name}", listed["name"], values)
        yield from _variables(client, path, "global", {"event_orchestration": identity})
        yield from _enablement(client, path, "event_orchestration", identity)


def read_service_rules(client: RestApiV2Client, services: list[TfResource]) -> Iterator[TfResource]:
    """The rules of each service, with their cache variables."""
    for service in services:
        path = f"event_orchestrations/services/{service.id}"
        answer, active = client.get(path), client.get(f"{path}/active")
        if answer.ok:
            is_on = active.json()["active"] if active.ok else True
            values = {"id": service.id, "service": service.id, "enable_event_orchestration_for_service": is_on}
            yield managed("event_orchestration_service", service.name, {**values, **rules_of(answer.json())})
        yield from _variables(client, path, "service", {"service": service.id})
        yield from _enablement(client, f"services/{service.id}", "service", service.id)


def _variables(client: RestApiV2Client, path: str, scope: str, parent: dict[str, str]) -> Iterator[TfResource]:
    answer = client.get(f"{path}/cache_variables")
    for each in answer.json()["cache_variables"] if answer.ok else ():
        held = each["configuration"]
        configuration = {name: held.get(name) or "" for name in ("type", "regex", "source", "data_type")}
        values = {
            "id": each["id"],
            "name": each["name"],
            "disabled": each["disabled"],
            "condition": _conditions(each),
            "configuration": [{**configuration, "ttl_seconds": held.get("ttl_seconds") or 0}],
        }
        yield managed(f"event_orchestration_{scope}_cache_variable", each["name"], {**values, **parent})


def _enablement(client: RestApiV2Client, path: str, kind: str, identity: str) -> Iterator[TfResource]:
    answer = client.get(f"{path}/enablements")
    for each in answer.json()["enablements"] if answer.ok else ():
        values = {"id": f"{kind}.{identity}.{each['feature']}", "entity_type": kind, "entity_id": identity}
        yield managed("enablement", identity, {**values, "feature": each["feature"], "enabled": each["enabled"]})


def rules_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a document of rules."""
    path = answer["orchestration_path"]
    return {
        "set": [{"id": each["id"], "rule": [_rule(rule) for rule in each["rules"] or ()]} for each in path["sets"]],
        "catch_all": [{"actions": [_actions((path.get("catch_all") or {}).get("actions") or {})]}],
    }


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": rule["id"],
        "label": rule.get("label") or "",
        "disabled": bool(rule.get("disabled")),
        "condition": _conditions(rule),
        "actions": [_actions(rule.get("actions") or {})],
    }


def _conditions(held: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"expression": each["expression"]} for each in held.get("conditions") or ()]


def _actions(actions: dict[str, Any]) -> dict[str, Any]:
    """Texts that are not set are empty, booleans false, and numbers null."""
    texts = ("route_to", "severity", "event_action", "priority", "annotate", "escalation_policy")
    found: dict[str, Any] = {name: actions.get(name) or "" for name in texts}
    found |= {name: bool(actions.get(name)) for name in ("drop_event", "suppress")}
    found["suspend"] = actions.get("suspend")
    for there, (here, members) in _LISTS.items():
        found[here] = [{name: each.get(name) or "" for name in members} for each in actions.get(there) or ()]
    found["automation_action"] = [
        {
            **{name: each[name] for name in ("name", "url")},
            "auto_send": bool(each.get("auto_send")),
            "trigger_types": each.get("trigger_types") or [],
            "header": each.get("headers") or [],
            "parameter": each.get("parameters") or [],
        }
        for each in actions.get("automation_actions") or ()
    ]
    dynamic = actions.get("dynamic_route_to")
    return {**found, "dynamic_route_to": [dynamic] if dynamic else []}
