"""Calendars of days off: what is read of them, and what is wrong with one, by line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.oncall.calendar_text import CalendarError
from pdsync.oncall.holiday_calendar import read_holidays

YEAR_2027 = (1_798_761_600, 1_830_297_600)


def calendar(*events: str, head: str = "VERSION:2.0") -> str:
    body = "\n".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT" for event in events)
    return f"BEGIN:VCALENDAR\n{head}\n{body}\nEND:VCALENDAR\n"


def spans(text: str, zone: str = "Europe/Berlin", since: int = YEAR_2027[0], until: int = YEAR_2027[1]) -> list[str]:
    found = [span for holiday in read_holidays(text) for span in holiday.spans(zone, since, until)]
    shown = [[datetime.fromtimestamp(it, UTC).strftime("%Y-%m-%dT%H:%M") for it in span] for span in sorted(found)]
    return [" ".join(each) for each in shown]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20270106", ["2027-01-05T23:00 2027-01-06T23:00"]),
        ("DTSTART;VALUE=DATE:20270106\nDTEND;VALUE=DATE:20270108", ["2027-01-05T23:00 2027-01-07T23:00"]),
        ("DTSTART;VALUE=DATE:20270106\nDURATION:P2D", ["2027-01-05T23:00 2027-01-07T23:00"]),
        # The day on which the clocks go forward has 23 hours.
        ("DTSTART;VALUE=DATE:20270328", ["2027-03-27T23:00 2027-03-28T22:00"]),
        ("DTSTART:20270106T120000Z\nDTEND:20270106T160000Z", ["2027-01-06T12:00 2027-01-06T16:00"]),
        ("DTSTART:20270106T120000\nDTEND:20270106T160000", ["2027-01-06T11:00 2027-01-06T15:00"]),
        (
            "DTSTART;TZID=America/New_York:20270106T120000\nDTEND;TZID=America/New_York:20270106T160000",
            ["2027-01-06T17:00 2027-01-06T21:00"],
        ),
        ("DTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY", ["2027-12-24T23:00 2027-12-25T23:00"]),
        ("DTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY;UNTIL=20261231T000000Z", []),
        ("DTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY;UNTIL=20271225", ["2027-12-24T23:00 2027-12-25T23:00"]),
        ("DTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20271225", []),
        (
            "DTSTART;VALUE=DATE:20260105\nRDATE;VALUE=DATE:20270104,20270111",
            ["2027-01-03T23:00 2027-01-04T23:00", "2027-01-10T23:00 2027-01-11T23:00"],
        ),
        ("DTSTART;VALUE=DATE:20270106\nSTATUS:CANCELLED", []),
        ("DTSTART;VALUE=DATE:20260106", []),
    ],
)  # fmt: skip
def test_when_a_day_off_is(event: str, expected: list[str]) -> None:
    assert spans(calendar(f"SUMMARY:Off\n{event}")) == expected


def test_a_whole_day_is_one_of_the_zone_of_the_person() -> None:
    text = calendar("DTSTART;VALUE=DATE:20270106")
    assert spans(text, "Asia/Tokyo") == ["2027-01-05T15:00 2027-01-06T15:00"]
    assert spans(text, "America/New_York") == ["2027-01-06T05:00 2027-01-07T05:00"]


def test_an_occurrence_that_was_moved_is_not_there_twice() -> None:
    text = calendar(
        "UID:a\nDTSTART;VALUE=DATE:20260104\nRRULE:FREQ=YEARLY",
        "UID:a\nRECURRENCE-ID;VALUE=DATE:20270104\nDTSTART;VALUE=DATE:20270105",
    )
    assert spans(text) == ["2027-01-04T23:00 2027-01-05T23:00"]


def test_an_event_without_attendees_names_no_one() -> None:
    assert [holiday.people for holiday in read_holidays(calendar("DTSTART;VALUE=DATE:20270106"))] == [()]


def test_name_and_people() -> None:
    (holiday,) = read_holidays(
        calendar(
            "SUMMARY:Ana\\, on\n  leave\nDTSTART;VALUE=DATE:20270106\nATTENDEE;CN=Ana:mailto:Ana@Example.com"
        ).replace("\n", "\r\n")
    )
    assert (holiday.name, holiday.people) == ("Ana, on leave", ("ana@example.com",))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "the file is empty"),
        ("<html>", 1, "is not a line of an iCalendar file"),
        ("VERSION:2.0\n", 1, "is not an iCalendar file"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nholidays of 2027\nEND:VCALENDAR\n", 3, "is not a line of an iCalendar file"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", 3, "BEGIN:VEVENT on line 2 has no end yet"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270106\n", 3, "the file ends before the END:VEVENT of line 2"),
        (calendar("SUMMARY:Off"), 3, "the event has no DTSTART"),
        (calendar("SUMMARY:Off\nDTSTART;VALUE=DATE:2027-01-06"), 5, "DTSTART cannot be read"),
        (calendar("DTSTART;VALUE=DATE:20270106", "DTSTART:20271306T000000"), 7, "DTSTART cannot be read"),
        (calendar("DTSTART;VALUE=DATE:20270106\nDTEND;VALUE=DATE:20270105"), 5, "ends before it begins"),
        (calendar("DTSTART;TZID=Europe/Atlantis:20270106T090000"), 4, "'Europe/Atlantis' is not a time zone"),
        (calendar("DTSTART;VALUE=DATE:20270106\nRRULE:FREQ=FORTNIGHTLY"), 5, "RRULE cannot be read"),
        (calendar("DTSTART:20270106T000000\nRRULE:COUNT=3"), 5, "FREQ= does not repeat by days"),
        (calendar("DTSTART:20270106\nDTSTART:20270107"), 4, "the event has DTSTART twice"),
        (calendar("DTSTART;VALUE=DATE:20270106\nDTEND:P1D"), 5, "DTEND is not a date"),
        (calendar("DTSTART:20270106T000000\nRRULE:FREQ=HOURLY"), 5, "FREQ=HOURLY does not repeat by days"),
        (calendar("DTSTART;VALUE=DATE:20270106\nRRULE:FREQ=YEARLY\nRRULE:FREQ=DAILY"), 5, "the event has RRULE twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(CalendarError) as error:
        spans(text)
    assert (error.value.line, says in error.value.message) == (line, True), error.value.message
