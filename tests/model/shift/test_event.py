"""Shifts in time, turns, and when they change."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pdsync.model import Ref
from pdsync.model.shift.event import ShiftEvent, read_event

ZONE = "Europe/Berlin"
ANA, BEN, CAI = (Ref("user", "key", name) for name in ("ana", "ben", "cai"))


def event(**more: Any) -> dict[str, Any]:
    return {
        "name": "Office",
        "start_time": "2026-03-02T09:00",
        "end_time": "2026-03-02T17:00",
        "time_zone": ZONE,
        "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
        "effective_since": "2026-03-01T00:00:00Z",
        "effective_until": None,
        "assignment": "rotating",
        "shifts_per_member": 5,
        "members": [ANA, BEN, CAI],
        **more,
    }


DAYS: dict[str, Any] = {
    "recurrence": ["RRULE:FREQ=DAILY"],
    "end_time": "2026-03-03T09:00",
    "shifts_per_member": 1,
}
HOURS: dict[str, Any] = {
    "start_time": "2026-03-02T00:00",
    "end_time": "2026-03-02T01:00",
    "recurrence": ["RRULE:FREQ=HOURLY"],
    "shifts_per_member": 1,
}


def at(text: str, zone: str = ZONE) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def said(moment: int | None, zone: str = ZONE) -> str:
    return "" if moment is None else f"{datetime.fromtimestamp(moment, ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def whose_turn(read: ShiftEvent, moment: int) -> Ref | None:
    """The member of the last shift that has begun, else of the first one to come."""
    begun = [shift for shift in read.shifts(moment - 2 * 366 * 86_400, moment + 1) if shift.start <= moment]
    shift = begun[-1] if begun else read.next_shift(moment)
    assert shift is not None
    return read.members[shift.positions[0]]


@pytest.mark.parametrize(
    ("more", "moment", "member", "change"),
    [
        # The turn of a week goes on between its shifts, and the next one begins with its first shift.
        ({}, "2026-03-02T08:00", ANA, "2026-03-02T09:00"),
        ({}, "2026-03-02T09:00", ANA, "2026-03-09T09:00"),
        ({}, "2026-03-04T20:00", ANA, "2026-03-09T09:00"),
        ({}, "2026-03-07T12:00", ANA, "2026-03-09T09:00"),
        ({}, "2026-03-09T09:00", BEN, "2026-03-16T09:00"),
        ({}, "2026-04-20T10:00", BEN, "2026-04-27T09:00"),
        # Clocks go forward on 29 March: the hand-off keeps its time on the wall.
        (DAYS, "2026-03-29T10:00", ANA, "2026-03-30T09:00"),
        # The end of the event is a change, and after it there is none.
        ({"effective_until": "2026-03-05T11:00:00Z"}, "2026-03-04T12:00", ANA, "2026-03-05T12:00"),
        ({"effective_until": "2026-03-05T11:00:00Z"}, "2026-03-05T12:00", ANA, ""),
        # Before it counts: the shift that is under way then begins with it.
        ({"effective_since": "2026-03-10T11:00:00Z"}, "2026-03-08T12:00", ANA, "2026-03-10T12:00"),
        ({"effective_since": "2026-03-10T11:00:00Z"}, "2026-03-10T13:00", BEN, "2026-03-16T09:00"),
        # Every member at once: each shift is a turn.
        ({"assignment": "every"}, "2026-03-02T10:00", ANA, "2026-03-03T09:00"),
        # One member only: turns change even so.
        ({"members": [BEN]}, "2026-03-04T20:00", BEN, "2026-03-09T09:00"),
        ({"members": [None, BEN], **DAYS}, "2026-03-02T10:00", None, "2026-03-03T09:00"),
        ({"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}, "2027-03-02T10:00", ANA, ""),
        ({"recurrence": ["RRULE:FREQ=YEARLY"], "shifts_per_member": 1}, "2026-06-02T10:00", ANA, "2027-03-02T09:00"),
        # An excluded day has no number: the turn lasts a day longer.
        (
            {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "EXDATE:20260304T090000"]},
            "2026-03-09T10:00",
            ANA,
            "2026-03-10T09:00",
        ),
    ],
)
def test_turns(more: dict[str, Any], moment: str, member: Ref | None, change: str) -> None:
    read = read_event(event(**more), "Etc/UTC")
    assert whose_turn(read, at(moment)) == member
    assert said(read.next_change(at(moment))) == change


@pytest.mark.parametrize(
    ("zone", "before", "hours"),
    [
        ("Europe/Berlin", "2026-03-28T00:00", 23),
        ("Europe/Berlin", "2026-10-24T00:00", 25),
        ("America/New_York", "2026-03-07T00:00", 23),
        ("Australia/Sydney", "2026-04-04T00:00", 25),
        ("Australia/Lord_Howe", "2026-10-03T00:00", 23.5),
        ("Asia/Kathmandu", "2026-03-28T00:00", 24),
    ],
)
def test_hourly_shifts_leave_no_hole_where_clocks_change(zone: str, before: str, hours: float) -> None:
    value = event(**{**HOURS, "time_zone": zone, "effective_since": None})
    since = at(before, zone) + 86_400
    until = since + int(hours * 3600)
    pieces = list(read_event(value, zone).effective(since, until))
    assert said(until, zone).endswith("T00:00")
    assert pieces[0][0] == since
    assert max(end for _, end, _ in pieces) == until
    reached = since
    for start, end, _ in pieces:
        assert start <= reached
        reached = max(reached, end)
    # A shift of which the clocks skip all keeps its number: the turns are those of the hours on the wall.
    assert pieces[-1][2].number - pieces[0][2].number == 23


def test_a_shift_is_cut_where_its_event_begins_and_ends() -> None:
    value = event(effective_since="2026-03-02T10:00:00Z", effective_until="2026-03-03T10:00:00Z")
    pieces = [
        (said(start), said(end), shift.number)
        for start, end, shift in read_event(value, ZONE).effective(at("2026-01-01T00:00"), at("2027-01-01T00:00"))
    ]
    assert pieces == [("2026-03-02T11:00", "2026-03-02T17:00", 0), ("2026-03-03T09:00", "2026-03-03T11:00", 1)]


def test_the_next_shift_begins_at_the_change_of_turn() -> None:
    read = read_event(event(), ZONE)
    change = read.next_change(at("2026-03-04T12:00"))
    assert change is not None
    shift = read.next_shift(change)
    assert shift is not None
    assert (f"{shift.wall:%Y-%m-%dT%H:%M}", shift.positions) == ("2026-03-09T09:00", (1,))
    assert read_event(event(recurrence=["RRULE:FREQ=DAILY;COUNT=1"]), ZONE).next_shift(change) is None


def test_the_zone_of_the_schedule_counts_where_the_event_has_none() -> None:
    value = event(time_zone=None)
    (start, _, _), *_ = read_event(value, "Asia/Kathmandu").effective(at("2026-03-01T00:00"), at("2026-03-03T00:00"))
    assert said(start, "Asia/Kathmandu") == "2026-03-02T09:00"


def test_the_hours_are_known_where_the_date_of_the_first_shift_is_open() -> None:
    value = event(start_time="T17:00", end_time="+1T09:00", recurrence=["RRULE:FREQ=WEEKLY;BYDAY=FR"])
    (start, end, _), *_ = read_event(value, ZONE).effective(at("2026-03-04T00:00"), at("2026-03-09T00:00"))
    assert (said(start), said(end)) == ("2026-03-06T17:00", "2026-03-07T09:00")


@pytest.mark.parametrize("more", [{"end_time": "2026-03-02T09:00"}, {"start_time": "today"}, {"recurrence": []}])
def test_what_cannot_be_an_event_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_event(event(**more), ZONE)
