"""Slack connections in the sandbox, as Terraform's provider speaks to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import TOKEN, Account

MANY = "/integration-slack/workspaces/T02ABC/connections"
CONFIG = {"events": ["incident.resolved", "incident.acknowledged"], "priorities": ["*"], "urgency": "high"}


@pytest.fixture
def account() -> Iterator[Account]:
    with Account() as made:
        yield made


def connection(account: Account, **more: Any) -> dict[str, Any]:
    service = account.service()
    return {
        "source_id": service["id"],
        "source_type": "service_reference",
        "channel_id": "C05XYZ",
        "notification_type": "responder",
        "config": CONFIG,
        **more,
    }


def test_events_are_sorted_and_one_is_always_among_them(account: Account) -> None:
    made = account.post(MANY, "slack_connection", connection(account))
    assert made["config"]["events"] == ["incident.acknowledged", "incident.resolved", "incident.triggered"]
    assert made["workspace_id"] == "T02ABC"
    assert account.get(f"{MANY}/{made['id']}")["slack_connection"] == made
    assert account.get(MANY)["slack_connections"] == [made]
    assert account.get(MANY.replace("T02ABC", "T9XYZ"))["slack_connections"] == []


def test_a_put_keeps_source_and_channel(account: Account) -> None:
    made = account.post(MANY, "slack_connection", connection(account))
    body = {**made, "channel_id": "C0OTHER", "notification_type": "stakeholder", "config": {**CONFIG, "urgency": None}}
    changed = account.put(f"{MANY}/{made['id']}", "slack_connection", body)
    assert (changed["channel_id"], changed["notification_type"]) == ("C05XYZ", "stakeholder")
    assert changed["config"]["urgency"] is None


def test_a_deleted_one_is_not_found(account: Account) -> None:
    made = account.post(MANY, "slack_connection", connection(account))
    account.delete(f"{MANY}/{made['id']}")
    assert account.call("DELETE", f"{MANY}/{made['id']}").status_code == 404


@pytest.mark.parametrize("path", [MANY, "/integration-jira-cloud/accounts_mappings"])
def test_a_key_of_the_account_is_refused(account: Account, path: str) -> None:
    assert account.call("GET", path, token=TOKEN).status_code == 401
    assert account.call("GET", path).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"source_id": "PNONE"},
        {"source_type": "user_reference"},
        {"channel_id": "G0PRIVATE"},
        {"notification_type": "loud"},
        {"config": {**CONFIG, "events": []}},
        {"config": {**CONFIG, "priorities": "all"}},
        {"config": {**CONFIG, "urgency": "some"}},
        {"config": None},
    ],
)
def test_what_is_wrong_is_refused(account: Account, more: dict[str, Any]) -> None:
    body = {"slack_connection": connection(account, **more)}
    assert account.call("POST", MANY, body).status_code == 400
    assert account.get(MANY)["slack_connections"] == []
