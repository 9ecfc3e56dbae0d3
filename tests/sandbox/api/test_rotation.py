from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.account import Account
from tests.sandbox.shifts import event_body, rotation, shift_schedule


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def test_rotations_come_and_go(account: Account) -> None:
    path = shift_schedule(account)
    one = account.call("POST", f"{path}/rotations").json()["rotation"]
    again = account.call("POST", f"{path}/rotations", {}).json()["rotation"]
    assert (one["type"], one["events"]) == ("schedule_rotation", [])
    assert account.get(f"{path}/rotations")["rotations"] == [one, again]
    assert account.get(f"{path}/rotations/{again['id']}")["rotation"] == again
    assert account.get(path)["schedule"]["rotations"] == [one, again]
    account.refused("POST", f"{path}/rotations", {"rotation": {"events": []}})
    account.delete(f"{path}/rotations/{one['id']}")
    for _ in range(9):
        account.call("POST", f"{path}/rotations")
    assert list(account.refused("POST", f"{path}/rotations")["errors"]) == ["rotation"]
    account.delete(path)
    assert "schedule_rotation" not in account.get("/_sandbox/state")


def test_a_deleted_rotation_keeps_only_its_past(account: Account) -> None:
    user, schedule = account.user(), shift_schedule(account)
    path = rotation(account, schedule)
    account.post(f"{path}/events", "event", event_body(user, name="Running", effective_until="2026-05-01T00:00:00Z"))
    account.post(f"{path}/events", "event", event_body(user, name="To come", effective_since="2026-05-01T00:00:00Z"))
    account.clock.forward(hours=1)
    account.delete(path)
    assert account.get(schedule)["schedule"]["rotations"] == []
    for method, below in (("GET", ""), ("DELETE", ""), ("GET", "/events"), ("POST", "/events")):
        account.refused(method, path + below, {"event": event_body(user)} if method == "POST" else None, status=404)
    stored = account.get("/_sandbox/state")["schedule_event"]
    assert [(it["name"], it["effective_until"]) for it in stored] == [("Running", "2026-03-02T13:00:07Z")]
    for _ in range(10):
        rotation(account, schedule)
    account.delete(schedule)
    assert "schedule_event" not in account.get("/_sandbox/state")
    assert account.server.control.breaks() == []
