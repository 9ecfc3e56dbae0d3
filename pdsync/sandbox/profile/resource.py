"""Resource: a collection of PagerDuty, by the first part of its path; a profile's lag is set for each."""

RESOURCES = (
    "addons",
    "alert_grouping_settings",
    "automation_actions",
    "business_services",
    "custom_fields",
    "escalation_policies",
    "event_orchestrations",
    "extensions",
    "incident_workflows",
    "incidents",
    "maintenance_windows",
    "orchestration_integrations",
    "schedules",
    "service_dependencies",
    "services",
    "tags",
    "teams",
    "templates",
    "users",
    "v3_schedules",
    "webhook_subscriptions",
    "workflows",
)


def resource_of(path: str) -> str:
    """The resource that a path belongs to: ``users`` for ``/users/P1/license``, ``v3_schedules`` for ``/v3/schedules``.
    What changes the tags of something belongs to ``tags``, and what changes the custom fields of services to ``custom_fields``.
    The integrations of an event orchestration are a resource of their own."""
    first, *others = path.strip("/").split("/")
    if first == "services" and others[:1] == ["custom_fields"]:
        return "custom_fields"
    if others and others[-1] == "change_tags":
        return "tags"
    if first == "event_orchestrations" and others[1:2] == ["integrations"]:
        return "orchestration_integrations"
    return f"{first}_{others[0]}" if first == "v3" and others else first
