"""Rotations in plans, in the words of a manifest."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.report.plan.field_codec import find_codec
from pdsync.report.plan.value import ValueWriter

_WRITER = ValueWriter(zone="Europe/Berlin", width=200)
_ANA = Ref("user", "key", "ana")


def _event(**more: Any) -> dict[str, Any]:
    times = {"start_time": "T17:00", "end_time": "+1T09:00", "time_zone": "Europe/Berlin"}
    who = {"assignment": "rotating", "shifts_per_member": 1, "members": [_ANA, None]}
    return {"name": "nights", **times, "recurrence": ["RRULE:FREQ=DAILY"], **who, **more}


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        ({}, "every: day, from: 17:00 Europe/Berlin, to: 09:00 Europe/Berlin, members: [user/ana, unassigned]"),
        (
            {"time_zone": "Asia/Tokyo", "assignment": "every", "members": [_ANA]},
            "every: day, from: 17:00 Asia/Tokyo, to: 09:00 Asia/Tokyo, assign: every, members: [user/ana]",
        ),
        (
            {
                "start_time": "2026-12-07T17:00",
                "end_time": "2026-12-08T09:00",
                "effective_until": "2027-01-01T08:00:00Z",
            },
            "every: day, from: 17:00 Europe/Berlin, to: 09:00 Europe/Berlin, starts: 2026-12-07, "
            "until: 2027-01-01 09:00 CET, members: [user/ana, unassigned]",
        ),
        (
            {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU"], "shifts_per_member": 2, "members": [_ANA]},
            "every: week, on: [mon, tue], from: 17:00 Europe/Berlin, to: 09:00 Europe/Berlin, shifts_per_member: 2, members: [user/ana]",
        ),
    ],
)
def test_a_rotation_reads_as_it_is_written(event: dict[str, Any], shown: str) -> None:
    rotation = {"name": "nights", "events": [_event(**event)]}
    assert _WRITER.inline([rotation], find_codec("schedule_v3", "rotations")) == f"[{{name: nights, {shown}}}]"


def test_several_events_stay_below_their_rotation() -> None:
    rotation = {"name": "nights", "events": [_event(name="old"), _event()]}
    shown = _WRITER.inline([rotation], find_codec("schedule_v3", "rotations"))
    assert shown.startswith("[{name: nights, events: [{name: old, every: day, ")


def test_what_only_has_the_same_names_stays() -> None:
    assert (
        _WRITER.inline({"name": "hook", "events": ["incident.triggered"]})
        == "{name: hook, events: [incident.triggered]}"
    )
