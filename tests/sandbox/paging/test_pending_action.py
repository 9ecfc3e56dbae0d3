"""What will happen to an open incident by itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.paging.pending_action import actions_of
from pdsync.sandbox.store.record import Record
from tests.sandbox.account import Account, ref
from tests.sandbox.paging.fire import Fire, advance


def test_who_answers_who_was_chosen_and_what_is_not_urgent_is_left_alone(account: Account) -> None:
    acknowledged, chosen, low = Fire(account), Fire(account), Fire(account, urgency="low")
    acknowledged.put(status="acknowledged")
    chosen.put(assignments=[{"assignee": ref(chosen.second)}])
    before = [it.log() for it in (acknowledged, chosen, low)]
    advance(account, 7 * 24 * 60)
    assert [it.log() for it in (acknowledged, chosen, low)] == before
    low.put(urgency="high")
    advance(account, 10)
    assert low.assignees() == [low.second["id"]]


def test_an_urgent_one_that_is_calmed_stops(account: Account) -> None:
    fire = Fire(account)
    fire.put(urgency="low")
    advance(account, 60)
    assert fire.assignees() == [fire.first["id"]]


def test_the_page_the_state_and_a_restart_know_of_it(tmp_path: Path) -> None:
    db = str(tmp_path / "s.db")
    with Account(db=db) as account:
        fire = Fire(account, auto_resolve_timeout=3600)
        state = account.server.control.state()
        advance(account, 60)
        page = account.call("GET", "/").text
        assert re.search(rf">{fire.service['name']}</td><td [^>]+>active</td>", page)
        assert account.server.control.state()["incident"][0]["status"] == "resolved"
        account.server.control.reset_clock()
        account.server.control.restore(state)
        assert fire.shown()["status"] == "triggered"
        account.clock.forward(hours=2)
        later = account.clock.now
    with SandboxServer(db=db, now=later) as again:
        assert again.control.edit("GET", fire.path)["incident"]["resolved_at"] == "2026-03-02T13:00:07Z"


def test_an_action_that_cannot_be_carried_out_is_found() -> None:
    def incident(action: dict[str, str]) -> Record:
        return Record(1, "incident", "P1", None, {"pending_actions": [action]})

    good = {"type": "resolve", "at": "2026-01-31T08:00:00Z"}
    assert actions_of(incident(good)) == [good]
    for bad in ({**good, "type": "explode"}, {**good, "at": "2026-01-31T08:00:00+01:00"}, {**good, "at": "soon"}):
        with pytest.raises(ValueError, match=r".+"):
            actions_of(incident(bad))
