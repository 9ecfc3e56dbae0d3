"""How an incident goes through its life."""

from __future__ import annotations

import pytest

from pdsync.sandbox.http.problem import Problem
from pdsync.sandbox.paging.incident_log import WEBSITE, Cause
from pdsync.sandbox.paging.incident_status import acknowledge, open_incident, resolve
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account
from tests.sandbox.calling import call_of, put_paged_user, reference


def test_the_ways_between_statuses(account: Account) -> None:
    path = f"/incidents/{account.incident()['id']}"
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
    path = f"/incidents/{account.incident(service)['id']}"
    account.delete(f"/services/{service['id']}")
    assert account.get(path)["incident"]["status"] == "resolved"
    assert account.get(f"{path}/log_entries?include[]=services")["log_entries"][0]["type"] == "resolve_log_entry"
    account.refused("PUT", path, {"incident": {"status": "triggered"}})


def test_a_number_is_not_given_twice(account: Account) -> None:
    """Though incidents that came with a state leave gaps."""
    account.incident()
    state = account.server.control.state()
    state["incident"][0]["incident_number"] = 7
    account.server.control.restore(state)
    assert [account.incident()["incident_number"] for _ in range(2)] == [8, 9]


def test_an_incident_begins_is_acknowledged_and_ends_once() -> None:
    store = Store()
    call, service, cause = call_of(store), put_paged_user(store), Cause(reference("user", "PUSER"), WEBSITE)
    with store.transaction():
        incident = open_incident(call, service, {"title": "Fire", "urgency": "high"}, cause)
        assert incident is not None
        assert [it["type"] for it in incident.body["pending_actions"]] == ["escalate"]
        incident = acknowledge(call, incident, cause)
        assert [it["type"] for it in incident.body["pending_actions"]] == ["unacknowledge"]
        incident = resolve(call, incident, cause)
        assert (incident.body["status"], incident.body["pending_actions"], store.count("escalation")) == (
            "resolved",
            [],
            0,
        )
        with pytest.raises(Problem, match="Arguments Caused Error"):
            resolve(call, incident, cause)
    store.close()
