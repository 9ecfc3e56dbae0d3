"""Scope: what an OAuth access token must have been given for a request.

PagerDuty API description: each operation names one, such as ``incidents.read``. That older apps have
``read`` and ``write`` for everything is from memory, to verify.
"""

from __future__ import annotations

from collections.abc import Collection

_RESOURCES = {
    "log_entries": "incidents",
    "business_services": "services",
    "alert_grouping_settings": "services",
    "vendors": "vendors",
    "maintenance_windows": "services",
    "service_dependencies": "services",
    "license_allocations": "licenses",
    "notifications": "users:notifications",
    "audit": "audit_records",
}


def required_scope(method: str, path: str) -> str:
    parts = path.strip("/").split("/")
    resource = _RESOURCES.get(parts[0], parts[0])
    if len(parts) == 3 and parts[2] in ("tags", "change_tags"):
        resource = "tags"
    elif parts[0] == "users" and len(parts) > 2 and parts[2] in ("contact_methods", "notification_rules"):
        resource = "users:contact_methods"
    elif len(parts) == 3 and parts[2] == "license":
        resource = "licenses"
    elif parts[0] == "schedules" and parts[-1] == "users":
        resource = "users"
    elif parts[0] == "users" and len(parts) > 2 and parts[2] == "sessions":
        resource = "users:sessions"
    elif parts[:2] == ["event_orchestrations", "services"]:
        resource = "services"
    elif "custom_fields" in parts and parts[-1] != "values":
        resource = "custom_fields"
    elif parts[:2] == ["workflows", "integrations"]:
        resource = "workflow_integrations" + (":connections" if "connections" in parts else "")
    elif parts[:2] == ["incidents", "types"]:
        resource = "incident_types"
    elif parts[0] == "v3":
        resource = "schedules"
    elif parts[-1] == "render":
        return "templates.read"
    elif parts[-1] == "instances":
        resource = "incident_workflows:instances"
    elif "audit" in parts:
        resource = "audit_records"
    elif parts[0] in ("business_services", "incidents") and parts[-1] in ("subscribers", "unsubscribe"):
        resource = "subscribers"
    return f"{resource}.{'read' if method in ('GET', 'HEAD') else 'write'}"


def is_allowed(scopes: Collection[str], required: str) -> bool:
    """Who may write may read (a guess)."""
    resource, _, action = required.partition(".")
    enough = {required, action, f"{resource}.write", "write"}
    return not enough.isdisjoint(scopes)
