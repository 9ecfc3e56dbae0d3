"""Incident types, custom fields, grouping settings and windows as Terraform's provider keeps them in a state.

After the provider's own code (pagerdutyplugin/resource_pagerduty_incident_type_custom_field.go and so on).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pdsync.client import RestApiV2Client
from tests.terraform.provider_form import TfResource, managed


def read_incident_types(client: RestApiV2Client) -> Iterator[TfResource]:
    """The types that people made, and the custom fields of all types."""
    for each in client.get("incidents/types", params={"filter": "all"}).json()["incident_types"]:
        own = {name: each[name] for name in ("id", "name", "display_name", "enabled")}
        parent = each.get("parent")
        if parent:
            values = {**own, "parent_type": parent["id"], "description": each.get("description") or None}
            yield managed("incident_type", each["name"], {**values, "type": "incident_type"})
        path = f"incidents/types/{each['id']}/custom_fields"
        answer = client.get(path, params={"include[]": "field_options"})
        for field in answer.json()["fields"] if answer.ok else ():
            if field["incident_type"] == each["id"]:
                yield managed("incident_type_custom_field", field["name"], _field(field))


def _field(field: dict[str, Any]) -> dict[str, Any]:
    texts = [each["data"]["value"] for each in field.get("field_options") or ()]
    own = ("name", "display_name", "data_type", "field_type", "enabled", "incident_type")
    default = field.get("default_value")
    return {
        **{name: field[name] for name in own},
        "id": f"{field['incident_type']}:{field['id']}",
        "description": field.get("description") or None,
        "default_value": None if default is None else json.dumps(default),
        "field_options": sorted(texts) or None,
        "summary": field["display_name"],
    }


def read_service_fields(client: RestApiV2Client) -> Iterator[TfResource]:
    """The definitions."""
    answer = client.get("services/custom_fields", params={"include[]": "field_options"})
    for field in answer.json()["fields"] if answer.ok else ():
        own = ("id", "name", "display_name", "data_type", "field_type", "enabled")
        options = [
            {"id": it["id"], "value": it["data"]["value"], "data_type": "string"}
            for it in field.get("field_options") or ()
        ]
        values = {**{name: field[name] for name in own}, "description": field.get("description") or ""}
        yield managed("service_custom_field", field["name"], {**values, "field_option": options})


def read_service_values(client: RestApiV2Client, services: list[TfResource]) -> Iterator[TfResource]:
    """The values that services have, as the provider reads them back: as text, with commas between several."""
    for service in services:
        answer = client.get(f"services/{service.id}/custom_fields/values")
        rows = answer.json()["custom_fields"] if answer.ok else []
        held = [{"id": None, "name": it["name"], "value": _text(it["value"])} for it in rows if it["value"] is not None]
        if held:
            values = {"id": service.id, "service_id": service.id, "custom_fields": held}
            yield managed("service_custom_field_value", service.name, values)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def read_grouping_settings(client: RestApiV2Client) -> Iterator[TfResource]:
    """Settings without what the provider does not read: the fields of intelligent ones. Those without a name PagerDuty made itself."""
    answer = client.get("alert_grouping_settings")
    for each in answer.json()["alert_grouping_settings"] if answer.ok else ():
        if not each.get("name"):
            continue
        kind, held = each["type"], each["config"]
        is_content, is_time = kind.startswith("content"), kind == "time"
        config = {
            "timeout": held["timeout"] if is_time else None,
            "time_window": None if is_time else held["time_window"],
            "aggregate": held["aggregate"] if is_content else None,
            "fields": sorted(held["fields"]) if is_content else None,
        }
        values = {
            "id": each["id"],
            "name": each.get("name") or "",
            "description": each.get("description") or "",
            "type": kind,
            "config": config,
            "services": [service["id"] for service in each["services"]],
        }
        yield managed("alert_grouping_setting", each.get("name") or "x", values)


def read_windows(client: RestApiV2Client) -> Iterator[TfResource]:
    """The windows that have not ended."""
    for each in client.list_all("maintenance_windows", params={"filter": "open"}):
        values = {name: each[name] for name in ("id", "description", "start_time", "end_time")}
        values["services"] = [service["id"] for service in each["services"]]
        yield managed("maintenance_window", each["description"], values)
