"""What happened to incidents, newest first."""

from __future__ import annotations

from pdsync.sandbox.api.log_entry import log_entry_routes
from tests.sandbox.account import Account, ref


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(log_entry_routes())


def test_an_overview_leaves_notes_out(account: Account) -> None:
    service = account.service()
    body = {"type": "incident", "title": "Fire", "service": ref(service)}
    incident = account.post("/incidents", "incident", body)
    path = f"/incidents/{incident['id']}"
    assert account.call("POST", f"{path}/notes", {"note": {"content": "on it"}}).status_code in (200, 201)
    kinds = [it["type"] for it in account.get(f"{path}/log_entries")["log_entries"]]
    assert kinds == ["annotate_log_entry", "assign_log_entry", "trigger_log_entry"]
    overview = account.get(f"{path}/log_entries?is_overview=true")["log_entries"]
    assert [it["type"] for it in overview] == kinds[1:]
