"""What will happen to an open incident by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pdsync.sandbox import SandboxServer
from tests.sandbox.account import Account, ref

MINUTE = 60


class Fire:
    """An incident on a service whose policy has two people, 10 and 20 minutes."""

    def __init__(self, account: Account, *, loops: int = 0, urgency: str = "high", **service: Any) -> None:
        self.account = account
        self.first, self.second = account.user(), account.user()
        rules = [_rule(10, self.first), _rule(20, self.second)]
        policy = account.policy(escalation_rules=rules, num_loops=loops)
        self.service = account.service(escalation_policy=ref(policy), **service)
        body = {"type": "incident", "title": "Fire", "service": ref(self.service), "urgency": urgency}
        self.path = f"/incidents/{account.post('/incidents', 'incident', body)['id']}"

    def shown(self) -> Any:
        return self.account.get(self.path)["incident"]

    def assignees(self) -> list[str]:
        return [it["assignee"]["id"] for it in self.shown()["assignments"]]

    def put(self, **fields: Any) -> Any:
        return self.account.put(self.path, "incident", {"type": "incident", **fields})

    def log(self) -> list[tuple[str, str]]:
        """Type and moment, the oldest first."""
        rows = reversed(self.account.get(self.path + "/log_entries?limit=100")["log_entries"])
        return [(it["type"].removesuffix("_log_entry"), it["created_at"][11:]) for it in rows]


def _rule(minutes: int, *targets: Any) -> dict[str, Any]:
    return {"escalation_delay_in_minutes": minutes, "targets": [ref(it) for it in targets]}


def _advance(account: Account, minutes: float) -> None:
    account.server.control.advance(minutes * MINUTE)


def test_who_answers_who_was_chosen_and_what_is_not_urgent_is_left_alone(account: Account) -> None:
    acknowledged, chosen, low = Fire(account), Fire(account), Fire(account, urgency="low")
    acknowledged.put(status="acknowledged")
    chosen.put(assignments=[{"assignee": ref(chosen.second)}])
    before = [it.log() for it in (acknowledged, chosen, low)]
    _advance(account, 7 * 24 * 60)
    assert [it.log() for it in (acknowledged, chosen, low)] == before
    low.put(urgency="high")
    _advance(account, 10)
    assert low.assignees() == [low.second["id"]]


def test_an_urgent_one_that_is_calmed_stops(account: Account) -> None:
    fire = Fire(account)
    fire.put(urgency="low")
    _advance(account, 60)
    assert fire.assignees() == [fire.first["id"]]


def test_the_page_the_state_and_a_restart_know_of_it(tmp_path: Path) -> None:
    db = str(tmp_path / "s.db")
    with Account(db=db) as account:
        fire = Fire(account, auto_resolve_timeout=3600)
        state = account.server.control.state()
        _advance(account, 60)
        page = account.call("GET", "/").text
        assert f"<td>{fire.service['name']}</td><td>active</td>" in page
        assert account.server.control.state()["incident"][0]["status"] == "resolved"
        account.server.control.reset_clock()
        account.server.control.restore(state)
        assert fire.shown()["status"] == "triggered"
        account.clock.forward(hours=2)
        later = account.clock.now
    with SandboxServer(db=db, now=later) as again:
        assert again.control.edit("GET", fire.path)["incident"]["resolved_at"] == "2026-03-02T13:00:07Z"
