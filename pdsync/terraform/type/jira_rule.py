"""``pagerduty_jira_cloud_account_mapping_rule``. Its id is that of the mapping, a colon and its own, as in an account.

Values of custom fields are JSON in a text, or a text (pagerdutyplugin/resource_pagerduty_jira_cloud_account_mapping_rule.go).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ObjectType
from pdsync.terraform.value import block, reference, without_empty

_FIELDS = (
    "service",
    "project",
    "project_key",
    "project_name",
    "issue_type",
    "status_mapping",
    "create_issue_on_incident_trigger",
    "autocreate_jql",
    "priorities",
    "custom_fields",
    "sync_notes_user",
)
"""The fields that the block ``config`` holds: the first is that of the attribute."""


def _config(value: Any) -> Any:
    config = block(value)
    jira = block(config.get("jira"))
    user = jira.get("sync_notes_user")
    statuses = block(jira.get("status_mapping"))
    return {
        "service": reference("service")(config.get("service")),
        "jira": {
            **{name: without_empty(block(jira.get(name)), "id", "key", "name") for name in ("project", "issue_type")},
            "status_mapping": {
                name: without_empty(block(held), "id", "name") or None for name, held in statuses.items()
            },
            "create_issue_on_incident_trigger": bool(jira.get("create_issue_on_incident_trigger")),
            "autocreate_jql": jira.get("autocreate_jql") or None,
            "priorities": [without_empty(each, "jira_id", "pagerduty_id") for each in jira.get("priorities") or ()],
            "custom_fields": [_custom_field(each) for each in jira.get("custom_fields") or ()],
            "sync_notes_user": reference("user")(user) if user else None,
        },
    }


def _custom_field(field: Mapping[str, Any]) -> dict[str, Any]:
    said = without_empty(
        field, "type", "source_incident_field", "target_issue_field", "target_issue_field_name", "value"
    )
    return {**said, "value": _value(said["value"])} if "value" in said else said


def _value(text: Any) -> Any:
    """An object or a list is JSON; anything else is the text itself, such as an id that looks like a number."""
    try:
        read = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text
    return read if isinstance(read, Mapping | list) else text


def _mapping(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    return {"accounts_mapping": {"id": values.get("account_mapping")}} if values.get("account_mapping") else {}


JIRA_RULE = ObjectType(
    "jira_rule",
    {
        "name": Attribute("name"),
        "enabled": Attribute("enabled"),
        "config": Attribute(_FIELDS[0], _config, "config", _FIELDS[1:]),
    },
    whole=_mapping,
)
