from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import NOON, Account
from tests.sandbox.shifts import custom_shift, member, override, shift_schedule


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module")
def user(account: Account) -> Any:
    return account.user()


@pytest.fixture
def shifts(account: Account) -> Iterator[str]:
    """The path of the custom shifts of a new schedule."""
    account.clock.moment = NOON
    yield f"{shift_schedule(account)}/custom_shifts"
    assert account.server.control.breaks() == []


def _body(user: Any, **fields: Any) -> dict[str, Any]:
    return {
        "type": "custom_shift",
        "start_time": "2026-03-03T09:00:00Z",
        "end_time": "2026-03-03T17:00:00Z",
        "assignments": [{"type": "shift_assignment", "member": member(user)}],
        **fields,
    }


def test_shifts_are_made_read_changed_and_deleted(account: Account, user: Any, shifts: str) -> None:
    one, empty = account.post(shifts, "custom_shifts", [_body(user), _body(None)])
    [assignment] = one["assignments"]
    assert {**_body(user), "assignments": [{**_body(user)["assignments"][0], "id": assignment["id"]}]} == {
        name: one[name] for name in _body(user)
    }
    assert empty["assignments"][0]["member"] == {"type": "empty_member"}
    path = f"{shifts}/{one['id']}"
    assert account.get(path)["custom_shift"] == one
    query = "since=2026-03-03T10:00:00Z&until=2026-03-05T00:00:00Z&time_zone=UTC"
    assert account.get(f"{shifts}?{query}&overflow=true")["custom_shifts"] == [one, empty]
    assert account.get(f"{shifts}?{query}")["custom_shifts"][0]["start_time"] == "2026-03-03T10:00:00Z"

    change = {"end_time": "2026-03-03T18:00:00Z"}
    assert account.put(path, "custom_shift", {**_body(user), **change}) == {**one, **change}
    account.delete(path)
    account.refused("GET", path, status=404)


def test_a_shift_that_has_begun_can_only_end(account: Account, user: Any, shifts: str) -> None:
    schedule = shifts.removesuffix("/custom_shifts")
    one, other = (custom_shift(account, schedule, "2026-03-02T14:00", "2026-03-02T20:00", user) for _ in range(2))
    account.clock.forward(hours=2)
    path = f"{shifts}/{one['id']}"
    for name, value in (
        ("start_time", "2026-03-02T13:30:00Z"),
        ("assignments", [{"type": "shift_assignment", "member": member(None)}]),
    ):
        account.refused("PUT", path, {"custom_shift": {name: value}})
    account.put(path, "custom_shift", {**one, "end_time": "2026-03-02T15:00:00Z"})
    late = override(account, schedule, other, "2026-03-02T18:00", "2026-03-02T20:00", user, None)
    account.delete(f"{shifts}/{other['id']}")
    assert account.get(f"{shifts}/{other['id']}")["custom_shift"]["end_time"] == "2026-03-02T14:00:07Z"
    account.refused("GET", f"{schedule}/overrides/{late['id']}", status=404)
    account.clock.forward(days=1)
    for method, body in (("PUT", {"custom_shift": {}}), ("DELETE", None)):
        assert list(account.refused(method, path, body)["errors"]) == ["custom_shifts"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "shift"}, "type"),
        ({"start_time": None}, "start_time"),
        ({"end_time": "2026-03-03T09:00:00Z"}, "end_time"),
        ({"start_time": "2026-03-01T09:00:00Z", "end_time": "2026-03-01T10:00:00Z"}, "end_time"),
        ({"assignments": []}, "assignments"),
        ({"assignments": [{"type": "shift_assignment", "member": member(None)}] * 2}, "assignments"),
        ({"assignments": [{"type": "assignment", "member": member(None)}]}, "assignments.type"),
        ({"assignments": [{"type": "shift_assignment"}]}, "assignments.member"),
    ],
)
def test_what_is_wrong_is_refused_by_its_path(
    account: Account, user: Any, shifts: str, fields: dict[str, Any], field: str
) -> None:
    error = account.refused("POST", shifts, {"custom_shifts": [_body(user, **fields)]})
    assert list(error["errors"]) == [f"custom_shifts[0].{field}"]


def test_only_a_list_that_is_not_empty_is_taken(account: Account, shifts: str) -> None:
    for body in ({}, {"custom_shifts": []}, {"custom_shifts": {}}, {"custom_shifts": ["x"]}):
        assert list(account.refused("POST", shifts, body)["errors"]) == ["custom_shifts"]
