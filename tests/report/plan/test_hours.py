"""Times of a plan are on the clock of the object's zone, and the zone is named."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.plan import Change, Delta, Operation
from pdsync.report.plan.change_text import render_change
from pdsync.report.plan.hours import hours_lines, hours_phrase, shown_time
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "zone", "shown"),
    [
        ("2026-01-05T08:00:00Z", BERLIN, "2026-01-05 09:00 CET"),
        ("2026-07-05T08:00:00Z", BERLIN, "2026-07-05 10:00 CEST"),
        ("2026-01-05T08:00:30Z", "", "2026-01-05 08:00:30 UTC"),
        ("08:00:00", BERLIN, "08:00 Europe/Berlin"),
        ("23:59:59", "", "23:59:59"),
        ("soon", BERLIN, "soon"),
    ],
)
def test_a_time_is_on_the_clock_of_the_zone(text: str, zone: str, shown: str) -> None:
    assert shown_time(text, zone) == shown


def weekly(day: int, start: str, hours: int) -> dict[str, Any]:
    return {
        "type": "weekly_restriction",
        "start_day_of_week": day,
        "start_time_of_day": start,
        "duration_seconds": hours * 3600,
    }


DAILY = {"type": "daily_restriction", "start_time_of_day": "22:00:00", "duration_seconds": 8 * 3600}
HOURS = {"type": "fixed_time_per_day", "time_zone": "Asia/Tokyo", "start_time": "06:00:00", "end_time": "20:30:00"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (weekly(1, "08:00:00", 10), "Mon 08:00 to 18:00 (10h) Europe/Berlin"),
        (weekly(7, "18:00:00", 14), "Sun 18:00 to Mon 08:00 (14h) Europe/Berlin"),
        (weekly(5, "18:00:00", 62), "Fri 18:00 to Mon 08:00 (2d14h) Europe/Berlin"),
        (weekly(3, "18:00:00", 6), "Wed 18:00 to 00:00 (6h) Europe/Berlin"),
        (DAILY, "every day 22:00 to 06:00 the next day (8h) Europe/Berlin"),
        ({**HOURS, "days_of_week": [1, 2, 3, 4, 5, 7]}, "Mon-Fri, Sun 06:00 to 20:30 Asia/Tokyo"),
        ({**HOURS, "days_of_week": [1, 3, 4]}, "Mon, Wed, Thu 06:00 to 20:30 Asia/Tokyo"),
        ({**HOURS, "days_of_week": []}, ""),
        ({**weekly(1, "08:00:00", 10), "note": "x"}, ""),
        ({**weekly(1, "8 o'clock", 10)}, ""),
        ("08:00", ""),
    ],
)
def test_hours_are_a_phrase(value: Any, shown: str) -> None:
    assert hours_phrase(value, BERLIN) == shown


def test_restrictions_of_several_days_that_say_the_same_are_one() -> None:
    nights = [weekly(day, "18:00:00", 14) for day in (1, 2, 3, 4)]
    days = [weekly(day, "08:00:00", 10) for day in (1, 2, 3, 4, 5)]
    assert hours_lines([*nights, *days], BERLIN) == [
        "Mon-Thu 18:00 to 08:00 the next day (14h) Europe/Berlin",
        "Mon-Fri 08:00 to 18:00 (10h) Europe/Berlin",
    ]
    assert hours_lines([*nights, "x"], BERLIN) == hours_lines([], BERLIN) == []


def test_an_edit_of_a_layer_shows_no_time_of_another_clock() -> None:
    change = Change(
        "schedule/days",
        "schedule",
        Operation.UPDATE,
        "Days",
        deltas=(
            Delta("schedule_layers[Week].start", "2026-01-05T08:00:00Z", "2026-07-05T08:00:00Z"),
            Delta("schedule_layers[Week].restrictions", [weekly(1, "08:00:00", 10)], [weekly(2, "08:00:00", 10)]),
        ),
        before={"time_zone": BERLIN},
    )
    assert render_change(change, ValueWriter(), Palette())[1:] == [
        "      schedule_layers[Week].start: 2026-01-05 09:00 CET -> 2026-07-05 10:00 CEST",
        "      schedule_layers[Week].restrictions:",
        "        - Mon 08:00 to 18:00 (10h) Europe/Berlin",
        "        + Tue 08:00 to 18:00 (10h) Europe/Berlin",
    ]


def test_what_a_schedule_has_now_is_on_the_clock_that_it_has_now() -> None:
    change = Change(
        "schedule/days",
        "schedule",
        Operation.UPDATE,
        "Days",
        deltas=(
            Delta("time_zone", BERLIN, "Asia/Kolkata"),
            Delta("schedule_layers[Week].start", "2026-01-05T08:00:00Z", "2026-01-05T08:00:30Z"),
            Delta("schedule_layers[Week].restrictions", [weekly(1, "08:00:00", 10)], []),
            Delta("schedule_layers[Night].restrictions", [DAILY], [weekly(2, "08:00:00", 10)]),
        ),
        before={"time_zone": BERLIN},
        values={"time_zone": "Asia/Kolkata"},
    )
    assert render_change(change, ValueWriter(), Palette())[1:] == [
        "      time_zone: Europe/Berlin -> Asia/Kolkata",
        "      schedule_layers[Week].start: 2026-01-05 09:00 CET -> 2026-01-05 13:30:30 IST",
        "      - schedule_layers[Week].restrictions: Mon 08:00 to 18:00 (10h) Europe/Berlin",
        "      schedule_layers[Night].restrictions:",
        "        - every day 22:00 to 06:00 the next day (8h) Europe/Berlin",
        "        + Tue 08:00 to 18:00 (10h) Asia/Kolkata",
    ]
