"""The account as a document: out, in, and refused when it does not hang together."""

from __future__ import annotations

import io
import json
import shutil
import time
import tracemalloc
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.sandbox import SandboxError, SandboxServer
from pdsync.sandbox.store.state_text import read_pieces
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
        (lambda it: it["escalation"][0]["rules"][0].pop("escalation_delay_in_minutes"), "cannot be shown (KeyError"),
        (lambda it: it["incident"][0].update(created_at="then"), "cannot be shown"),
        (lambda it: it["incident"][0].update(incident_number="one"), "cannot be shown"),
        (lambda it: it["incident"][0].update(pending_actions=[{"type": "explode", "at": "then"}]), "cannot be shown"),
        (lambda it: it["deduplication"][0].update(incident=7), "cannot be shown"),
        (lambda it: it["schedule"][0]["schedule_layers"][0].update(restrictions=7), "cannot be shown"),
        (lambda it: it["schedule"][0]["schedule_layers"][0].update(start=None), "cannot be shown"),
        (lambda it: it["service"][0].update(name=None), "cannot be shown"),
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


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"team": [{}', "not valid JSON"),
        (b'{"team": [{},]}', "not valid JSON"),
        (b'{"team": [] "user": []}', "not valid JSON"),
        (b'{"team": []} x', "not valid JSON"),
        (b'{"team": [NaN]}', "not valid JSON"),
        (b"{7: []}", "not valid JSON"),
        (b'{"team": ["\xff"]}', "not valid JSON"),
        (b'{"team": ' + b"[" * 100_000, "not valid JSON"),
        (b"[]", "must be an object with a list for each kind"),
        (b"1", "must be an object with a list for each kind"),
        (b"{}", "there is no user with the role owner"),
        (b'{"team": {"id": "P1"}}', "team must be a list"),
        (b'{"teams": []}', "teams is no kind"),
        (b' {"team" :\n[ 12 , 3 ] } ', "team[1] must be an object with an id"),
    ],
)
def test_a_text_that_is_no_state_is_refused(account: Account, text: bytes, problem: str) -> None:
    before = account.get("/_sandbox/state")
    answer = account.call("PUT", "/_sandbox/state", data=text)
    assert answer.status_code == 400
    assert problem in " ".join(answer.json()["error"]["errors"])
    assert account.get("/_sandbox/state") == before


_ENTRY = st.recursive(
    st.none() | st.text(max_size=9) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=60)
@given(
    document=st.dictionaries(st.text(max_size=3), st.lists(_ENTRY, max_size=3), max_size=3),
    indent=st.none() | st.integers(0, 2),
    chunk=st.integers(1, 5),
)
def test_a_text_is_read_in_pieces_of_any_size(document: dict[str, list[Any]], indent: int | None, chunk: int) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(chunk)

    text = json.dumps(document, indent=indent, ensure_ascii=indent is None)
    read: dict[str, list[Any]] = {}
    for kind, index, entry in read_pieces(Slow(text.encode("utf-8"))):
        if index is None:
            assert entry
            read[kind] = []
        else:
            assert index == len(read[kind])
            read[kind].append(entry)
    assert read == json.loads(text.encode("utf-8"))


def test_a_long_log_goes_out_and_comes_back_without_being_held_in_memory(account: Account, tmp_path: Path) -> None:
    fill(account)
    store = account.server._store
    assert store is not None
    [entry] = [it for it in store.each("log_entry") if it.body["type"] == "trigger_log_entry"]
    body = {**entry.body, "event_details": {"description": "x" * 12_000}}
    with store.transaction():
        for number in range(1_700):
            store.put("log_entry", f"PLOG{number}", body, entry.parent)
    file = tmp_path / "state.json"
    tracemalloc.start()
    try:
        with account.call("GET", "/_sandbox/state", stream=True) as answer, file.open("wb") as out:
            shutil.copyfileobj(answer.raw, out)
        with file.open("rb") as text:
            assert account.call("PUT", "/_sandbox/state", data=text).status_code == 204
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert file.stat().st_size > 20_000_000
    assert peak < file.stat().st_size * 0.75
    assert json.loads(file.read_bytes()) == account.server.control.state()


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
