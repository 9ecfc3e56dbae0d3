"""Who edited what last, as far as the account has it on record."""

from __future__ import annotations

from pdsync.account.audit import fetch_last_edits
from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget


def make_team(client: RestApiV2Client, name: str) -> str:
    return str(client.rpost("teams", json={"type": "team", "name": name})["id"])


def test_the_newest_edit_of_each_object_counts(client: RestApiV2Client) -> None:
    red, blue = make_team(client, "Red"), make_team(client, "Blue")
    client.rput(f"teams/{red}", json={"type": "team", "name": "Red", "description": "Edited."})
    found = fetch_last_edits(client, [red, blue])
    assert {identity: record["action"] for identity, record in found.items()} == {red: "update", blue: "create"}


def test_objects_that_are_not_asked_about_are_left_out(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    red, _ = make_team(client, "Red"), make_team(client, "Blue")
    assert list(fetch_last_edits(client, [red])) == [red]
    forget(sandbox)
    assert fetch_last_edits(client, []) == {}
    assert not asked(sandbox)


def test_an_account_without_audit_records_has_no_editors(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    red = make_team(client, "Red")
    sandbox.control.set_faults([{"match": {"path": "/audit/records"}, "action": {"type": "error", "status": 403}}])
    assert fetch_last_edits(client, [red]) == {}
