"""Automation actions, runners, extensions and add-ons as Terraform's provider keeps them in a state.

After the provider's own code (pagerdutyplugin/resource_pagerduty_automation_actions_action.go and so on).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pdsync.client import RestApiV2Client
from tests.terraform.provider_form import SECRET, TfResource, managed

_PARTS = (
    "script",
    "invocation_command",
    "process_automation_job_id",
    "process_automation_job_arguments",
    "process_automation_node_filter",
)


def read_automation(client: RestApiV2Client) -> Iterator[TfResource]:
    """Every action and runner, with what they are associated with."""
    for runner in client.list_all("automation_actions/runners"):
        own = ("id", "name", "runner_type", "type", "creation_time")
        values = {**{name: runner[name] for name in own}, "description": runner.get("description") or None}
        values |= {"runbook_base_uri": runner.get("runbook_base_uri"), "last_seen": runner.get("last_seen") or ""}
        is_runbook = runner["runner_type"] == "runbook"
        values["runbook_api_key"] = SECRET if is_runbook else None
        made = managed("automation_actions_runner", runner["name"], values)
        yield TfResource(made.type, made.name, made.values, sensitive=(("runbook_api_key",),))
        yield from _associated(client, "runner", runner["id"], "team")
    for action in client.list_all("automation_actions/actions"):
        own = ("id", "name", "type", "action_type", "creation_time", "modify_time")
        values = {name: action.get(name) or "" for name in own} | {"description": action.get("description") or ""}
        values |= {name: action.get(name) for name in ("runner_type", "action_classification")}
        values |= {"runner_id": action.get("runner"), "action_data_reference": [_data(action)]}
        yield managed("automation_actions_action", action["name"], values)
        for kind in ("service", "team"):
            yield from _associated(client, "action", action["id"], kind)


def _data(action: dict[str, Any]) -> dict[str, Any]:
    return {name: action["action_data_reference"].get(name) for name in _PARTS}


def _associated(client: RestApiV2Client, owner: str, identity: str, kind: str) -> Iterator[TfResource]:
    answer = client.get(f"automation_actions/{owner}s/{identity}/{kind}s")
    for each in answer.json()[f"{kind}s"] if answer.ok else ():
        values = {"id": f"{identity}:{each['id']}", f"{owner}_id": identity, f"{kind}_id": each["id"]}
        yield managed(f"automation_actions_{owner}_{kind}_association", each["id"], values)


def read_addons(client: RestApiV2Client) -> Iterator[TfResource]:
    """Pages in the menu: the provider knows no others."""
    for each in client.list_all("addons"):
        if each["type"].startswith("full_page"):
            yield managed("addon", each["name"], {name: each[name] for name in ("id", "name", "src")})


def read_extensions(client: RestApiV2Client) -> Iterator[TfResource]:
    """Extensions; those of ServiceNow are of a type of their own. The state keeps secrets as the configuration gave them."""
    for each in client.list_all("extensions"):
        config = each.get("config") or {}
        values = {
            "id": each["id"],
            "name": each["name"],
            "html_url": each.get("html_url", ""),
            "endpoint_url": SECRET,
            "extension_schema": each["extension_schema"]["id"],
            "extension_objects": [it["id"] for it in each["extension_objects"]],
        }
        if "snow_user" in config:
            names = ("snow_user", "target", "task_type", "sync_options", "referer")
            own = {name: config.get(name) or "" for name in names} | {"snow_password": SECRET}
            made, hidden = (
                managed("extension_servicenow", each["name"], values | own),
                ("endpoint_url", "snow_password"),
            )
        else:
            held = {name: SECRET if name == "access_token" else value for name, value in config.items()}
            made, hidden = (
                managed("extension", each["name"], values | {"config": json.dumps(held)}),
                ("endpoint_url",),
            )
        yield TfResource(made.type, made.name, made.values, sensitive=tuple((name,) for name in hidden))
