"""What happened to incidents, newest first."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.log_entry import log_entry_routes
from tests.sandbox.account import TOKEN, Account, ref


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


def test_the_log_of_a_user_has_what_they_did_and_what_names_them(account: Account) -> None:
    first, second = account.user(), account.user()
    service = account.service(escalation_policy=ref(account.policy(first)))
    incident = account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    note = {"note": {"content": "on it"}}
    headers = {"From": second["email"]}
    assert (
        account.call("POST", f"/incidents/{incident['id']}/notes", note, token=TOKEN, headers=headers).status_code
        == 200
    )

    def kinds(user: Any, query: str = "") -> list[str]:
        page = account.get(f"/users/{user['id']}/log_entries{query}")
        return [it["type"] for it in page["log_entries"]]

    assert kinds(first) == ["assign_log_entry"]
    assert kinds(second) == ["annotate_log_entry"]
    assert kinds(second, "?is_overview=true") == []
    assert kinds(first, "?since=2097-01-01T00:00:00Z") == []
