"""Rules of Jira Cloud in the sandbox: bodies without a wrapper, for each mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import Account

MAPPINGS = "/integration-jira-cloud/accounts_mappings"
RULES = f"{MAPPINGS}/PJIRAACME1/rules"


@pytest.fixture
def account() -> Iterator[Account]:
    with Account() as made:
        yield made


def rule(account: Account, **more: Any) -> dict[str, Any]:
    service = account.service()
    jira = {
        "project": {"id": "10100", "key": "OPS", "name": "Operations"},
        "issue_type": {"id": "1", "name": "Incident"},
        "status_mapping": {"triggered": {"id": "1", "name": "Open"}},
        **more,
    }
    return {"name": "One", "config": {"service": {"id": service["id"], "type": "service_reference"}, "jira": jira}}


def test_mappings_can_only_be_read(account: Account) -> None:
    listed = account.get(MAPPINGS)["accounts_mappings"]
    assert [it["jira_cloud_account"]["base_url"] for it in listed] == [
        "https://acme.atlassian.net",
        "https://labs.atlassian.net",
    ]
    assert account.get(f"{MAPPINGS}/PJIRAACME1") == listed[0]
    assert account.call("POST", MAPPINGS, {}).status_code == 405
    assert account.call("GET", f"{MAPPINGS}/PNONE/rules").status_code == 404


def test_a_rule_is_made_changed_and_deleted_without_a_wrapper(account: Account) -> None:
    body = rule(account)
    made = account.call("POST", RULES, body)
    assert made.status_code == 201
    held = made.json()
    assert held["accounts_mapping"]["id"] == "PJIRAACME1"
    assert account.get(RULES)["rules"] == [held]
    assert account.call("POST", RULES, body).status_code == 400
    changed = {"name": "Two", "config": {"jira": {**body["config"]["jira"], "project": {"id": "2"}}}}
    answer = account.call("PUT", f"{RULES}/{held['id']}", changed).json()
    assert (answer["name"], answer["config"]["jira"]["project"]["id"]) == ("Two", "10100")
    account.delete(f"{RULES}/{held['id']}")
    assert account.call("GET", f"{RULES}/{held['id']}").status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        {"project": {"id": "1"}},
        {"issue_type": None},
        {"status_mapping": {}},
        {"priorities": [{"jira_id": "1", "pagerduty_id": "PNONE"}]},
        {"sync_notes_user": {"id": "PNONE", "type": "user_reference"}},
    ],
)
def test_what_is_wrong_is_refused(account: Account, more: dict[str, Any]) -> None:
    assert account.call("POST", RULES, rule(account, **more)).status_code == 400
    assert account.get(RULES)["rules"] == []
