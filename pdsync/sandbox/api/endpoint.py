"""Endpoint: every path of the imitated API in one list, and how each kind of object is shown."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.sandbox.api.ability import ability_routes
from pdsync.sandbox.api.addon import ADDONS
from pdsync.sandbox.api.alert import alert_routes, show_alert
from pdsync.sandbox.api.alert_grouping_setting import ALERT_GROUPING_SETTINGS
from pdsync.sandbox.api.analytics import analytics_routes
from pdsync.sandbox.api.analytics_incident import analytics_incident_routes
from pdsync.sandbox.api.analytics_user import analytics_user_routes
from pdsync.sandbox.api.audit import audit_routes
from pdsync.sandbox.api.automation_action import AUTOMATION_ACTIONS
from pdsync.sandbox.api.automation_association import automation_association_routes
from pdsync.sandbox.api.automation_runner import AUTOMATION_RUNNERS
from pdsync.sandbox.api.business_impact import business_impact_routes
from pdsync.sandbox.api.business_service import BUSINESS_SERVICES
from pdsync.sandbox.api.cache_variable import cache_variable_routes
from pdsync.sandbox.api.change_event import change_event_routes, show_change_event
from pdsync.sandbox.api.collection import Collection, Route
from pdsync.sandbox.api.contact_method import contact_method_routes, show_contact_method
from pdsync.sandbox.api.enablement import enablement_routes
from pdsync.sandbox.api.escalation_policy import ESCALATION_POLICIES
from pdsync.sandbox.api.event import event_routes
from pdsync.sandbox.api.event_orchestration import EVENT_ORCHESTRATIONS
from pdsync.sandbox.api.extension import EXTENSIONS
from pdsync.sandbox.api.extension_schema import extension_schema_routes
from pdsync.sandbox.api.handoff_rule import KIND as HANDOFF_RULE
from pdsync.sandbox.api.handoff_rule import handoff_rule_routes, show_handoff_rule
from pdsync.sandbox.api.incident import incident_routes, show_incident
from pdsync.sandbox.api.incident_field import incident_field_routes
from pdsync.sandbox.api.incident_subscriber import incident_subscriber_routes
from pdsync.sandbox.api.incident_type import incident_type_routes
from pdsync.sandbox.api.incident_workflow import INCIDENT_WORKFLOWS
from pdsync.sandbox.api.integration import integration_routes, show_integration
from pdsync.sandbox.api.jira_rule import jira_rule_routes
from pdsync.sandbox.api.license import license_routes
from pdsync.sandbox.api.log_entry import log_entry_routes, show_log_entry
from pdsync.sandbox.api.maintenance_window import MAINTENANCE_WINDOWS
from pdsync.sandbox.api.membership import membership_routes
from pdsync.sandbox.api.note import note_routes, show_note
from pdsync.sandbox.api.notification import notification_routes
from pdsync.sandbox.api.notification_rule import notification_rule_routes, show_notification_rule
from pdsync.sandbox.api.oauth import oauth_routes
from pdsync.sandbox.api.oauth_client import OAUTH_CLIENTS
from pdsync.sandbox.api.on_call import on_call_routes
from pdsync.sandbox.api.orchestration_integration import orchestration_integration_routes
from pdsync.sandbox.api.orchestration_path import orchestration_path_routes
from pdsync.sandbox.api.override import override_routes
from pdsync.sandbox.api.priority import priority_routes
from pdsync.sandbox.api.priority_threshold import priority_threshold_routes
from pdsync.sandbox.api.related_incident import related_incident_routes
from pdsync.sandbox.api.responder_request import responder_request_routes, show_responder_request
from pdsync.sandbox.api.schedule import SCHEDULES
from pdsync.sandbox.api.schedule_v3 import SCHEDULES_V3
from pdsync.sandbox.api.service import SERVICES
from pdsync.sandbox.api.service_dependency import service_dependency_routes
from pdsync.sandbox.api.service_field import service_field_routes
from pdsync.sandbox.api.session import session_routes
from pdsync.sandbox.api.session_configuration import session_configuration_routes
from pdsync.sandbox.api.similar_incident import similar_incident_routes
from pdsync.sandbox.api.slack_connection import slack_connection_routes
from pdsync.sandbox.api.standard import standard_routes
from pdsync.sandbox.api.status_page import status_page_routes
from pdsync.sandbox.api.status_update_rule import KIND as STATUS_UPDATE_RULE
from pdsync.sandbox.api.status_update_rule import show_status_update_rule, status_update_rule_routes
from pdsync.sandbox.api.tag import TAGS
from pdsync.sandbox.api.team import TEAMS
from pdsync.sandbox.api.template import TEMPLATES
from pdsync.sandbox.api.user import USERS
from pdsync.sandbox.api.vendor import vendor_routes
from pdsync.sandbox.api.webhook_subscription import WEBHOOK_SUBSCRIPTIONS
from pdsync.sandbox.api.workflow_action import workflow_action_routes
from pdsync.sandbox.api.workflow_connection import workflow_connection_routes
from pdsync.sandbox.api.workflow_integration import workflow_integration_routes
from pdsync.sandbox.api.workflow_trigger import workflow_trigger_routes
from pdsync.sandbox.http.call import Show

COLLECTIONS: tuple[Collection, ...] = (
    USERS,
    TEAMS,
    SCHEDULES,
    ESCALATION_POLICIES,
    SERVICES,
    ALERT_GROUPING_SETTINGS,
    BUSINESS_SERVICES,
    MAINTENANCE_WINDOWS,
    TAGS,
    EVENT_ORCHESTRATIONS,
    AUTOMATION_RUNNERS,
    AUTOMATION_ACTIONS,
    WEBHOOK_SUBSCRIPTIONS,
    OAUTH_CLIENTS,
    SCHEDULES_V3,
    INCIDENT_WORKFLOWS,
    TEMPLATES,
    ADDONS,
    EXTENSIONS,
)

SHOWS: Mapping[str, Show] = {
    **{collection.kind: collection.show for collection in COLLECTIONS},
    "contact_method": show_contact_method,
    "notification_rule": show_notification_rule,
    HANDOFF_RULE: show_handoff_rule,
    STATUS_UPDATE_RULE: show_status_update_rule,
    "integration": show_integration,
    "incident": show_incident,
    "alert": show_alert,
    "note": show_note,
    "log_entry": show_log_entry,
    "change_event": show_change_event,
    "responder_request": show_responder_request,
}
"""By kind, how an object is shown."""


def all_routes() -> list[Route]:
    """Every method and path of the imitated API."""
    return [
        *(route for collection in COLLECTIONS for route in collection.routes()),
        *contact_method_routes(),
        *notification_rule_routes(),
        *handoff_rule_routes(),
        *status_update_rule_routes(),
        *membership_routes(),
        *integration_routes(),
        *override_routes(),
        *on_call_routes(),
        *audit_routes(),
        *incident_routes(),
        *alert_routes(),
        *log_entry_routes(),
        *note_routes(),
        *event_routes(),
        *responder_request_routes(),
        *incident_subscriber_routes(),
        *business_impact_routes(),
        *priority_threshold_routes(),
        *related_incident_routes(),
        *similar_incident_routes(),
        *change_event_routes(),
        *notification_routes(),
        *oauth_routes(),
        *vendor_routes(),
        *priority_routes(),
        *ability_routes(),
        *license_routes(),
        *extension_schema_routes(),
        *service_dependency_routes(),
        *session_routes(),
        *session_configuration_routes(),
        *analytics_routes(),
        *analytics_incident_routes(),
        *analytics_user_routes(),
        *standard_routes(),
        *automation_association_routes(),
        *orchestration_path_routes(),
        *orchestration_integration_routes(),
        *cache_variable_routes(),
        *enablement_routes(),
        *incident_type_routes(),
        *incident_field_routes(),
        *service_field_routes(),
        *workflow_action_routes(),
        *workflow_trigger_routes(),
        *workflow_integration_routes(),
        *workflow_connection_routes(),
        *status_page_routes(),
        *slack_connection_routes(),
        *jira_rule_routes(),
    ]


FIXED = frozenset({"/vendors", "/vendors/<id>", "/priorities"}) | frozenset(
    {"/extension_schemas", "/extension_schemas/<id>", "/incident_workflows/actions", "/incident_workflows/actions/<id>"}
    | {"/templates/fields", "/workflows/integrations", "/workflows/integrations/<id>"}
)
"""Paths whose answers never change."""

_NO_EFFORT = "users cannot edit the effort metrics; notifications are computed, not sent"
_NO_WEBHOOKS = "nothing is sent or run by a rule; custom fields of incidents are not set"
_ANALYTICS = (
    *(f"/analytics/metrics/incidents/{it}" for it in ("all", "services", "teams", "escalation_policies")),
    *(f"/analytics/metrics/incidents/{it}/all" for it in ("services", "teams", "escalation_policies")),
    *("/analytics/raw/incidents", "/analytics/raw/incidents/<id>"),
)
LIMITS = {
    "/schedules": "the past is rendered from the current layers",
    "/schedules/<id>": "the past is rendered from the current layers",
    "/schedules/<id>/users": "the past is rendered from the current layers",
    "/escalation_policies": "a round robin always begins with its first target",
    "/service_dependencies/associate": "depth is not limited",
    "/incidents": "no one is notified; urgencies do not change at support hours; no custom fields",
    "/incidents/<id>": "no one is notified; urgencies do not change at support hours; no custom fields",
    "/incidents/<id>/alerts": "alerts are not grouped",
    "/log_entries": "entries name no channels, and there are none for notifications",
    "/audit/records": "only records of writes to users, teams, schedules, policies and services, without the changed fields",
    "/v2/enqueue": "alerts are not grouped, transient alerts are not held back; events of a service are not limited",
    "/incidents/<id>/responder_requests": "responders cannot accept or decline; requests of policies do not escalate",
    "/incidents/<id>/related_incidents": "found by service dependencies and equal titles; no machine learning, no feedback",
    "/incidents/<id>/past_incidents": "scored by the words of titles; no machine learning",
    "/incidents/<id>/outlier_incident": "incidents are grouped by their titles, without words that contain digits; no machine learning",
    "/incidents/<id>/related_change_events": "found by time and related service; never `intelligent`",
    "/notifications": "computed from the current notification rules; nothing is sent; no WhatsApp, no status updates, no hand-offs",
    "/oauth/authorize": "agrees at once in the name of the owner",
    "/license_allocations": "allocated_at is a fixed moment",
    **dict.fromkeys(
        ("/users/<id>/sessions", "/users/<id>/sessions/<type>/<session_id>"),
        "no one signs in: sessions come from a loaded state",
    ),
    **dict.fromkeys(_ANALYTICS, _NO_EFFORT),
    "/analytics/metrics/responders/all": f"{_NO_EFFORT}; no seconds on call",
    "/analytics/metrics/responders/teams": f"{_NO_EFFORT}; no seconds on call",
    "/analytics/metrics/users/all": "filters by period have no effect, because users have no time of creation; no pagination",
    "/standards/scores/<resource_type>": "the add-on standard covers only add-ons",
    "/standards/scores/<resource_type>/<id>": "as /standards/scores/{resource_type}",
    "/standards": "the three of the API description; a pattern has no effect",
    "/standards/<id>": "the three of the API description; a pattern has no effect",
    "/addons": "the services of an add-on come from a loaded state",
    "/extensions": "nothing is sent; what is in a config is not checked",
    "/workflows/integrations/<integration_id>/connections": "nothing is connected; apps are not checked",
    "/event_orchestrations/<id>/global": _NO_WEBHOOKS,
    "/event_orchestrations/services/<service_id>": _NO_WEBHOOKS,
    "/automation_actions/runners": "nothing runs: no runner calls home",
    "/automation_actions/actions": "nothing runs: actions have no invocations",
    "/incidents/types": "the base type cannot be changed; the type of an incident is not checked",
    "/incident_workflows": "workflows do not run; steps are not limited",
    "/incident_workflows/<id>/instances": "no step runs, and nothing is stored",
    "/incident_workflows/triggers": "nothing starts; conditions and incident types are not checked",
    "/templates/<id>/render": "only names in double braces, no filters or loops",
    "/status_pages": "pages come from a loaded state, without their contents",
    "/integration-slack/workspaces/<workspace>/connections": "any workspace is there; nothing is posted; the ids of channels that the app cannot see begin with G",
    "/webhook_subscriptions": "nothing is delivered",
    "/webhook_subscriptions/<id>/ping": "nothing is delivered",
    "/webhook_subscriptions/oauth_clients": "no OAuth server is asked",
    "/webhook_subscriptions/oauth_clients/<id>": "no OAuth server is asked",
    "/integration-jira-cloud/accounts_mappings": "two sites, which never change",
    "/integration-jira-cloud/accounts_mappings/<id>/rules": "no issue is made; what is in Jira is not checked",
    "/v3/schedules/<id>": "no calendar addresses",
    "/v3/schedules/<id>/rotations/<rotation_id>": "since and until have no effect",
    "/v3/schedules/<id>/rotations/<rotation_id>/events": "RRULE with FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL, WKST only",
    "/v3/schedules/<id>/rotations/<rotation_id>/events/<event_id>": "since and until have no effect",
}
"""What is missing of an endpoint that works otherwise."""


def level(path: str) -> str:
    """``full`` (as far as is known), ``part`` or ``fixed``."""
    return "fixed" if path in FIXED else "part" if path in LIMITS else "full"
