"""A day of someone who keeps services running and does it with pagerduty-cli, told in chapters.

A chapter runs commands, and asserts what they print and what the account holds then. The chapters follow each other: each finds
what those before it made, by name. They are a test (tests/contract/test_clients.py) and what is recorded (script/record-clients).
"""

from __future__ import annotations

from collections.abc import Callable

from tests.contract.cli_day.incidents import alerts, open_incidents, resolving, responders, work_on_incident
from tests.contract.cli_day.later_kinds import automation, orchestrations
from tests.contract.cli_day.on_call import escalation_policies, overrides, schedules, who_is_on_call
from tests.contract.cli_day.people import contact_methods, login, notification_rules, teams, users
from tests.contract.cli_day.services import business_services, integrations, services, tags
from tests.contract.cli_day.whole_account import analytics, cleanup, log, rest
from tests.support.pagerduty_cli import PagerDutyCli

CHAPTERS: tuple[Callable[[PagerDutyCli], None], ...] = (
    *(login, users, contact_methods, notification_rules, teams),
    *(schedules, overrides, escalation_policies, who_is_on_call),
    *(services, integrations, tags, business_services),
    *(alerts, open_incidents, work_on_incident, responders, resolving),
    *(orchestrations, automation),
    *(rest, analytics, log, cleanup),
)
