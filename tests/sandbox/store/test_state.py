"""The account as a document: out, in, and refused when it does not hang together."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pdsync.sandbox import SandboxError, SandboxServer
from pdsync.sandbox.store.state import Rules, StateError, dump_state, restore_state
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account
from tests.sandbox.filled import fill


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
    with pytest.raises(SandboxError, match="the state cannot be used: nonsense is not a kind"):
        SandboxServer(state={"nonsense": []}).start()


def test_a_state_that_breaks_a_rule_changes_nothing_and_says_which() -> None:
    store = Store()
    with store.transaction():
        store.put("team", "P1", {"name": "Red"})
    before = dump_state(store)
    for document, breaks, problem in (
        ({"team": [{"id": "P2"}]}, ["there is no user"], "there is no user"),
        ({"army": []}, [], "army is not a kind"),
        ({"team": [{"id": "P2"}, {"id": "P2"}]}, [], "P2 is there more than once"),
    ):
        rules = Rules(frozenset({"team"}), lambda breaks=breaks: iter(breaks))  # type: ignore[misc]
        with pytest.raises(StateError, match=problem):
            restore_state(store, document, rules)
        assert dump_state(store) == before
    restore_state(store, {"team": [{"id": "P2", "name": "Blue"}]}, Rules(frozenset({"team"}), lambda: iter(())))
    assert [it.body["name"] for it in store.all("team")] == ["Blue"]
    store.close()
