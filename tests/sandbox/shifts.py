"""Shift-based schedules that tests of the sandbox make."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account

PATH = "/v3/schedules"


def shift_schedule(account: Account, **fields: Any) -> str:
    """Makes one in Berlin, and gives its path."""
    body = {"name": account.name("Shifts"), "time_zone": "Europe/Berlin", **fields}
    return f"{PATH}/{account.post(PATH, 'schedule', body)['id']}"


def rotation(account: Account, schedule: str) -> str:
    """Makes one, and gives its path."""
    answer = account.call("POST", f"{schedule}/rotations")
    assert answer.status_code == 201, answer.text
    return f"{schedule}/rotations/{answer.json()['rotation']['id']}"


def member(user: Any) -> dict[str, Any]:
    """None is the empty member."""
    return {"type": "user_member", "user_id": user["id"]} if user is not None else {"type": "empty_member"}


def rotating(*users: Any, shifts_per_member: int = 1) -> dict[str, Any]:
    return {
        "type": "rotating_member_assignment_strategy",
        "shifts_per_member": shifts_per_member,
        "members": [member(it) for it in users],
    }


def every(*users: Any) -> dict[str, Any]:
    return {"type": "every_member_assignment_strategy", "members": [member(it) for it in users]}


def event_body(*users: Any, **fields: Any) -> dict[str, Any]:
    """Shifts from nine to five in Berlin on every day, from the Monday of the test clock, which stands at noon in UTC."""
    return {
        "name": "Office",
        "start_time": berlin("2026-03-02T09:00:00+01:00"),
        "end_time": berlin("2026-03-02T17:00:00+01:00"),
        "effective_since": "2026-03-02T00:00:00Z",
        "effective_until": None,
        "recurrence": ["RRULE:FREQ=DAILY"],
        "assignment_strategy": rotating(*users),
        **fields,
    }


def berlin(date_time: str) -> dict[str, str]:
    return {"date_time": date_time, "time_zone": "Europe/Berlin"}
