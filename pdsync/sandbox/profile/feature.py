"""Feature: what an account's plan may lack, and the abilities that an account has.

PagerDuty's list of an account's abilities is public by example only: names that its API description, terraform-provider-pagerduty
and go-pagerduty mention.
"""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Feature:
    """``abilities`` are absent where the feature is; ``paths`` are refused, with everything below them."""

    says: str
    abilities: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


FEATURES: Mapping[str, Feature] = {
    "teams": Feature("teams, and tags on them", ("teams", "team_responders"), ("/teams",)),
    "round_robin": Feature("escalation rules that take turns", ("round_robin_scheduling",)),
    "aiops": Feature(
        "alert grouping and event orchestrations",
        ("manual_alert_grouping", "preview_intelligent_alert_grouping", "time_based_alert_grouping"),
        ("/alert_grouping_settings", "/event_orchestrations"),
    ),
    "incident_workflows": Feature("incident workflows and their triggers", (), ("/incident_workflows",)),
    "advanced_permissions": Feature(
        "the roles observer and restricted access, and roles in a team",
        ("advanced_permissions", "permissions_service"),
    ),
    "stakeholders": Feature("the roles of stakeholders", ("read_only_users",)),
    "urgencies": Feature("services of low urgency", ("urgencies",)),
    "support_hours": Feature("support hours of services", ("service_support_hours",)),
}


def lacking(path: str, without: Mapping[str, int]) -> str | None:
    """The feature that a path belongs to and that the account is without; None for a path that is served."""
    for name in without:
        if any(path == it or path.startswith(f"{it}/") for it in FEATURES[name].paths):
            return name
    return None
