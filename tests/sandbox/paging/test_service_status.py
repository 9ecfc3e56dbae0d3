"""What incidents and windows make of a service."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account, ref


def _incident(account: Account, service: Any = None, **fields: Any) -> Any:
    service = service or account.service()
    body = {"type": "incident", "title": account.name("Trouble"), "service": ref(service), **fields}
    return account.post("/incidents", "incident", body)


def test_a_status_made_by_incidents_may_be_sent_back(account: Account) -> None:
    service = account.service()
    _incident(account, service)
    shown = account.get(f"/services/{service['id']}")["service"]
    assert account.put(f"/services/{service['id']}", "service", shown)["status"] == "critical"
    account.refused("PUT", f"/services/{service['id']}", {"service": {"status": "warning"}})


def test_status(account: Account) -> None:
    body = {"name": "x", "escalation_policy": ref(account.policy()), "status": "disabled"}
    assert account.refused("POST", "/services", {"service": body})["errors"] == ["Status must be one of: active"]
    service = account.service(status="active")
    path = f"/services/{service['id']}"
    for status in ("disabled", "disabled", "active"):
        assert account.put(path, "service", {"status": status})["status"] == status
