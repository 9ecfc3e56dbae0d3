"""Coverage: how much of PagerDuty's API description the sandbox serves."""

from __future__ import annotations

import re

from pdsync.sandbox.api.endpoint import all_routes

DESCRIBED_PATHS, DESCRIBED_OPERATIONS = 273, 465
"""Of PagerDuty's description of its REST API; a test compares them with it where it is at hand."""
BEYOND = frozenset(
    {
        ("POST", "/v2/enqueue"),
        ("POST", "/v2/change/enqueue"),
        ("GET", "/oauth/authorize"),
        ("POST", "/oauth/token"),
        ("GET", "/services/{}/integrations"),
        ("DELETE", "/services/{}/integrations/{}"),
        ("GET", "/users/{}/log_entries"),
        ("GET", "/integration-slack/workspaces/{}/connections"),
        ("POST", "/integration-slack/workspaces/{}/connections"),
        ("GET", "/integration-slack/workspaces/{}/connections/{}"),
        ("PUT", "/integration-slack/workspaces/{}/connections/{}"),
        ("DELETE", "/integration-slack/workspaces/{}/connections/{}"),
        ("GET", "/integration-jira-cloud/accounts_mappings"),
        ("GET", "/integration-jira-cloud/accounts_mappings/{}"),
        ("GET", "/integration-jira-cloud/accounts_mappings/{}/rules"),
        ("POST", "/integration-jira-cloud/accounts_mappings/{}/rules"),
        ("GET", "/integration-jira-cloud/accounts_mappings/{}/rules/{}"),
        ("PUT", "/integration-jira-cloud/accounts_mappings/{}/rules/{}"),
        ("DELETE", "/integration-jira-cloud/accounts_mappings/{}/rules/{}"),
    }
)
"""What the sandbox serves and the description does not have: other APIs, and what the Terraform provider and
pagerduty-cli use."""
_ENTITY = "users|teams|escalation_policies"


def served_operations() -> set[tuple[str, str]]:
    """Method and path of what the description has, with ``{}`` for every part that is a value there."""
    return {(route.method, described_shape(route.path)) for route in all_routes()} - BEYOND


def described_shape(path: str) -> str:
    """Tags have one path in the description for three kinds of things that carry them."""
    shape = re.sub(r"<\w+>", "{}", path)
    shape = re.sub(rf"^/({_ENTITY})(?=/{{}}/(change_)?tags$)", "/{}", shape)
    return re.sub(rf"^/tags/{{}}/({_ENTITY})$", "/tags/{}/{}", shape)
