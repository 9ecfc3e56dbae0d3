"""Whom an incident reaches."""

from __future__ import annotations

from pdsync.sandbox.paging.escalation import EscalationPath
from pdsync.sandbox.store.record import Record
from tests.sandbox.account import Account, layer, ref
from tests.sandbox.monitor import Monitor


def test_what_open_incidents_hold(account: Account) -> None:
    usual, spare = account.user(), account.user()
    schedule = account.schedule(layer(usual))
    policy = account.policy(schedule)
    incident = account.incident(account.service(escalation_policy=ref(policy)))
    rules = [{"escalation_delay_in_minutes": 5, "targets": [ref(spare)]}]
    account.put(f"/escalation_policies/{policy['id']}", "escalation_policy", {"escalation_rules": rules})
    path = f"/schedules/{schedule['id']}"
    assert account.refused("DELETE", path)["errors"] == [
        "Schedule can't be deleted if it's being used by an escalation policy snapshot with open incidents"
    ]
    assert any("incidents" in text for text in account.refused("DELETE", f"/users/{usual['id']}")["errors"])
    account.put(f"/incidents/{incident['id']}", "incident", {"type": "incident", "status": "resolved"})
    account.delete(path)
    account.delete(f"/users/{usual['id']}")
    trigger, assign = account.get(f"/incidents/{incident['id']}/log_entries?limit=3")["log_entries"][-1:-3:-1]
    assert trigger["type"] == "trigger_log_entry"
    assert [it["summary"] for it in assign["assignees"]] == [usual["name"]]  # history goes on naming him


def test_it_goes_to_the_first_level_with_someone(account: Account) -> None:
    empty, first, second = account.schedule(), account.user(), account.user()
    rules = [{"escalation_delay_in_minutes": 5, "targets": [ref(it)]} for it in (empty, first, second)]
    monitor = Monitor(account, escalation_policy=ref(account.policy(escalation_rules=rules)))
    monitor.sent("trigger")
    assert [it["assignee"]["id"] for it in monitor.incidents()[0]["assignments"]] == [first["id"]]


def test_an_override_takes_over(account: Account) -> None:
    usual, other = account.user(), account.user()
    schedule = account.schedule(layer(usual))
    monitor = Monitor(account, escalation_policy=ref(account.policy(schedule)))
    monitor.sent("trigger", "1")
    override = {"start": "2026-03-02T00:00:00Z", "end": "2026-03-03T00:00:00Z", "user": ref(other)}
    account.call("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [override]})
    monitor.sent("trigger", "2")
    assigned = [it["assignments"][0]["assignee"]["id"] for it in monitor.incidents()]
    assert assigned == [usual["id"], other["id"]]


def test_the_path_of_an_incident_begins_as_its_policy_and_forgets_no_loop() -> None:
    rules = [{"targets": []}]
    policy = Record(1, "escalation_policy", "P1", None, {"escalation_rules": rules, "num_loops": 2})
    assert EscalationPath.of_policy(policy) == EscalationPath(rules, 2)
    for body, loops in (({"rules": rules, "loops_left": 1}, 1), ({"rules": rules}, 0)):
        assert EscalationPath.of_escalation(Record(2, "escalation", "P2", "P1", body)) == EscalationPath(rules, loops)
