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


def override(account: Account, schedule: str, place: Any, start: str, end: str, relieved: Any, takes_over: Any) -> Any:
    """Makes one in Berlin's winter time. ``place`` is the path of a rotation, or a custom shift."""
    name = {"rotation_id": place.rpartition("/")[2]} if isinstance(place, str) else {"custom_shift_id": place["id"]}
    members = {"overridden_member": member(relieved), "overriding_member": member(takes_over)}
    body = {"type": "override_shift", **name, **_period(start, end), **members}
    return account.post(f"{schedule}/overrides", "overrides", [body])[0]


def custom_shift(account: Account, schedule: str, start: str, end: str, user: Any) -> Any:
    """Makes one in Berlin's winter time."""
    assignment = {"type": "shift_assignment", "member": member(user)}
    body = {"type": "custom_shift", **_period(start, end), "assignments": [assignment]}
    return account.post(f"{schedule}/custom_shifts", "custom_shifts", [body])[0]


def final_shifts(account: Account, schedule: str, since: str, until: str, **query: str) -> list[Any]:
    """The shifts of the final schedule. A day is its midnight in Berlin's winter time."""
    since, until = (f"{it}T00:00:00+01:00" if len(it) == 10 else it for it in (since, until))
    parameters = {"include[]": "final_schedule", "since": since, "until": until, **query}
    answer = account.get(schedule, params=parameters)
    return list(answer["schedule"]["final_schedule"]["computed_shift_assignments"])


def final(account: Account, schedule: str, since: str, until: str, **query: str) -> list[tuple[str, str, str | None]]:
    """The same as start and end in the schedule's zone, without the year, and the id of the user."""
    return [
        (_short(it["start_time"]), _short(it["end_time"]), it["member"].get("user_id"))
        for it in final_shifts(account, schedule, since, until, **query)
    ]


def _period(start: str, end: str) -> dict[str, str]:
    return {"start_time": f"{start}:00+01:00", "end_time": f"{end}:00+01:00"}


def _short(moment: str) -> str:
    return moment[5:16].replace("T", " ")
