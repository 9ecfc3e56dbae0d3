from __future__ import annotations

from typing import Any

from tests.sandbox.account import TOKEN, Account

_CONNECTIONS = "/integration-slack/workspaces/T02ABC/connections"


def account_key_at_other_hosts(account: Account) -> str:
    answer = account.call("GET", _CONNECTIONS, token=TOKEN)
    return {401: "unauthorized", 403: "forbidden"}[answer.status_code]


def slack_of_deleted_object(account: Account) -> str:
    service = account.service()
    account.post(_CONNECTIONS, "slack_connection", _connection(service))
    account.delete(f"/services/{service['id']}")
    return "kept" if account.get(_CONNECTIONS)["slack_connections"] else "deleted"


def slack_channel_twice(account: Account) -> str:
    body = {"slack_connection": _connection(account.service())}
    account.call("POST", _CONNECTIONS, body)
    return {201: "allowed", 400: "refused"}[account.call("POST", _CONNECTIONS, body).status_code]


def _connection(service: dict[str, Any]) -> dict[str, Any]:
    return {
        "source_id": service["id"],
        "source_type": "service_reference",
        "channel_id": "C05XYZ",
        "notification_type": "responder",
        "config": {"events": ["incident.triggered"], "priorities": None, "urgency": None},
    }
