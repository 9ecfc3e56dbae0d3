"""The five priorities of an account."""

from __future__ import annotations

from pdsync.sandbox.api.priority import PRIORITIES, find_priority
from tests.sandbox.account import Account


def test_priorities_come_in_order_of_severity_and_are_found_by_name_or_id(account: Account) -> None:
    shown = account.get("/priorities")["priorities"]
    assert [it["name"] for it in shown] == ["P1", "P2", "P3", "P4", "P5"]
    assert [it["id"] for it in shown] == list(PRIORITIES)
    for priority in shown:
        assert find_priority(priority["name"]) == find_priority(priority) == priority["id"]
    assert [find_priority(it) for it in ("P9", {"id": "P9"}, {}, None, 1)] == [None] * 5
