"""Feature: what an account's plan may lack, and the abilities that an account has.

PagerDuty's list of an account's abilities is public by example only: names that its API description, terraform-provider-pagerduty
and go-pagerduty mention.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

ABILITIES = (
    "advanced_permissions",
    "coordinated_responding",
    "event_rules",
    "manual_alert_grouping",
    "permissions_service",
    "preview_intelligent_alert_grouping",
    "read_only_users",
    "round_robin_scheduling",
    "service_support_hours",
    "team_responders",
    "teams",
    "time_based_alert_grouping",
    "urgencies",
)
"""What an account without a profile has."""
NOT_BOUGHT = ("offboarding", "response_operations", "sso")
"""What it lacks."""
_AUDITED = ("escalation_policies", "schedules", "services", "teams", "users")


@dataclass(frozen=True, slots=True)
class Feature:
    """``abilities`` are absent where the feature is. ``paths`` are refused, with everything below them (``*`` is one part
    of a path), and so are requests with one of the ``parameters``. What a body may not hold is in the sandbox's resources.
    ``status`` is that of the refusal where a profile does not say."""

    says: str
    abilities: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    status: int = 402

    def covers(self, path: str, parameters: Container[str]) -> bool:
        return any(it in parameters for it in self.parameters) or any(_is_below(it, path) for it in self.paths)


# Abilities and 402: PagerDuty API description, where it names an ability or has that answer, unless another source is named.
FEATURES: Mapping[str, Feature] = {
    "teams": Feature(
        "teams, what belongs to them, and lists by team",
        ("teams", "team_responders"),
        ("/teams",),
        ("team_ids[]", "team_id"),
    ),
    "round_robin": Feature(
        "escalation rules that take turns",
        ("round_robin_scheduling",),
        # terraform-provider-pagerduty #819, #972: reading them is refused with 403.
        parameters=("include[]=escalation_rule_assignment_strategies",),
        status=403,
    ),
    "aiops": Feature(
        "alert grouping, and past, related and outlier incidents",
        ("manual_alert_grouping", "preview_intelligent_alert_grouping", "time_based_alert_grouping"),
        (
            "/alert_grouping_settings",
            "/incidents/*/outlier_incident",
            "/incidents/*/past_incidents",
            "/incidents/*/related_incidents",
        ),
    ),
    "incident_workflows": Feature("incident workflows and their triggers", (), ("/incident_workflows",)),
    "templates": Feature("templates of status updates", (), ("/templates",)),
    "incident_types": Feature(
        "incident types and custom fields of incidents", (), ("/incidents/types", "/incidents/custom_fields")
    ),
    "service_custom_fields": Feature(
        "custom fields of services", (), ("/services/custom_fields", "/services/*/custom_fields")
    ),
    "automation_actions": Feature("automation actions and their runners", (), ("/automation_actions",)),
    "extensions": Feature("extensions of services", (), ("/extensions",)),
    "workflow_integrations": Feature("workflow integrations and their connections", (), ("/workflows/integrations",)),
    "status_pages": Feature("status pages", (), ("/status_pages",)),
    "responder_requests": Feature(
        "requests for more responders", ("coordinated_responding",), ("/incidents/*/responder_requests",)
    ),
    "audit_trail": Feature(
        "audit records",
        (),
        ("/audit/records", *(f"/{it}/*/audit/records" for it in _AUDITED)),
    ),
    "advanced_permissions": Feature(
        "the roles observer and restricted_access", ("advanced_permissions", "permissions_service")
    ),
    "stakeholders": Feature("the roles of stakeholders", ("read_only_users",)),
    "urgencies": Feature("urgencies other than high", ("urgencies",)),
    "support_hours": Feature("support hours of services", ("service_support_hours",)),
}


def _is_below(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("/"), path.split("/")
    return len(given) >= len(wanted) and all(it in ("*", part) for it, part in zip(wanted, given, strict=False))
