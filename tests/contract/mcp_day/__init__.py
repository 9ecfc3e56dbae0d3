"""A day of an assistant that looks after services and does it with the tools of pagerduty-mcp, told in chapters.

A chapter calls tools, and asserts what they give and what the account holds then. The chapters follow each other: each finds what
those before it made, by name.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.contract.mcp_day.incidents import alerts, changes, open_incidents, resolving, work_on_incident
from tests.contract.mcp_day.later_kinds import orchestrations, status_pages, webhooks, workflows
from tests.contract.mcp_day.on_call import escalation_policies, layers, shifts, who_is_on_call
from tests.contract.mcp_day.people import teams, users
from tests.contract.mcp_day.services import alert_grouping, business_services, services
from tests.contract.mcp_day.shift_schedules import rotation_events, shift_overrides
from tests.contract.mcp_day.whole_account import analytics, log, lookups
from tests.support.pagerduty_mcp import PagerDutyMcp

CHAPTERS: tuple[Callable[[PagerDutyMcp], None], ...] = (
    *(users, teams),
    *(layers, shifts, rotation_events, shift_overrides, escalation_policies, who_is_on_call),
    *(services, business_services, alert_grouping),
    *(open_incidents, work_on_incident, changes, alerts, resolving),
    *(orchestrations, webhooks, workflows, status_pages),
    *(lookups, log, analytics),
)
NOT_SERVED = {
    *("list_status_page_severities", "list_status_page_impacts", "list_status_page_statuses"),
    *("get_status_page_post", "create_status_page_post"),
    *("list_status_page_post_updates", "create_status_page_post_update"),
}
"""The tools whose endpoints the sandbox does not have. The day calls all others."""
