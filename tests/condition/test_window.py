"""Windows of time go by the clock on the wall, over midnight and through changes of the clocks."""

from __future__ import annotations

from datetime import datetime

import pytest

from pdsync.condition import Facts, evaluate, parse

ENDS, BEGINS = "2021-11-07", "2021-03-14"
"""The Sundays on which daylight saving time ends and begins in New York; the tables are PagerDuty's."""


def is_open(window: str, at: str) -> bool | None:
    return evaluate(parse(f"now in {window}"), Facts({}, now=datetime.fromisoformat(f"{at}+00:00"))).result


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (f"{ENDS}T05:00", False), (f"{ENDS}T05:30", True), (f"{ENDS}T06:00", False), (f"{ENDS}T06:15", False),
        (f"{ENDS}T06:30", True), (f"{ENDS}T07:00", True), (f"{ENDS}T08:00", True), (f"{ENDS}T08:30", False),
        (f"{BEGINS}T05:00", False), (f"{BEGINS}T06:00", False), (f"{BEGINS}T06:30", True), (f"{BEGINS}T06:59", True),
        (f"{BEGINS}T07:00", True), (f"{BEGINS}T07:15", True), (f"{BEGINS}T07:30", False), (f"{BEGINS}T08:00", False),
    ],
)  # fmt: skip
def test_the_clock_on_the_wall_counts(at: str, expected: bool) -> None:
    assert is_open("Sun 01:30:00 to 03:15:00 America/New_York", at) is expected


@pytest.mark.parametrize(
    ("window", "at", "expected"),
    [
        # 2022-01-05 is a Wednesday. An end before the start is on the next day.
        ("Wed 22:00:00 to 08:00:00 Etc/UTC", "2022-01-05T21:59:59", False),
        ("Wed 22:00:00 to 08:00:00 Etc/UTC", "2022-01-05T22:00:00", True),
        ("Wed 22:00:00 to 08:00:00 Etc/UTC", "2022-01-06T08:00:00", True),
        ("Wed 22:00:00 to 08:00:00 Etc/UTC", "2022-01-06T08:00:01", False),
        ("Wed 22:00:00 to 08:00:00 Etc/UTC", "2022-01-05T07:00:00", False),
        ("Sun 22:00:00 to 08:00:00 Etc/UTC", "2022-01-03T07:00:00", True),
        # Equal times are a whole day.
        ("Sat,Sun 12:00:00 to 12:00:00 Etc/UTC", "2022-01-08T11:59:59", False),
        ("Sat,Sun 12:00:00 to 12:00:00 Etc/UTC", "2022-01-08T12:00:00", True),
        ("Sat,Sun 12:00:00 to 12:00:00 Etc/UTC", "2022-01-10T11:59:59", True),
        ("Sat,Sun 12:00:00 to 12:00:00 Etc/UTC", "2022-01-10T12:00:01", False),
        # The day is the day there.
        ("Thu 00:00:00 to 02:00:00 Asia/Tokyo", "2022-01-05T15:30:00", True),
    ],
)
def test_a_window_begins_on_its_days(window: str, at: str, expected: bool) -> None:
    assert is_open(window, at) is expected
