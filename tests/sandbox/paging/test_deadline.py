"""What happens to incidents by itself as time passes, or is said to have passed."""

from __future__ import annotations

from datetime import timedelta

from pdsync.sandbox.paging.deadline import Deadlines
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account, layer, ref
from tests.sandbox.calling import MONDAY, call_of, put_paged_user, reference
from tests.sandbox.paging.fire import Fire, advance, rule


def test_no_one_answers_so_it_goes_up_begins_again_and_ends_with_the_last(account: Account) -> None:
    fire = Fire(account, loops=1)
    assert fire.shown()["pending_actions"] == [{"type": "escalate", "at": "2026-03-02T12:10:07Z"}]
    advance(account, 9.9)
    assert fire.assignees() == [fire.first["id"]]
    advance(account, 0.1)
    assert fire.assignees() == [fire.second["id"]]
    advance(account, 24 * 60)  # all at once is the same as one after the other
    assert fire.log() == [
        ("trigger", "12:00:07Z"),
        ("assign", "12:00:07Z"),
        ("escalate", "12:10:07Z"),
        ("repeat_escalation_path", "12:30:07Z"),
        ("escalate", "12:30:07Z"),
        ("escalate", "12:40:07Z"),
        ("exhaust_escalation_path", "13:00:07Z"),
    ]
    assert (fire.assignees(), fire.shown()["status"]) == ([fire.second["id"]], "triggered")
    assert fire.shown()["pending_actions"] == []
    assert account.server.control.breaks() == []


def test_each_step_goes_to_whoever_was_on_call_then(account: Account) -> None:
    one, two = account.user(), account.user()
    turns = account.schedule(layer(one, two, rotation_turn_length_seconds=3600))  # from 09:00
    rules = [rule(50, account.user()), rule(30, account.schedule()), rule(30, turns)]  # no one is on the second
    service = account.service(escalation_policy=ref(account.policy(escalation_rules=rules)))
    body = {"type": "incident", "title": "Fire", "service": ref(service)}
    path = f"/incidents/{account.post('/incidents', 'incident', body)['id']}"
    advance(account, 10 * 60)
    account.get("/oncalls")  # whatever is asked
    entry = next(it for it in account.get(path + "/log_entries")["log_entries"] if it["type"] == "escalate_log_entry")
    assert (entry["created_at"], entry["summary"]) == ("2026-03-02T12:50:07Z", "Escalated to level 3")
    assert [it["id"] for it in entry["assignees"]] == [two["id"]]
    assert (entry["agent"]["id"], entry["channel"]["type"]) == (service["id"], "timeout")


def test_an_acknowledgement_ends_and_the_escalation_goes_on(account: Account) -> None:
    fire = Fire(account, acknowledgement_timeout=1800)
    fire.put(status="acknowledged")
    assert fire.shown()["pending_actions"] == [{"type": "unacknowledge", "at": "2026-03-02T12:30:07Z"}]
    acknowledged = account.get(fire.path + "/log_entries")["log_entries"][0]
    assert acknowledged["acknowledgement_timeout"] == 1800
    advance(account, 29)
    assert fire.shown()["status"] == "acknowledged"
    advance(account, 1)
    shown = fire.shown()
    assert (shown["status"], shown["acknowledgements"]) == ("triggered", [])
    assert shown["last_status_change_at"] == "2026-03-02T12:30:07Z"
    assert shown["pending_actions"] == [{"type": "escalate", "at": "2026-03-02T12:40:07Z"}]
    assert [it["id"] for it in account.get("/incidents?statuses[]=triggered")["incidents"]] == [shown["id"]]
    advance(account, 10)
    assert fire.assignees() == [fire.second["id"]]


def test_a_snooze_ends(account: Account) -> None:
    fire = Fire(account)
    account.call("POST", fire.path + "/snooze", {"duration": 3600})
    advance(account, 59)
    assert (fire.shown()["status"], fire.assignees()) == ("acknowledged", [fire.first["id"]])
    advance(account, 1)
    assert fire.shown()["status"] == "triggered"


def test_what_is_open_for_too_long_is_resolved_even_if_it_is_acknowledged(account: Account) -> None:
    fire = Fire(account, auto_resolve_timeout=4 * 3600)
    fire.put(status="acknowledged")
    advance(account, 4 * 60)
    shown = fire.shown()
    assert (shown["status"], shown["resolved_at"]) == ("resolved", "2026-03-02T16:00:07Z")
    assert (shown["assignments"], shown["pending_actions"]) == ([], [])
    assert fire.log()[-1] == ("resolve", "16:00:07Z")
    fire.put(status="triggered")
    assert [it["type"] for it in fire.shown()["pending_actions"]] == ["escalate", "resolve"]


def test_many_incidents_meet_their_deadlines_in_the_order_of_time(account: Account) -> None:
    fire = Fire(account, auto_resolve_timeout=1800, loops=9)
    body = {"type": "incident", "title": "Fire", "service": ref(fire.service)}
    for _ in range(20):
        account.clock.forward(seconds=30)
        account.post("/incidents", "incident", body)
    advance(account, 24 * 60)
    rows = account.get("/log_entries?limit=100&total=true&since=2026-03-01")
    assert rows["total"] == 21 * 4  # trigger, assign, escalate, and resolve before the policy begins again
    moments = [it["created_at"] for it in rows["log_entries"]]
    assert moments == sorted(moments, reverse=True)
    assert account.get("/incidents?statuses[]=triggered")["incidents"] == []
    assert account.server.control.breaks() == []


def test_a_moment_that_was_put_off_is_met_later() -> None:
    store = Store()
    put_paged_user(store)

    def incident(at: str) -> None:
        body = {"title": "Fire", "status": "triggered", "service": reference("service", "PSERV"), "teams": []}
        store.put(
            "incident", "P1", {**body, "acknowledgements": [], "pending_actions": [{"type": "resolve", "at": at}]}
        )

    deadlines = Deadlines(store)
    for at in ("2026-03-02T12:01:00Z", "2026-03-02T12:02:00Z"):
        with store.transaction() as changes:
            incident(at)
        deadlines.note(changes)
    statuses = []
    for minutes in (1, 2):
        deadlines.meet(call_of(store, MONDAY + timedelta(minutes=minutes)))
        statuses.append(store.all("incident")[0].body["status"])
    assert statuses == ["triggered", "resolved"]
    assert store.all("incident")[0].body["resolved_at"] == "2026-03-02T12:02:00Z"
    store.close()
