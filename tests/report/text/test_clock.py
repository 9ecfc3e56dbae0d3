"""Instants on the reader's clock and on that of a schedule."""

from __future__ import annotations

from datetime import UTC, datetime

from pdsync.model.instant import load_zone
from pdsync.report.text.clock import Clock, utc

NOON = int(datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp())
BERLIN = Clock(load_zone("Europe/Berlin"))


def test_a_moment_and_a_period_are_on_the_readers_clock() -> None:
    assert BERLIN.at(NOON) == "Mon 5 Jan 2026 13:00"
    assert BERLIN.at(NOON, with_zone=True) == "Mon 5 Jan 2026 13:00 CET"
    assert BERLIN.period(NOON, NOON + 3600) == "Mon 5 Jan 2026 13:00 to 14:00"
    assert BERLIN.period(NOON, NOON + 86_400) == "Mon 5 Jan 2026 13:00 to Tue 6 Jan 2026 13:00"
    assert utc(NOON) == "2026-01-05T12:00:00Z"


def test_another_zone_is_named_only_where_its_clock_differs() -> None:
    assert BERLIN.elsewhere("Europe/Paris", NOON) == ""
    assert BERLIN.elsewhere("", NOON) == ""
    assert BERLIN.elsewhere("America/New_York", NOON, NOON + 3600) == "07:00 to 08:00 in America/New_York"
    assert BERLIN.elsewhere("Asia/Tokyo", NOON + 3600 * 5) == "Tue 6 Jan 2026 02:00 in Asia/Tokyo"
