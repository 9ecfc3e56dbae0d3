"""Every type of PagerDuty's provider: what happens to its resources."""

from __future__ import annotations

from pdsync.terraform.mapping import Claim, DocumentType, ItemType, ObjectType
from pdsync.terraform.type.addon import ADDON
from pdsync.terraform.type.alert_grouping_setting import ALERT_GROUPING_SETTING, GROUPED_SERVICES
from pdsync.terraform.type.automation import (
    ACTION_SERVICE,
    ACTION_TEAM,
    AUTOMATION_ACTION,
    AUTOMATION_RUNNER,
    RUNNER_TEAM,
)
from pdsync.terraform.type.business_service import BUSINESS_SERVICE, SUBSCRIBER
from pdsync.terraform.type.dependency import DEPENDENCY
from pdsync.terraform.type.escalation_policy import ESCALATION_POLICY
from pdsync.terraform.type.event_orchestration import (
    CACHE_VARIABLE,
    ENABLEMENT,
    EVENT_ORCHESTRATION,
    ORCHESTRATION_INTEGRATION,
    SERVICE_CACHE_VARIABLE,
)
from pdsync.terraform.type.extension import EXTENSION, EXTENSION_SERVICENOW
from pdsync.terraform.type.incident_type import INCIDENT_FIELD, INCIDENT_TYPE
from pdsync.terraform.type.incident_workflow import INCIDENT_WORKFLOW, TRIGGER
from pdsync.terraform.type.integration import INTEGRATION
from pdsync.terraform.type.jira_rule import JIRA_RULE
from pdsync.terraform.type.maintenance_window import MAINTENANCE_WINDOW
from pdsync.terraform.type.orchestration_rule import GLOBAL_RULES, ROUTER, SERVICE_RULES, UNROUTED_RULES
from pdsync.terraform.type.schedule import SCHEDULE
from pdsync.terraform.type.service import SERVICE
from pdsync.terraform.type.service_custom_field import FIELD_VALUE, SERVICE_CUSTOM_FIELD
from pdsync.terraform.type.shift_schedule import SHIFT_SCHEDULE
from pdsync.terraform.type.slack_connection import SLACK_CONNECTION
from pdsync.terraform.type.tag import TAG_ASSIGNMENT
from pdsync.terraform.type.team import MEMBERSHIP, TEAM
from pdsync.terraform.type.user import CONTACT_METHOD, HANDOFF_RULE, NOTIFICATION_RULE, USER
from pdsync.terraform.type.webhook_subscription import WEBHOOK_SUBSCRIPTION

OBJECTS: dict[str, ObjectType] = {
    "pagerduty_user": USER,
    "pagerduty_team": TEAM,
    "pagerduty_schedule": SCHEDULE,
    "pagerduty_schedulev2": SHIFT_SCHEDULE,
    "pagerduty_escalation_policy": ESCALATION_POLICY,
    "pagerduty_service": SERVICE,
    "pagerduty_business_service": BUSINESS_SERVICE,
    "pagerduty_incident_workflow": INCIDENT_WORKFLOW,
    "pagerduty_event_orchestration": EVENT_ORCHESTRATION,
    "pagerduty_alert_grouping_setting": ALERT_GROUPING_SETTING,
    "pagerduty_maintenance_window": MAINTENANCE_WINDOW,
    "pagerduty_incident_type": INCIDENT_TYPE,
    "pagerduty_service_custom_field": SERVICE_CUSTOM_FIELD,
    "pagerduty_automation_actions_runner": AUTOMATION_RUNNER,
    "pagerduty_automation_actions_action": AUTOMATION_ACTION,
    "pagerduty_addon": ADDON,
    "pagerduty_extension": EXTENSION,
    "pagerduty_extension_servicenow": EXTENSION_SERVICENOW,
    "pagerduty_webhook_subscription": WEBHOOK_SUBSCRIPTION,
    "pagerduty_jira_cloud_account_mapping_rule": JIRA_RULE,
}
"""Types whose resources are objects."""
ITEMS: dict[str, ItemType] = {
    "pagerduty_user_contact_method": CONTACT_METHOD,
    "pagerduty_user_notification_rule": NOTIFICATION_RULE,
    "pagerduty_user_handoff_notification_rule": HANDOFF_RULE,
    "pagerduty_team_membership": MEMBERSHIP,
    "pagerduty_service_integration": INTEGRATION,
    "pagerduty_business_service_subscriber": SUBSCRIBER,
    "pagerduty_service_dependency": DEPENDENCY,
    "pagerduty_tag_assignment": TAG_ASSIGNMENT,
    "pagerduty_incident_workflow_trigger": TRIGGER,
    "pagerduty_event_orchestration_integration": ORCHESTRATION_INTEGRATION,
    "pagerduty_event_orchestration_global_cache_variable": CACHE_VARIABLE,
    "pagerduty_event_orchestration_service_cache_variable": SERVICE_CACHE_VARIABLE,
    "pagerduty_incident_type_custom_field": INCIDENT_FIELD,
    "pagerduty_automation_actions_action_service_association": ACTION_SERVICE,
    "pagerduty_automation_actions_action_team_association": ACTION_TEAM,
    "pagerduty_automation_actions_runner_team_association": RUNNER_TEAM,
    "pagerduty_slack_connection": SLACK_CONNECTION,
}
"""Types whose resources are items of child lists."""
DOCUMENTS: dict[str, DocumentType] = {
    "pagerduty_event_orchestration_router": ROUTER,
    "pagerduty_event_orchestration_global": GLOBAL_RULES,
    "pagerduty_event_orchestration_unrouted": UNROUTED_RULES,
    "pagerduty_event_orchestration_service": SERVICE_RULES,
    "pagerduty_enablement": ENABLEMENT,
    "pagerduty_service_custom_field_value": FIELD_VALUE,
}
"""Types whose resources are documents: fields of an object with requests of their own."""
JOINED: frozenset[str] = frozenset(declared.join.type for declared in ITEMS.values() if declared.join is not None)
"""Types whose resources are a part of items, and nothing by themselves."""
CLAIMS: dict[str, Claim] = {"pagerduty_alert_grouping_setting": GROUPED_SERVICES}
"""Types that own a field of an object of another type."""
_ORCHESTRATION = "keep it in Terraform, or replace it by an event orchestration: PagerDuty ended event rules"
_FOR_INCIDENTS = "keep it in Terraform, or move its fields to an incident type: PagerDuty deprecated it"
_ELSEWHERE: dict[str, str] = {
    "pagerduty_incident_custom_field": _FOR_INCIDENTS,
    "pagerduty_incident_custom_field_option": _FOR_INCIDENTS,
    "pagerduty_ruleset": _ORCHESTRATION,
    "pagerduty_ruleset_rule": _ORCHESTRATION,
    "pagerduty_event_rule": _ORCHESTRATION,
    "pagerduty_service_event_rule": _ORCHESTRATION,
    "pagerduty_tag": "remove it from the Terraform state when no resource there refers to it: a tag needs no manifest of its own",
    "pagerduty_response_play": "let Terraform delete it, and write an incident workflow: PagerDuty ended response plays",
}
"""Types that pdsync does not manage, each with what to do."""
UNKNOWN = "keep it in Terraform: pdsync does not know it"


def advice_for(name: str) -> str:
    """What to do with the resources of a type that no manifest describes."""
    return _ELSEWHERE.get(name, UNKNOWN)
