"""Someone edits the account while a plan reads it, page by page: nothing of ours is overlooked and made a second time."""

from __future__ import annotations

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, plan_for, team


@pytest.mark.parametrize("workers", [1, 4])
def test_what_moves_up_to_a_page_already_read_is_not_overlooked(
    client: RestApiV2Client, sandbox: SandboxServer, workers: int
) -> None:
    """One team goes from the first page and another comes on the last, so that all counts are as before."""
    wanted = [team(f"t{n:03}") for n in range(98, 104)]
    for n in range(98):
        client.rpost("teams", json={"type": "team", "name": f"t{n:03}"})
    converge(client, wanted)
    for n in range(104, 150):
        client.rpost("teams", json={"type": "team", "name": f"t{n:03}"})
    before = fetch_account(client, Extent(wanted))
    first = next(live for live in before.objects["team"] if live.name == "t000")
    edits = [
        {"method": "DELETE", "path": f"/teams/{first.id}"},
        {"method": "POST", "path": "/teams", "body": {"team": {"type": "team", "name": "zzz"}}},
    ]
    rule = {
        "match": {"method": "GET", "path": "/teams", "nth": 1},
        "action": {"type": "edit", "when": "after", "requests": edits},
    }
    forget(sandbox)
    sandbox.control.set_faults([rule])
    account = fetch_account(client, Extent(wanted), workers=workers)
    (struck,) = sandbox.control.faults()
    sandbox.control.clear_faults()
    assert struck["struck"] == 1
    there = {live.id: live.name for live in account.objects["team"]}
    now = {it["id"]: it["name"] for it in client.iter_all("teams")}
    assert there == now
    assert first.id not in there
    assert len([path for _, path in asked(sandbox) if path == "/teams"]) == 4 + 2, (
        "two readings, and the one of this test"
    )
    assert not plan_for(client, wanted).changes
