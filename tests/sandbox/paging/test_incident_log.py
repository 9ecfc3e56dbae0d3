"""What is written into the log of an incident."""

from __future__ import annotations

from pdsync.sandbox.paging.incident_log import WEBSITE, Cause, add_log_entry
from pdsync.sandbox.store.store import Store
from tests.sandbox.calling import call_of, reference


def test_an_entry_says_who_did_what_and_through_what() -> None:
    store = Store()
    body = {"title": "Fire", "service": reference("service", "PSERV"), "teams": []}
    cause = Cause(reference("user", "PUSER"), WEBSITE)
    with store.transaction():
        incident = store.put("incident", "PINCI", body)
        entry = add_log_entry(call_of(store), incident, "snooze", "Snoozed", cause, note="later")
    [kept] = store.each("log_entry")
    assert (kept.id, kept.parent, kept.body) == (entry.id, "PINCI", entry.body)
    assert (kept.body["type"], kept.body["agent"]["id"], kept.body["channel"]) == ("snooze_log_entry", "PUSER", WEBSITE)
    assert (kept.body["note"], kept.body["created_at"]) == ("later", "2026-03-02T12:00:00Z")
    store.close()
