"""The account as a document: out, in, and refused when it does not hang together."""

from __future__ import annotations

import json
import time
from copy import deepcopy
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
    with SandboxServer(db=db, state=state) as other:
        assert other.control.state() == state
    with SandboxServer(db=db) as again:
        assert again.control.state() == state
        assert again.control.breaks() == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda it: it.update(services=[]), "services is no kind; there is: alert"),
        (lambda it: it.update(team=7), "team must be a list"),
        (lambda it: it["team"].append(7), "team[2] must be an object with an id"),
        (lambda it: it["team"][0].update(number="x"), "team[0].number must be a whole number"),
        (lambda it: it["team"].append(it["team"][0]), "is there more than once"),
        (lambda it: it["team"].pop(0), "it refers to"),
        (lambda it: it["service"].pop(), "its parent"),
        (lambda it: it["team"][0].pop("name"), "cannot be shown"),
        (lambda it: it["user"][0].update(role="user"), "there is no user with the role owner"),
        (lambda it: it["contact_method"][0].pop("label"), "contact_method"),
        (lambda it: it["notification_rule"][0].pop("start_delay_in_minutes"), "cannot be shown"),
        (lambda it: it["integration"][0].pop("name"), "cannot be shown"),
        (lambda it: it["membership"][0].pop("role"), "cannot be shown (KeyError"),
        (lambda it: it["incident"][0].pop("title"), "cannot be shown"),
        (lambda it: it["escalation"][0].update(level=7), "its level is not among its rules"),
        (lambda it: it["note"][0].pop("user"), "cannot be shown"),
        (lambda it: it["log_entry"][0].pop("service"), "cannot be shown"),
        (lambda it: it["log_entry"][0].update(created_at="then"), "log_entry[0].created_at must be a date"),
        (lambda it: it["audit_record"][0].pop("action"), "audit_record[0].action must be a string"),
        (lambda it: it["audit_record"][0].update(id="\ud800"), "half a surrogate pair"),
        (lambda it: it["log_entry"][0].update(number=2**70), "must be a whole number"),
    ],
)
def test_a_state_that_does_not_hang_together_changes_nothing(account: Account, change: Any, problem: str) -> None:
    fill(account)
    before = account.get("/_sandbox/state")
    broken = deepcopy(before)
    change(broken)
    error = account.refused("PUT", "/_sandbox/state", broken)
    assert any(problem in it for it in error["errors"]), error
    assert account.get("/_sandbox/state") == before


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


def test_control_edits_as_somebody_else(account: Account) -> None:
    control = account.server.control
    made = control.edit("POST", "/teams", {"team": {"type": "team", "name": "Red"}})["team"]
    assert control.edit("DELETE", f"/teams/{made['id']}") is None
    with pytest.raises(ValueError, match="404"):
        control.edit("GET", f"/teams/{made['id']}")
    assert control.requests() == []
