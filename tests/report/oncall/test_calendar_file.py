"""Shifts as a calendar that programs can read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pdsync.model import Ref
from pdsync.oncall.shift import Shift
from pdsync.report.oncall.calendar_file import render_calendar

NOON = 1_767_614_400
SHIFT = Shift(NOON, NOON + 3600, Ref("user", "id", "PANA"), "Week")


def test_a_shift_is_an_event_with_the_same_uid_each_time() -> None:
    text = render_calendar("On call", [("Days; all, of them", "Ana", SHIFT)], NOON)
    assert "DTSTART:20260105T120000Z\r\nDTEND:20260105T130000Z\r\n" in text
    assert "SUMMARY:Ana on call: Days\\; all\\, of them\r\n" in text
    again = render_calendar("On call", [("Days; all, of them", "Ana", SHIFT)], NOON + 60)
    uids = [[line for line in each.splitlines() if line.startswith("UID")] for each in (text, again)]
    assert uids[0] == uids[1]


@given(st.text())
def test_no_line_is_longer_than_programs_take(name: str) -> None:
    text = render_calendar(name, [(name, name, SHIFT)], NOON)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in "".join(lines)
    assert lines[-2:] == ["END:VCALENDAR", ""]
