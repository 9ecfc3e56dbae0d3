"""Notes and status updates of an incident."""

from __future__ import annotations

from pdsync.sandbox.api.note import note_routes
from tests.sandbox.account import Account, ref


def test_notes_are_found_in_the_log_by_their_text(account: Account) -> None:
    team = account.team()
    service = account.service(escalation_policy=ref(account.policy(teams=[ref(team)])))
    path = f"/incidents/{account.incident(service)['id']}"
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
    path = f"/incidents/{account.incident()['id']}"
    update = account.call("POST", f"{path}/status_updates", {"message": "It spreads."}).json()["status_update"]
    assert (update["message"], update["sender"]["type"]) == ("It spreads.", "user_reference")
    account.refused("POST", f"{path}/status_updates", {"message": "x", "subject": "alone"})
    answer = account.call("POST", f"{path}/snooze", {"duration": 3600})
    incident = answer.json()["incident"]
    assert (answer.status_code, incident["status"]) == (201, "acknowledged")
    assert incident["pending_actions"] == [{"type": "unacknowledge", "at": "2026-03-02T13:00:07Z"}]
    account.refused("POST", f"{path}/snooze", {"duration": 0})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(note_routes())
