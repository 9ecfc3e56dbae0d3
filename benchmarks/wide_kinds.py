"""More kinds for the wide world: one entry for each, with how many objects there are and what a plan of them may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PAGE = 100
CONFIG = """workspace: wide
paths: [manifests]
people: managed
slack: {workspace: T02ABC}
credentials: {user_token: WIDE_USER_TOKEN}
"""
VARIABLES = {
    "PAGERDUTY_TOKEN": "u+wide-wide-wide-wide",
    "WIDE_USER_TOKEN": "u+wide-user-wide-user",
    "WIDE_SECRET": "secret of the wide world",
}
"""What the manifests need in the environment."""
APPLY = ("--quiet", "--timeout", "2h", "apply", "--yes", "--secrets-out", "secrets.jsonl")


def pages(count: int, size: int = PAGE) -> int:
    """Requests that read a collection: pages are read side by side, and each shares a row with the one before it."""
    return max(1, -(-(count - 1) // (size - 1)))


def pages_by_cursor(count: int, size: int = PAGE) -> int:
    """Requests that read a collection one page after the other."""
    return max(1, -(-count // size))


def once(count: int, size: int) -> int:
    """One request, however many objects there are."""
    return 1


def each(count: int, size: int) -> int:
    """One request for each object."""
    return count


Requests = Callable[[int, int], int]
"""From the number of objects and the size of a page."""


@dataclass(frozen=True)
class Many:
    """So many objects of a kind."""

    kind: str
    count: int
    """In the full world."""
    spec: Callable[[int], dict[str, Any]]
    """By the number of the object. It may refer to the services v0, v1 and so on, and to teams, schedules and people in the same way."""
    asks: Mapping[str, Requests]
    """The most that a plan may ask, by what it is for."""
    paths: tuple[tuple[str, str], ...] = ()
    """Parts of paths, each with what a request for such a path is for."""


def _grouping(n: int) -> dict[str, Any]:
    return {"type": "time", "config": {"timeout": "10m"}, "services": [f"v{n}"]}


def _window(n: int) -> dict[str, Any]:
    period = {"start_time": "2090-01-02T09:00Z", "end_time": "2090-01-02T11:00Z"}
    return {"description": f"Window {n}", "services": [f"v{n}"], **period}


def _overrides(n: int) -> dict[str, Any]:
    return {
        "schedule": f"s{n}",
        "overrides": [{"user": f"u{n}", "start": "2090-01-02T09:00", "end": "2090-01-03T09:00"}],
    }


def _shifts(n: int) -> dict[str, Any]:
    rotation = {"name": "days", "every": "day", "from": "09:00", "members": [f"u{n}"]}
    return {"version": 3, "time_zone": "Etc/UTC", "rotations": [rotation]}


def _incident_type(n: int) -> dict[str, Any]:
    fields = [{"name": f"ticket_{n}", "display_name": f"Ticket {n}", "type": "string"}]
    named = {"name": f"type_{n}", "display_name": f"Type {n}", "parent_type": {"name": "incident_default"}}
    return {**named, "custom_fields": fields}


def _action(n: int) -> dict[str, Any]:
    named = {"name": f"Action {n}", "description": "Restarts it.", "action_type": "script", "script": "echo restart"}
    return {**named, "services": [f"v{n}"], "teams": ["t0"]}


def _runner(n: int) -> dict[str, Any]:
    where = {"runbook_base_uri": "runbook.example.com", "runbook_api_key": "${env:WIDE_SECRET}"}
    return {"name": f"Runner {n}", "description": "Runs jobs.", "runner_type": "runbook", **where}


def _extension(n: int) -> dict[str, Any]:
    named = {"name": f"Extension {n}", "schema": "ServiceNow (v7)", "services": [f"v{n}"]}
    config = {"snow_user": "pd", "snow_password": "${env:WIDE_SECRET}", "target": "https://snow.example.com"}
    return {**named, "config": {**config, "task_type": "incident", "sync_options": "manual_sync", "referer": "None"}}


def _addon(n: int) -> dict[str, Any]:
    return {"name": f"Map {n}", "type": "full_page_addon", "src": f"https://maps.example.com/{n}"}


def _webhook(n: int) -> dict[str, Any]:
    return {"filter": {"service": f"v{n}"}, "events": ["incident.triggered"], "url": f"https://hooks.example.com/{n}"}


def _connection(n: int) -> dict[str, Any]:
    named = {"name": f"Tickets {n}", "integration": "Sample Tracker"}
    return {**named, "secrets": {"Password": "${env:WIDE_SECRET}"}, "service_url": "https://tickets.example.com"}


def _jira_rule(n: int) -> dict[str, Any]:
    project = {"project": "10100", "project_key": "OPS", "project_name": "Operations"}
    issues = {
        "issue_type": {"id": "10001", "name": "Incident"},
        "status_mapping": {"triggered": {"id": "1", "name": "Open"}},
    }
    return {
        "name": f"Rule {n}",
        "accounts_mapping": "https://acme.atlassian.net",
        "service": f"v{n}",
        **project,
        **issues,
    }


def _account(n: int) -> dict[str, Any]:
    times = {"absolute": "12h", "idle": "1h"}
    standards = {"has_technical_service_description": {"active": False}}
    return {"session_configuration": {"web": times}, "priority_threshold": "P2", "standards": standards}


MANY = (
    Many("AlertGroupingSetting", 300, _grouping, {"grouping settings": pages_by_cursor}),
    Many("MaintenanceWindow", 20, _window, {"windows": pages}, (("/maintenance_windows", "windows"),)),
    Many("ScheduleOverrides", 50, _overrides, {"overrides": each}, (("/overrides", "overrides"),)),
    Many(
        "Schedule",
        50,
        _shifts,
        {"shift-based schedules": lambda count, size: 1 + count},
        (("/v3/", "shift-based schedules"),),
    ),
    Many(
        "IncidentType",
        10,
        _incident_type,
        {"fields of incident types": each},
        (("/incidents/types/", "fields of incident types"),),
    ),
    Many("AutomationRunner", 10, _runner, {"runners": pages_by_cursor}, (("/automation_actions/runners", "runners"),)),
    Many(
        "AutomationAction",
        100,
        _action,
        {"actions": lambda count, size: pages_by_cursor(count, size) + count},
        (("/automation_actions/actions", "actions"),),
    ),
    Many(
        "Extension",
        100,
        _extension,
        {"extensions": pages, "extension schemas": once},
        (("/extension_schemas", "extension schemas"), ("/extensions", "extensions")),
    ),
    Many("WebhookSubscription", 50, _webhook, {"webhooks": pages}, (("/webhook_subscriptions", "webhooks"),)),
    Many(
        "WorkflowConnection",
        5,
        _connection,
        {"connections": pages_by_cursor, "workflow integrations": once},
        (("/workflows/integrations/connections", "connections"), ("/workflows/integrations", "workflow integrations")),
    ),
    Many(
        "JiraRule",
        20,
        _jira_rule,
        # The sites, for their names and for their rules, and the rules of each of the two.
        {"Jira rules": lambda count, size: 3},
        (("/integration-jira-cloud/", "Jira rules"),),
    ),
    Many("Addon", 5, _addon, {"add-ons": pages}, (("/addons", "add-ons"),)),
    Many(
        "Account",
        1,
        _account,
        {"settings of the account": lambda count, size: 3, "priorities": once},
        (
            *(("/session_configurations", "settings of the account"), ("/standards", "settings of the account")),
            *(("/priority_thresholds", "settings of the account"), ("/priorities", "priorities")),
        ),
    ),
)
"""A kind is one entry here."""
