"""Writes that reads do not see yet."""

from __future__ import annotations

import pytest

from pdsync.sandbox.fault.action import Lag
from pdsync.sandbox.fault.lagging import Lagging
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account, ref
from tests.sandbox.fault.struck import create, strike


def test_a_write_that_lists_do_not_see_yet(account: Account) -> None:
    create(account, "Blue")
    strike(account, {"type": "lag", "reads": 2}, method="POST")
    made = create(account).json()["team"]
    assert account.get(f"/teams/{made['id']}")["team"] == made  # a single read sees it
    assert len(account.server.control.edit("GET", "/teams")["teams"]) == 2  # and so does who asks from inside
    seen = [[team["name"] for team in account.get("/teams")["teams"]] for _ in range(3)]
    assert seen == [["Blue"], ["Blue"], ["Blue", "Red"]]


def test_changes_and_deletions_lag_too_until_the_time_has_passed(account: Account) -> None:
    red, blue = account.team(name="Red"), account.team(name="Blue")
    strike(account, {"type": "lag", "seconds": 60}, path="/teams/*")
    account.put(f"/teams/{red['id']}", "team", {"name": "Pink"})
    account.delete(f"/teams/{blue['id']}")
    assert [team["name"] for team in account.get("/teams")["teams"]] == ["Blue", "Red"]
    assert account.call("GET", f"/teams/{blue['id']}").status_code == 404
    account.clock.forward(seconds=61)
    assert [team["name"] for team in account.get("/teams")["teams"]] == ["Pink"]


def test_a_single_read_lags_when_told_to(account: Account) -> None:
    strike(account, {"type": "lag", "reads": 1, "seen_by": "all"}, method="POST")
    made = create(account).json()["team"]
    assert [account.call("GET", f"/teams/{made['id']}").status_code for _ in range(2)] == [404, 200]


def test_what_something_newer_needs_is_not_hidden(account: Account) -> None:
    strike(account, {"type": "lag", "seconds": 60}, path="/escalation_policies")
    policy = account.policy()
    service = account.service(escalation_policy={"id": policy["id"], "type": "escalation_policy_reference"})
    assert [it["id"] for it in account.get("/services")["services"]] == [service["id"]]
    assert [it["id"] for it in account.get("/escalation_policies")["escalation_policies"]] == [policy["id"]]


@pytest.mark.parametrize("by_event", [False, True])
def test_an_incident_with_all_that_came_with_it_is_late_too(account: Account, by_event: bool) -> None:
    service = account.service()
    key = account.integration(service, type="events_api_v2_inbound_integration")["integration_key"]
    lists = ("/incidents", "/log_entries", f"/services/{service['id']}")
    before = [account.get(path) for path in lists]
    strike(account, {"type": "lag", "reads": 2}, method="POST")
    if by_event:
        payload = {"summary": "Fire", "source": "db1", "severity": "critical"}
        account.call("POST", "/v2/enqueue", {"routing_key": key, "event_action": "trigger", "payload": payload})
    else:
        account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    assert [account.get(path) for path in lists[:2]] == before[:2]
    assert len(account.get("/incidents")["incidents"]) == 1
    assert account.get(lists[2]) != before[2]  # which is critical now


def test_a_view_is_old_for_as_many_reads_as_the_rule_says() -> None:
    store = Store()
    lagging = Lagging(store, lambda: 0.0)
    with store.transaction() as changes:
        store.put("team", "P1", {"name": "Red"})
    lagging.add(Lag(None, 1, False), changes)
    seen = []
    for is_list in (False, True, True):
        with store.lock, lagging.view(is_list=is_list):
            seen.append(store.count("team"))
    assert seen == [1, 0, 1]
    store.close()


def test_workflows_triggers_and_templates_are_seen_late_where_the_account_says_so(account: Account) -> None:
    lag = {"incident_workflows": {"reads": 1}, "templates": {"reads": 1, "seen_by": "all"}}
    account.server.control.set_account({"account": 1, "lag": lag})
    flow = account.post("/incident_workflows", "incident_workflow", {"name": "Late"})
    lists = [account.get("/incident_workflows")["incident_workflows"] for _ in range(2)]
    assert [len(it) for it in lists] == [0, 1]
    trigger = {"trigger_type": "manual", "workflow": {"id": flow["id"]}}
    made = account.post("/incident_workflows/triggers", "trigger", trigger)
    assert account.get(f"/incident_workflows/triggers/{made['id']}")["trigger"] == made
    assert [len(account.get("/incident_workflows/triggers")["triggers"]) for _ in range(2)] == [0, 1]
    path = f"/templates/{account.post('/templates', 'template', {'name': 'Late'})['id']}"
    assert [account.call("GET", path).status_code for _ in range(2)] == [404, 200]
