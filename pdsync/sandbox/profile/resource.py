"""Resource: the first parts of PagerDuty's paths, which a profile's lag is set for."""

RESOURCES = (
    "alert_grouping_settings",
    "business_services",
    "escalation_policies",
    "incidents",
    "maintenance_windows",
    "schedules",
    "service_dependencies",
    "services",
    "tags",
    "teams",
    "users",
)
