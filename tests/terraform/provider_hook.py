"""Webhooks, Slack connections and rules of Jira Cloud as Terraform's provider keeps them in a state.

After the provider's own code (flattenDeliveryMethod, flattenConnectionConfig, flattenJiraCloudAccountsMappingRule).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pdsync.client import RestApiV2Client
from tests.terraform.provider_form import SECRET, TfResource, managed


def read_webhooks(client: RestApiV2Client) -> Iterator[TfResource]:
    """Subscriptions. A state has what the configuration says of headers, since answers hide it."""
    for each in client.list_all("webhook_subscriptions"):
        delivery, chosen = each["delivery_method"], each["filter"]
        headers = [{"name": it["name"], "value": SECRET} for it in delivery.get("custom_headers") or ()]
        values = {
            **{name: each[name] for name in ("id", "type", "active", "events")},
            "description": each.get("description") or "",
            "delivery_method": [
                {
                    **{name: delivery[name] for name in ("type", "url", "temporarily_disabled")},
                    "custom_header": headers,
                    "secret": SECRET,
                }
            ],
            "filter": [{"id": chosen.get("id") or "", "type": chosen["type"]}],
        }
        paths = [("delivery_method", 0, "custom_header", at, "value") for at in range(len(headers))]
        made = managed("webhook_subscription", chosen["type"], values)
        yield TfResource(made.type, made.name, made.values, sensitive=(*paths, ("delivery_method", 0, "secret")))


def slack_connections(rows: Iterable[Mapping[str, Any]]) -> Iterator[TfResource]:
    """Connections as the listing of a workspace has them."""
    for each in rows:
        own = ("id", "source_id", "source_type", "channel_id", "notification_type", "workspace_id")
        held = each["config"]
        some = ["*"] if held["priorities"] is None else held["priorities"]
        config = {"events": held["events"], "priorities": some, "urgency": held["urgency"] or ""}
        values = {**{name: each[name] for name in own}, "source_name": "x", "channel_name": "x", "config": [config]}
        yield managed("slack_connection", each["channel_id"], values)


def jira_rules(mapping: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[TfResource]:
    """Rules as the listing of a mapping has them."""
    for each in rows:
        jira = each["config"]["jira"]
        none = {"id": None, "name": None}
        user = jira.get("sync_notes_user")
        config = {
            **{name: jira.get(name) for name in ("autocreate_jql", "create_issue_on_incident_trigger", "project")},
            "issue_type": jira["issue_type"],
            "sync_notes_user": user["id"] if user else None,
            "status_mapping": {
                name: jira["status_mapping"].get(name) or none for name in ("triggered", "acknowledged", "resolved")
            },
            "priorities": [{name: it[name] for name in ("jira_id", "pagerduty_id")} for it in jira["priorities"] or ()],
            "custom_fields": [_custom_field(it) for it in jira["custom_fields"] or ()],
        }
        values = {"id": f"{mapping}:{each['id']}", "account_mapping": mapping, "name": each["name"]}
        values |= {"enabled": each["enabled"], "config": {"service": each["config"]["service"]["id"], "jira": config}}
        yield managed("jira_cloud_account_mapping_rule", each["name"], values)


def _custom_field(field: Mapping[str, Any]) -> dict[str, Any]:
    names = ("type", "source_incident_field", "target_issue_field", "target_issue_field_name")
    held = field.get("value")
    text = json.dumps(held) if isinstance(held, dict | list) else held
    return {**{name: field.get(name) for name in names}, "value": text}


def read_hosted(client: RestApiV2Client, workspaces: Iterable[str]) -> Iterator[TfResource]:
    """What there is on the other hosts, where the client has them."""
    for place in sorted(set(workspaces)):
        yield from slack_connections(client.for_host("slack").list_all(f"workspaces/{place}/connections"))
    for mapping in client.for_host("jira_cloud").list_all("accounts_mappings"):
        rows = client.for_host("jira_cloud").list_all(f"accounts_mappings/{mapping['id']}/rules")
        yield from jira_rules(str(mapping["id"]), rows)
