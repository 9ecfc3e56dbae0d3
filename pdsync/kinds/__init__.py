"""The kinds that pdsync manages: one file a kind, and nothing else.

Adding a kind: one file that makes a `Kind`, one line in `KINDS`. Its schema is generated from it.
"""

from __future__ import annotations

from pdsync.kinds.account import ACCOUNT
from pdsync.kinds.addon import ADDON
from pdsync.kinds.alert_grouping_setting import ALERT_GROUPING_SETTING
from pdsync.kinds.automation_action import AUTOMATION_ACTION
from pdsync.kinds.automation_runner import AUTOMATION_RUNNER
from pdsync.kinds.business_service import BUSINESS_SERVICE
from pdsync.kinds.escalation_policy import ESCALATION_POLICY
from pdsync.kinds.event_orchestration import EVENT_ORCHESTRATION
from pdsync.kinds.extension import EXTENSION
from pdsync.kinds.incident_type import INCIDENT_TYPE
from pdsync.kinds.incident_workflow import INCIDENT_WORKFLOW
from pdsync.kinds.jira_rule import JIRA_RULE
from pdsync.kinds.maintenance_window import MAINTENANCE_WINDOW
from pdsync.kinds.routing_test import ROUTING_TEST
from pdsync.kinds.schedule import SCHEDULE
from pdsync.kinds.schedule_override import SCHEDULE_OVERRIDE
from pdsync.kinds.schedule_v3 import SHIFT_SCHEDULE
from pdsync.kinds.service import SERVICE
from pdsync.kinds.service_custom_field import SERVICE_CUSTOM_FIELD
from pdsync.kinds.team import TEAM
from pdsync.kinds.template import TEMPLATE
from pdsync.kinds.user import USER
from pdsync.kinds.webhook_subscription import WEBHOOK_SUBSCRIPTION
from pdsync.kinds.workflow_connection import WORKFLOW_CONNECTION
from pdsync.model.catalog import Catalog

KINDS = Catalog(
    USER,
    TEAM,
    SCHEDULE,
    SHIFT_SCHEDULE,
    SCHEDULE_OVERRIDE,
    ESCALATION_POLICY,
    SERVICE_CUSTOM_FIELD,
    AUTOMATION_RUNNER,
    AUTOMATION_ACTION,
    SERVICE,
    BUSINESS_SERVICE,
    TEMPLATE,
    INCIDENT_TYPE,
    WORKFLOW_CONNECTION,
    INCIDENT_WORKFLOW,
    ALERT_GROUPING_SETTING,
    EVENT_ORCHESTRATION,
    MAINTENANCE_WINDOW,
    WEBHOOK_SUBSCRIPTION,
    JIRA_RULE,
    ADDON,
    EXTENSION,
    ACCOUNT,
)
BY_NAME = KINDS.by_name
BY_SLUG = KINDS.by_slug

TESTS = {ROUTING_TEST.name: ROUTING_TEST}
"""Manifests that describe no object but the expected result of others, by the name of their kind."""

__all__ = ["BY_NAME", "BY_SLUG", "KINDS", "TESTS"]
