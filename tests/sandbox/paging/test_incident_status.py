"""How an incident goes through its life."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account, ref


def _incident(account: Account, service: Any = None, **fields: Any) -> Any:
    service = service or account.service()
    body = {"type": "incident", "title": account.name("Trouble"), "service": ref(service), **fields}
    return account.post("/incidents", "incident", body)


def test_the_ways_between_statuses(account: Account) -> None:
    path = f"/incidents/{_incident(account)['id']}"
    for status, kind in [
        ("acknowledged", "acknowledge"),
        ("triggered", "unacknowledge"),
        ("resolved", "resolve"),
        ("triggered", "trigger"),
        ("resolved", "resolve"),
        ("acknowledged", "acknowledge"),
    ]:
        incident = account.put(path, "incident", {"type": "incident", "status": status})
        assert incident["status"] == status
        assert bool(incident["assignments"]) == (status != "resolved")
        assert (incident["resolved_at"] is not None) == (status == "resolved")
        log = account.get(f"{path}/log_entries")["log_entries"]
        assert log[0]["type"] == f"{kind}_log_entry"


def test_a_deleted_service_ends_its_incidents(account: Account) -> None:
    service = account.service()
    path = f"/incidents/{_incident(account, service)['id']}"
    account.delete(f"/services/{service['id']}")
    assert account.get(path)["incident"]["status"] == "resolved"
    assert account.get(f"{path}/log_entries?include[]=services")["log_entries"][0]["type"] == "resolve_log_entry"
    account.refused("PUT", path, {"incident": {"status": "triggered"}})


def test_a_number_is_not_given_twice(account: Account) -> None:
    """Though incidents that came with a state leave gaps."""
    _incident(account)
    state = account.server.control.state()
    state["incident"][0]["incident_number"] = 7
    account.server.control.restore(state)
    assert [_incident(account)["incident_number"] for _ in range(2)] == [8, 9]
