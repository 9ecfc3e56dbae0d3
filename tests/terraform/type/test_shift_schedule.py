"""Rotations of a state, as manifests of version 3 write them."""

from __future__ import annotations

from typing import Any

from tests.terraform.given import spec_of
from tests.terraform.provider import TfResource


def event(name: str, **values: Any) -> dict[str, Any]:
    return {
        "id": "E1",
        "name": name,
        "start_time": "2020-01-06T08:00:00Z",
        "end_time": "2020-01-06T16:00:00Z",
        "effective_since": "2020-01-06T00:00:00Z",
        "effective_until": None,
        "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU"],
        "assignment_strategy": [
            {
                "type": "rotating_member_assignment_strategy",
                "shifts_per_member": 2,
                "member": [{"type": "user_member", "user_id": "PUSER01"}, {"type": "empty_member", "user_id": ""}],
            }
        ],
        **values,
    }


def test_rotations_are_written_in_words_and_on_the_clock_of_the_schedule() -> None:
    ended = event("Office", effective_until="2020-06-01T00:00:00Z")
    begins, ends = "2020-01-06T17:00:00+01:00", "2020-01-07T17:00:00+01:00"
    night = event("Night", recurrence=["RRULE:FREQ=DAILY"], start_time=begins, end_time=ends)
    rotations = [{"id": "R1", "event": [ended, event("Office")]}, {"id": "R2", "event": [night]}]
    values = {"id": "PSCHED1", "name": "S", "time_zone": "Europe/Berlin", "rotation": rotations, "teams": [""]}
    spec = spec_of(TfResource("pagerduty_schedulev2", "s", values))
    assert spec.keys() == {"version", "name", "time_zone", "rotations"}
    assert spec["version"] == 3
    members = [{"id": "PUSER01"}, "unassigned"]
    assert spec["rotations"] == [
        {
            "name": "Night",
            "every": "day",
            "from": "17:00",
            "shifts_per_member": 2,
            "members": members,
            "starts": "2020-01-06",
        },
        {
            "name": "Office",
            "every": "week",
            "on": ["mon", "tue"],
            "from": "09:00",
            "to": "17:00",
            "shifts_per_member": 2,
            "members": members,
            "starts": "2020-01-06",
        },
    ]
