"""Stretches of an impact, on the clock of a schedule and of the reader."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.model import Ref
from pdsync.model.instant import load_zone
from pdsync.oncall.impact import Impact
from pdsync.report.impact.impact_clock import ImpactClock, hours_text

DAYS = Ref("schedule", "id", "P1")
START = int(datetime(2026, 11, 29, tzinfo=UTC).timestamp())
HOUR = 3600
IMPACT = Impact(START, START + 14 * 24 * HOUR, True, zones={DAYS: "Europe/Berlin"})


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (START + HOUR, START + 9 * HOUR, "Sun 29 Nov 02:00 - 10:00 CET"),
        (START + HOUR, START + 25 * HOUR, "Sun 29 Nov 02:00 - Mon 30 Nov 02:00 CET"),
        (START, START + HOUR, "now until Sun 29 Nov 02:00 CET"),
        (START + HOUR, IMPACT.until, "from Sun 29 Nov 02:00 CET on"),
        (START, IMPACT.until, "from now on"),
        (IMPACT.until + HOUR, IMPACT.until + 2 * HOUR, "Sun 13 Dec 02:00 - 03:00 CET"),
    ],
)
def test_what_begins_or_ends_with_the_look_ahead_has_no_such_end(start: int, end: int, shown: str) -> None:
    assert ImpactClock(IMPACT).span(DAYS, start, end) == shown


def test_the_readers_times_are_in_brackets_where_they_differ() -> None:
    reader = ImpactClock(IMPACT, load_zone("Asia/Tokyo"))
    assert reader.span(DAYS, START + HOUR, START + 2 * HOUR) == (
        "Sun 29 Nov 02:00 - 03:00 CET (Sun 29 Nov 10:00 - 11:00 JST)"
    )
    same = ImpactClock(IMPACT, load_zone("Europe/Berlin"))
    assert same.span(DAYS, START + HOUR, START + 2 * HOUR) == "Sun 29 Nov 02:00 - 03:00 CET"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 h"), (30, "less than a minute"), (1200, "20 min"), (30_600, "8 h 30 min"), (86_400, "24 h")],
)
def test_hours_have_as_many_minutes_as_there_are(seconds: int, shown: str) -> None:
    assert hours_text(seconds) == shown
