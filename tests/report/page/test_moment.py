"""Instants and lengths of time as a page shows them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.report.page.moment import days_between, shown_date, shown_hours, shown_moment, shown_span, zone_of

MOMENT = int(datetime(2026, 11, 30, 8, 30, tzinfo=UTC).timestamp())


def test_a_moment_is_in_its_zone() -> None:
    berlin = zone_of("Europe/Berlin")
    assert shown_moment(MOMENT, berlin) == "Mon 30 Nov 09:30"
    assert shown_date(MOMENT, berlin) == "Monday, 30 November 2026, 09:30 CET"
    assert shown_span(MOMENT, MOMENT + 3600, UTC) == "Mon 30 Nov 08:30 to Mon 30 Nov 09:30 UTC"
    assert shown_moment(MOMENT, zone_of("No/Where")) == "Mon 30 Nov 08:30"


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0 h"), (27_000, "7.5 h"), (3600, "1 h"), (482_400, "134 h")])
def test_hours_are_finer_where_they_are_few(seconds: int, shown: str) -> None:
    assert shown_hours(seconds) == shown


def test_days_are_those_of_the_zone_with_the_hour_that_the_clock_skips() -> None:
    since = int(datetime(2026, 3, 28, 23, tzinfo=UTC).timestamp())
    days = list(days_between("Europe/Berlin", since, since + 3 * 86_400))
    assert [(end - start) // 3600 for start, end, _ in days] == [23, 24, 24, 1]
    assert [date.day for _, _, date in days] == [29, 30, 31, 1]
