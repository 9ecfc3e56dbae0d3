"""Whom an incident notifies, from its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.account import Account
from tests.sandbox.paging.fire import Fire, advance


def sent(account: Account, fire: Fire) -> list[tuple[str, str]]:
    """Who and when, the oldest first."""
    names = {fire.first["id"]: "first", fire.second["id"]: "second"}
    rows = account.get("/notifications?since=2026-03-01&until=2026-04-01&limit=100")["notifications"]
    return sorted((it["started_at"][11:16], names[it["user"]["id"]]) for it in rows)


def delay(account: Account, user: Any, minutes: int, urgency: str = "high") -> None:
    """One more rule, by the contact method of the first."""
    path = f"/users/{user['id']}/notification_rules"
    [rule, *_] = account.get(f"{path}?urgency={urgency}")["notification_rules"]
    body = {name: rule[name] for name in ("type", "contact_method", "urgency")}
    account.post(path, "notification_rule", {**body, "start_delay_in_minutes": minutes})


def acknowledge(fire: Fire) -> None:
    fire.put(status="acknowledged")


def unacknowledge(fire: Fire) -> None:
    fire.put(status="acknowledged")
    advance(fire.account, 2)
    fire.put(status="triggered")


def reopen(fire: Fire) -> None:
    fire.put(status="resolved")
    advance(fire.account, 2)
    fire.put(status="triggered")


def make_low(fire: Fire) -> None:
    fire.put(urgency="low")


def give_to_second(fire: Fire) -> None:
    fire.put(assignments=[{"assignee": {"id": fire.second["id"], "type": "user_reference"}}])


def ask_second(fire: Fire) -> None:
    path = f"{fire.path}/responder_requests"
    target = {"id": fire.second["id"], "type": "user_reference"}
    body = {"requester_id": fire.first["id"], "message": "", "responder_request_targets": [target]}
    fire.account.call("POST", path, body)
    advance(fire.account, 1)
    fire.account.call("PUT", f"{path}/cancel", {**body, "responder_request_targets": [target]})


def write_a_note(fire: Fire) -> None:
    fire.account.call("POST", f"{fire.path}/notes", {"note": {"content": "Looking"}})


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda fire: None, [("12:00", "first"), ("12:05", "first"), ("12:10", "second")]),
        (write_a_note, [("12:00", "first"), ("12:05", "first"), ("12:10", "second")]),
        (acknowledge, [("12:00", "first")]),
        (unacknowledge, [("12:00", "first"), ("12:04", "first"), ("12:09", "first"), ("12:14", "second")]),
        (reopen, [("12:00", "first"), ("12:04", "first"), ("12:09", "first"), ("12:14", "second")]),
        (make_low, [("12:00", "first"), ("12:02", "first")]),
        (give_to_second, [("12:00", "first"), ("12:02", "second")]),
        (ask_second, [("12:00", "first"), ("12:02", "second"), ("12:05", "first"), ("12:10", "second")]),
    ],
)
def test_what_happens_decides_who_is_notified(
    account: Account, act: Callable[[Fire], None], expected: list[tuple[str, str]]
) -> None:
    """The first user has rules at 0 and 5 minutes, the second at 0; something happens after two minutes."""
    fire = Fire(account)
    delay(account, fire.first, 5)
    delay(account, fire.second, 30)
    advance(account, 2)
    act(fire)
    advance(account, 15)
    assert sent(account, fire) == expected


def test_a_low_urgency_goes_by_its_own_rules(account: Account) -> None:
    fire = Fire(account, urgency="low")
    delay(account, fire.first, 3, "low")
    delay(account, fire.first, 9)
    advance(account, 5)
    fire.put(urgency="high")
    advance(account, 9)
    assert sent(account, fire) == [("12:00", "first"), ("12:03", "first"), ("12:05", "first"), ("12:14", "first")]


def test_rules_of_the_future_and_of_a_deleted_user_send_nothing(account: Account) -> None:
    fire = Fire(account)
    delay(account, fire.first, 2**31 - 1)
    assert sent(account, fire) == [("12:00", "first")]
    fire.put(status="resolved")
    account.put(f"/services/{fire.service['id']}", "service", {"escalation_policy": {"id": account.policy()["id"]}})
    state = account.get("/_sandbox/state")
    rules = [it for it in state["notification_rule"] if it["parent"] != fire.first["id"]]
    account.call("PUT", "/_sandbox/state", {**state, "notification_rule": rules})
    assert sent(account, fire) == []
