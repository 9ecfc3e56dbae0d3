"""What is in a shift-based schedule: events of its rotations, custom shifts and overrides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.pagerduty_mcp import PagerDutyMcp


def rotation_events(mcp: PagerDutyMcp) -> None:
    days, iris, jon = _days(mcp)
    rotation = mcp.row("schedule_rotation")["id"]
    place = {"schedule_id": days, "rotation_id": rotation}
    event = {
        "name": "Office hours",
        "start_time": {"date_time": _ahead(1), "time_zone": "Europe/Paris"},
        "end_time": {"date_time": _ahead(1, 8), "time_zone": "Europe/Paris"},
        "effective_since": _ahead(1),
        "recurrence": ["RRULE:FREQ=DAILY"],
        "assignment_strategy": {
            "type": "rotating_member_assignment_strategy",
            "shifts_per_member": 2,
            "members": [_member(iris), _member(jon), {"type": "empty_member"}],
        },
    }
    made = mcp("create_schedule_v3_rotation_event", **place, event_data=event)
    assert (made["name"], made["recurrence"], made["effective_until"]) == ("Office hours", event["recurrence"], None)
    assert made["assignment_strategy"] == event["assignment_strategy"]
    one = {**place, "event_id": made["id"]}
    assert mcp("get_schedule_v3_rotation_event", **one) == made
    change = {**event, "name": "Days", "effective_until": _ahead(60)}
    changed = mcp("update_schedule_v3_rotation_event", **one, event_data=change)
    assert (changed["id"], changed["name"]) == (made["id"], "Days")
    assert changed["effective_until"] is not None
    gone = mcp("create_schedule_v3_rotation_event", **place, event_data={**event, "effective_since": _ahead(90)})["id"]
    assert [it["id"] for it in mcp("list_schedule_v3_rotation_events", **place)] == [made["id"], gone]
    mcp("delete_schedule_v3_rotation_event", **place, event_id=gone)
    assert [it["id"] for it in mcp.rows("schedule_event")] == [made["id"]]
    said = mcp.refused("create_schedule_v3_rotation_event", **place, event_data={**event, "recurrence": []})
    assert "Invalid Request" in said


def shift_overrides(mcp: PagerDutyMcp) -> None:
    days, iris, jon = _days(mcp)
    period = {"schedule_id": days, "since": _ahead(0), "until": _ahead(10)}
    shift = {"start_time": _ahead(2), "end_time": _ahead(2, 8), "assignments": [{"member": _member(jon)}]}
    one, gone = (
        it["id"] for it in mcp("create_schedule_v3_custom_shifts", schedule_id=days, custom_shifts=[shift] * 2)
    )
    assert mcp("get_schedule_v3_custom_shift", schedule_id=days, custom_shift_id=one)["assignments"][0][
        "member"
    ] == _member(jon)
    longer = {"type": "custom_shift", **shift, "end_time": _ahead(2, 9)}
    mcp("update_schedule_v3_custom_shift", schedule_id=days, custom_shift_id=one, shift_data=longer)
    mcp("delete_schedule_v3_custom_shift", schedule_id=days, custom_shift_id=gone)
    assert [it["id"] for it in mcp("list_schedule_v3_custom_shifts", **period)] == [one]

    times = {"start_time": _ahead(1, 1), "end_time": _ahead(1, 2)}
    members = {"overridden_member": _member(iris), "overriding_member": _member(jon)}
    rotation = mcp.row("schedule_rotation")["id"]
    overrides = [
        {"rotation_id": rotation, **times, **members},
        {"custom_shift_id": one, "start_time": _ahead(2, 1), "end_time": _ahead(2, 2), **members},
    ]
    kept, other = (it["id"] for it in mcp("create_schedule_v3_overrides", schedule_id=days, overrides=overrides))
    shown = mcp("get_schedule_v3_override", schedule_id=days, override_id=kept)
    assert (shown["rotation_id"], shown["overriding_member"]) == (rotation, _member(jon))
    change = {
        "start_time": _ahead(1, 1),
        "end_time": _ahead(1, 3),
        "overridden_member_type": "user_member",
        "overridden_member_user_id": iris,
        "overriding_member_type": "empty_member",
    }
    changed = mcp("update_schedule_v3_override", schedule_id=days, override_id=kept, **change)
    assert changed["overriding_member"] == {"type": "empty_member"}
    mcp("delete_schedule_v3_override", schedule_id=days, override_id=other)
    assert [it["id"] for it in mcp("list_schedule_v3_overrides", **period)] == [kept]


def _days(mcp: PagerDutyMcp) -> tuple[str, ...]:
    """Ids of the schedule and of two users."""
    return (
        mcp.row("schedule_v3", name="Days")["id"],
        *(mcp.row("user", name=name)["id"] for name in ("Iris Lane", "Jon Lane")),
    )


def _member(user: str) -> dict[str, Any]:
    return {"type": "user_member", "user_id": user}


def _ahead(days: int, hours: int = 0) -> str:
    return (datetime.now(UTC).replace(microsecond=0) + timedelta(days=days, hours=hours)).isoformat()
