"""The account as a document: out, in, and refused when it does not hang together."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pdsync.sandbox import SandboxError, SandboxServer
from tests.sandbox.account import Account, layer, ref


def fill(account: Account) -> None:
    user, team = account.user(), account.team()
    sub = account.team(parent=ref(team))
    schedule = account.schedule(layer(user), teams=[ref(sub)])
    service = account.service(escalation_policy=ref(account.policy(schedule, user, teams=[ref(team)])))
    account.integration(service, vendor={"id": "PZQ6AUS"})
    fire = account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    account.call("POST", f"/incidents/{fire['id']}/notes", {"note": {"content": "It burns."}})


def test_a_state_comes_back_whole(account: Account) -> None:
    fill(account)
    before = account.get("/_sandbox/state")
    shown = {path: account.get(path) for path in ("/users", "/teams", "/schedules", "/services", "/log_entries")}
    account.team()
    assert account.call("PUT", "/_sandbox/state", before).status_code == 204
    assert account.get("/_sandbox/state") == before
    assert {path: account.get(path) for path in shown} == shown
    account.team()  # and it can go on


def test_a_state_moves_to_another_sandbox_and_lasts(account: Account, tmp_path: Any) -> None:
    fill(account)
    state = account.server.control.state()
    db = str(tmp_path / "s.db")
    with SandboxServer(db=db, state=state, now=account.clock.now) as other:
        assert other.control.state() == state
    with SandboxServer(db=db, now=account.clock.now) as again:
        assert again.control.state() == state
        assert again.control.breaks() == []


def test_a_state_written_by_hand_needs_no_numbers(account: Account) -> None:
    fill(account)
    state = account.get("/_sandbox/state")
    bare = {kind: [{k: v for k, v in it.items() if k != "number"} for it in rows] for kind, rows in state.items()}
    assert account.call("PUT", "/_sandbox/state", bare).status_code == 204
    assert account.server.control.breaks() == []


def test_ten_thousand_services_load_within_seconds(account: Account) -> None:
    service = account.service()
    state = account.server.control.state()
    [one] = state["service"]
    state["service"] = [{**one, "id": f"PSVC{n:06}", "name": f"Service {n}", "number": 1000 + n} for n in range(10_000)]
    text = json.dumps(state)
    began = time.perf_counter()
    with SandboxServer(state=json.loads(text)) as server:
        took_s = time.perf_counter() - began
        assert len(server.control.state()["service"]) == 10_000
    assert took_s < 10
    assert service["id"] == one["id"]


def test_a_seed_and_a_state_exclude_each_other() -> None:
    with pytest.raises(SandboxError, match="not both"):
        SandboxServer(seed="example", state={})


def test_a_broken_state_does_not_start() -> None:
    with pytest.raises(SandboxError, match="the state cannot be used: nonsense is no kind"):
        SandboxServer(state={"nonsense": []}).start()
