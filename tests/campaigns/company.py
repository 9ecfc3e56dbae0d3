"""What goes beside the services of the campaigns' company: what it tells other programs, what it runs, and its account's settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model import split_marker

HANDED_OUT = "handed-out.jsonl"
"""Takes the secrets that PagerDuty shows once, line by line."""
RECEIVER = f"sh -c 'cat >> {HANDED_OUT}'"
SETTINGS = "slack: {workspace: T02ABC}\ncredentials: {user_token: PAGERDUTY_USER_TOKEN}\n"
ENVIRONMENT = {"PDSYNC_SAMPLE_ONE": "the-first-secret", "PDSYNC_SAMPLE_TWO": "the-second-secret"}
CHANNEL = "{workspace: T02ABC, channel: C05XYZ, notification_type: responder, events: [incident.triggered, incident.resolved]}"
OTHER_CHANNEL = "{workspace: T02ABC, channel: C777ABC, notification_type: stakeholder, events: [incident.triggered]}"
BESIDE = """\
---
apiVersion: pdsync/v1
kind: WebhookSubscription
metadata: {name: feed}
spec:
  filter: account
  events: [incident.triggered, incident.resolved]
  url: https://hooks.example.com/feed
  custom_headers: {Authorization: "Bearer ${env:PDSYNC_SAMPLE_ONE}"}
---
apiVersion: pdsync/v1
kind: WebhookSubscription
metadata: {name: shop}
spec: {description: Of the shop., filter: {service: checkout}, events: [service.updated], url: "https://hooks.example.com/shop"}
---
apiVersion: pdsync/v1
kind: AutomationRunner
metadata: {name: cluster}
spec: {name: Cluster, description: Runs jobs., runner_type: sidecar, teams: [shop]}
---
apiVersion: pdsync/v1
kind: AutomationAction
metadata: {name: restart}
spec: {name: Restart, description: Restarts it., action_type: script, script: echo restart, runner: cluster, services: [checkout], teams: [shop]}
---
apiVersion: pdsync/v1
kind: Extension
metadata: {name: snow}
spec:
  name: Snow
  schema: ServiceNow (v7)
  services: [checkout]
  config: {target: "https://acme.service-now.com/api", snow_user: pd, snow_password: "${env:PDSYNC_SAMPLE_ONE}", sync_options: manual_sync, task_type: incident, referer: None}
---
apiVersion: pdsync/v1
kind: JiraRule
metadata: {name: shop-ops}
spec:
  name: Shop to OPS
  accounts_mapping: acme.atlassian.net
  service: checkout
  project: "10100"
  project_key: OPS
  project_name: Operations
  issue_type: {id: "10001", name: Incident}
  status_mapping: {triggered: {id: "1", name: Open}, resolved: {id: "3", name: Done}}
  priorities: [{priority: P1, jira_id: "1"}]
---
apiVersion: pdsync/v1
kind: WorkflowConnection
metadata: {name: tickets}
spec: {name: Tickets, integration: Sample Tracker, secrets: {Password: "${env:PDSYNC_SAMPLE_ONE}"}, configuration: {Project: OPS}, teams: [shop]}
---
apiVersion: pdsync/v1
kind: Addon
metadata: {name: wiki}
spec: {name: Wiki, type: full_page_addon, src: "https://wiki.example.com/"}
---
apiVersion: pdsync/v1
kind: Account
metadata: {name: account}
spec: {session_configuration: {web: {absolute: 12h, idle: 1h}}, priority_threshold: P2}
"""
_REPLACED = {
    "https://hooks.example.com/feed": "https://other.example.com/feed",
    '"https://hooks.example.com/shop"': '"https://other.example.com/shop", active: false',
    "Runs jobs., runner_type: sidecar": "Runs jobs of the shop., runner_type: runbook, runbook_base_uri: acme, runbook_api_key: '${env:PDSYNC_SAMPLE_TWO}'",
    "action_type: script, script: echo restart": "action_type: process_automation, process_automation: {job_id: restart}",
    "Project: OPS": "Project: DEV",
    "snow_user: pd": "snow_user: pdsync",
    'jira_id: "1"': 'jira_id: "2"',
    "wiki.example.com": "pages.example.com",
    "idle: 1h": "idle: 2h",
}


def replaced(text: str) -> str:
    """The manifests with other values, most of which PagerDuty changes in no object: two webhooks, a runner and an action are replaced."""
    for old, new in _REPLACED.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def unknown_secrets(state: Mapping[str, Any], folder: Path) -> list[str]:
    """The objects of the company whose secret no one was given, or whose ownership line says that it is due."""
    file = folder / HANDED_OUT
    given = {json.loads(line)["id"] for line in file.read_text().splitlines()} if file.exists() else set()
    found = []
    for slug, kind in BY_SLUG.items():
        fact, line = kind.facts.hands_out, kind.marker_line
        for row in state.get(slug, ()) if fact is not None and line is not None else ():
            marker = split_marker(row[line.field])[1]
            if marker is not None and marker.workspace == "acme" and row.get("runner_type", "sidecar") == "sidecar":
                found += [f"{slug} {row['id']}: {marker}"] * (marker.is_secret_due or row["id"] not in given)
    return found
