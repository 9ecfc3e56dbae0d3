"""The page on Terraform has a place for every type of its provider, and so has the command."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from pdsync.kinds import BY_NAME, BY_SLUG
from pdsync.terraform.catalog import CLAIMS, DOCUMENTS, ITEMS, JOINED, OBJECTS, UNKNOWN, advice_for

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/coming-from-terraform.md").read_text(encoding="utf-8")
TABLES = PAGE.split("## Resource by resource")[1].split("## By hand")[0]
IMPORTED_PART, OTHERS = TABLES.split("### Resources that pdsync does not manage")
LATER_PART, ENDED_PART = OTHERS.split("PagerDuty has retired these")
_NAMES = (
    "addon",
    "alert_grouping_setting",
    "automation_actions_action",
    "automation_actions_action_service_association",
    "automation_actions_action_team_association",
    "automation_actions_runner",
    "automation_actions_runner_team_association",
    "business_service",
    "business_service_subscriber",
    "enablement",
    "escalation_policy",
    "event_orchestration",
    "event_orchestration_global",
    "event_orchestration_global_cache_variable",
    "event_orchestration_integration",
    "event_orchestration_router",
    "event_orchestration_service",
    "event_orchestration_service_cache_variable",
    "event_orchestration_unrouted",
    "event_rule",
    "extension",
    "extension_servicenow",
    "incident_custom_field",
    "incident_custom_field_option",
    "incident_type",
    "incident_type_custom_field",
    "incident_workflow",
    "incident_workflow_trigger",
    "jira_cloud_account_mapping_rule",
    "maintenance_window",
    "response_play",
    "ruleset",
    "ruleset_rule",
    "schedule",
    "schedulev2",
    "service",
    "service_custom_field",
    "service_custom_field_value",
    "service_dependency",
    "service_event_rule",
    "service_integration",
    "slack_connection",
    "tag",
    "tag_assignment",
    "team",
    "team_membership",
    "user",
    "user_contact_method",
    "user_handoff_notification_rule",
    "user_notification_rule",
    "webhook_subscription",
)
TYPES = tuple(f"pagerduty_{name}" for name in _NAMES)
"""Every resource of the provider 3.32.4."""


def rows_of(part: str) -> list[tuple[str, str]]:
    """The types in the first column, each with what is in the second."""
    return re.findall(r"^\| `(pagerduty_[a-z0-9_]+)` \| (.+) \|$", part, re.M)


IMPORTED, LATER, ENDED = (dict(rows_of(part)) for part in (IMPORTED_PART, LATER_PART, ENDED_PART))


def test_the_page_has_each_resource_of_the_provider_once() -> None:
    assert len(TYPES) == len(set(TYPES)) == 51
    assert Counter(name for name, _ in rows_of(TABLES)) == Counter(TYPES)


def test_the_command_imports_what_the_page_says() -> None:
    assert OBJECTS.keys() | ITEMS.keys() | DOCUMENTS.keys() | JOINED == IMPORTED.keys()
    assert CLAIMS.keys() <= IMPORTED.keys()


@pytest.mark.parametrize("name", IMPORTED)
def test_each_place_on_the_page_is_that_of_the_command_and_exists(name: str) -> None:
    place = IMPORTED[name]
    kinds = set(re.findall(r"`([A-Z][A-Za-z]+)`", place))
    assert kinds <= BY_NAME.keys()
    if name in OBJECTS:
        assert f"kind `{BY_SLUG[OBJECTS[name].kind].name}`" in place
    elif name in ITEMS:
        assert f"`{ITEMS[name].list_name}`" in place
        assert all(BY_NAME[kind].child(ITEMS[name].list_name) for kind in kinds)
    elif name in DOCUMENTS:
        assert f"`{DOCUMENTS[name].field}` of the" in place
        assert all(DOCUMENTS[name].field in BY_NAME[kind].documents for kind in kinds)
    assert kinds or name in JOINED


@pytest.mark.parametrize(
    ("names", "says"),
    [(LATER, "a later version of pdsync"), (ENDED, "PagerDuty"), (JOINED, "remove it from the Terraform state")],
)
def test_the_command_says_of_the_others_what_to_do(names: set[str], says: str) -> None:
    for name in names:
        assert says in advice_for(name), name
    assert advice_for("pagerduty_from_the_future") == UNKNOWN


def test_every_type_leads_to_a_kind_and_its_fields_and_lists() -> None:
    for declared in OBJECTS.values():
        kind = BY_SLUG[declared.kind]
        named = {name for it in declared.attributes.values() for name in (it.field, *it.also)}
        assert named | declared.own.keys() <= kind.fields_by_name.keys()
    lists = {child.name for kind in BY_SLUG.values() for child in kind.children}
    assert {item.list_name for item in ITEMS.values()} <= lists
    documents = {name for kind in BY_SLUG.values() for name in kind.documents}
    assert {document.field for document in DOCUMENTS.values()} <= documents
    for claim in CLAIMS.values():
        assert BY_SLUG[claim.kind].field(claim.field)
