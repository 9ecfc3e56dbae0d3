"""Incidents over the REST API: lists, changes, notes, log, and what they hold in place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.account import OWNER_EMAIL, TOKEN, Account, layer, ref


def _incident(account: Account, service: Any = None, **fields: Any) -> Any:
    service = service or account.service()
    body = {"type": "incident", "title": account.name("Trouble"), "service": ref(service), **fields}
    return account.post("/incidents", "incident", body)


def _ids(account: Account, query: str) -> list[str]:
    return [it["id"] for it in account.get("/incidents" + query)["incidents"]]


def test_filters(account: Account) -> None:
    team, user = account.team(), account.user()
    service = account.service(escalation_policy=ref(account.policy(user, teams=[ref(team)])))
    own = _incident(account, service, urgency="low")
    other = _incident(account)
    account.put(f"/incidents/{other['id']}", "incident", {"type": "incident", "status": "acknowledged"})
    for query, found in [
        (f"?team_ids[]={team['id']}", [own]),
        (f"?service_ids[]={service['id']}", [own]),
        (f"?user_ids[]={user['id']}&statuses[]=triggered&statuses[]=acknowledged", [own]),
        ("?urgencies[]=high", [other]),
        ("?statuses[]=acknowledged", [other]),
        (f"?incident_key={own['incident_key']}", [own]),
        ("?sort_by=incident_number:desc", [other, own]),
        ("?sort_by=urgency,created_at:desc", [own, other]),
        ("?limit=1&offset=1", [other]),
    ]:
        assert _ids(account, query) == [it["id"] for it in found], query
    assert account.get("/incidents?limit=1&total=true")["total"] == 2
    for query in ("statuses[]=open", "sort_by=title", "since=yesterday", "date_range=some", "time_zone=Moon"):
        assert account.call("GET", f"/incidents?{query}").status_code == 400, query


def test_a_list_is_of_the_last_month_unless_asked_for_more(account: Account) -> None:
    old = _incident(account)["id"]
    account.clock.forward(days=40)
    new = _incident(account)["id"]
    account.clock.forward(seconds=1)
    for query, found in [
        ("", [new]),
        ("?date_range=all", [old, new]),
        ("?since=2026-03-01", [old, new]),
        ("?since=2026-03-01&until=2026-04-01", [old]),
    ]:
        assert _ids(account, query) == found, query
    account.refused("GET", "/incidents?since=2025-01-01")


def test_multi_update_takes_back_what_a_list_gave(account: Account) -> None:
    ids = [_incident(account)["id"] for _ in range(3)]
    listed = account.get("/incidents?statuses[]=triggered")["incidents"]
    assignees = [it["assignments"] for it in listed]
    for incident in listed:
        incident["status"] = "acknowledged"
    answer = account.call("PUT", "/incidents", {"incidents": listed})
    assert answer.status_code == 200, answer.text
    changed = answer.json()["incidents"]
    assert [(it["id"], it["status"]) for it in changed] == [(id, "acknowledged") for id in ids]
    assert [it["assignments"] for it in changed] == assignees
    assert all(it["assigned_via"] == "escalation_policy" for it in changed)


def test_multi_update_is_all_or_nothing(account: Account) -> None:
    one = {"id": _incident(account)["id"], "type": "incident_reference", "status": "resolved"}
    before = account.get("/_sandbox/state")
    account.refused("PUT", "/incidents", {"incidents": [one, {**one, "id": "P000000"}]})
    account.refused("PUT", "/incidents", {"incidents": []})
    account.refused("PUT", "/incidents", {"incidents": 251 * [one]}, 413)
    assert account.get("/_sandbox/state") == before


@pytest.mark.parametrize(("sender", "status"), [(OWNER_EMAIL, 200), ("nobody@example.com", 400), (None, 400)])
def test_account_keys_must_say_for_whom_they_act(account: Account, sender: str | None, status: int) -> None:
    id = _incident(account)["id"]
    headers = {} if sender is None else {"From": sender}
    body = {"incidents": [{"id": id, "type": "incident", "status": "resolved"}]}
    assert account.call("PUT", "/incidents", body, token=TOKEN, headers=headers).status_code == status


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


def test_changes_of_one(account: Account) -> None:
    first, second, third = account.user(), account.user(), account.user()
    rules = [{"escalation_delay_in_minutes": 5, "targets": [ref(it)]} for it in (first, second)]
    service = account.service(escalation_policy=ref(account.policy(escalation_rules=rules)))
    path = f"/incidents/{_incident(account, service)['id']}"

    def put(**fields: Any) -> tuple[list[str], Any]:
        incident = account.put(path, "incident", {"type": "incident", **fields})
        return [it["assignee"]["id"] for it in incident["assignments"]], incident

    assert put()[0] == [first["id"]]
    assert put(escalation_level=2)[0] == [second["id"]]
    assert put(assignments=[{"assignee": ref(third)}])[0] == [third["id"]]
    assert put(escalation_policy=ref(account.policy(first)))[0] == [first["id"]]
    assert put(title="Other")[1]["summary"] == "[#1] Other"
    assert put(priority="P2")[1]["priority"]["id"] == "P53ZZH5"
    assert put(urgency="low")[1]["urgency"] == "low"
    for bad in ({"escalation_level": 9}, {"priority": "P9"}, {"status": "open"}, {"title": ""}):
        account.refused("PUT", path, {"incident": bad})


def test_notes_are_found_in_the_log_by_their_text(account: Account) -> None:
    team = account.team()
    service = account.service(escalation_policy=ref(account.policy(teams=[ref(team)])))
    path = f"/incidents/{_incident(account, service)['id']}"
    note = account.call("POST", f"{path}/notes", {"note": {"content": "Resolved by reboot"}}).json()["note"]
    assert note["user"]["summary"] == "Account Owner"
    assert account.get(f"{path}/notes")["notes"] == [note]
    period = f"team_ids[]={team['id']}&since=2026-01-01&until=2026-07-01"
    found = [it for it in account.get(f"/log_entries?{period}")["log_entries"] if it["type"] == "annotate_log_entry"]
    assert [it["summary"] for it in found] == ["Resolved by reboot"]
    assert account.get(f"/log_entries/{found[0]['id']}")["log_entry"] == found[0]
    assert account.get("/log_entries?until=2026-01-01")["log_entries"] == []
    assert account.get("/log_entries?team_ids[]=P0")["log_entries"] == []
    changed = account.put(f"{path}/notes/{note['id']}", "note", {"content": "By fire"})
    assert (changed["content"], changed["id"]) == ("By fire", note["id"])
    account.delete(f"{path}/notes/{note['id']}")
    assert account.get(f"{path}/notes")["notes"] == []


def test_status_updates_and_snoozing(account: Account) -> None:
    path = f"/incidents/{_incident(account)['id']}"
    update = account.call("POST", f"{path}/status_updates", {"message": "It spreads."}).json()["status_update"]
    assert (update["message"], update["sender"]["type"]) == ("It spreads.", "user_reference")
    account.refused("POST", f"{path}/status_updates", {"message": "x", "subject": "alone"})
    answer = account.call("POST", f"{path}/snooze", {"duration": 3600})
    incident = answer.json()["incident"]
    assert (answer.status_code, incident["status"]) == (201, "acknowledged")
    assert incident["pending_actions"] == [{"type": "unacknowledge", "at": "2026-03-02T13:00:07Z"}]
    account.refused("POST", f"{path}/snooze", {"duration": 0})


def test_what_open_incidents_hold(account: Account) -> None:
    usual, spare = account.user(), account.user()
    schedule = account.schedule(layer(usual))
    policy = account.policy(schedule)
    incident = _incident(account, account.service(escalation_policy=ref(policy)))
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


def test_a_deleted_service_ends_its_incidents(account: Account) -> None:
    service = account.service()
    path = f"/incidents/{_incident(account, service)['id']}"
    account.delete(f"/services/{service['id']}")
    assert account.get(path)["incident"]["status"] == "resolved"
    assert account.get(f"{path}/log_entries?include[]=services")["log_entries"][0]["type"] == "resolve_log_entry"
    account.refused("PUT", path, {"incident": {"status": "triggered"}})


def test_a_status_made_by_incidents_may_be_sent_back(account: Account) -> None:
    service = account.service()
    _incident(account, service)
    shown = account.get(f"/services/{service['id']}")["service"]
    assert account.put(f"/services/{service['id']}", "service", shown)["status"] == "critical"
    account.refused("PUT", f"/services/{service['id']}", {"service": {"status": "warning"}})


def test_refused_incidents(account: Account) -> None:
    service = account.service()
    good = {"type": "incident", "title": "x", "service": ref(service), "incident_key": "k"}
    assert account.post("/incidents", "incident", good)["incident_key"] == "k"
    nobody = account.service(escalation_policy=ref(account.policy(account.schedule())))
    for change in (
        {},
        {"incident_key": "k2", "title": ""},
        {"incident_key": "k2", "service": {"id": "P0", "type": "service_reference"}},
        {"incident_key": "k2", "service": ref(nobody)},
        {
            "incident_key": "k2",
            "escalation_policy": service["escalation_policy"],
            "assignments": [{"assignee": ref(account.user())}],
        },
    ):
        account.refused("POST", "/incidents", {"incident": {**good, **change}})


def test_a_number_is_not_given_twice(account: Account) -> None:
    """Though incidents that came with a state leave gaps."""
    _incident(account)
    state = account.server.control.state()
    state["incident"][0]["incident_number"] = 7
    account.server.control.restore(state)
    assert [_incident(account)["incident_number"] for _ in range(2)] == [8, 9]
