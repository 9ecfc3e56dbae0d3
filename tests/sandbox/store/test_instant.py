"""Moments, times of day and time zones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.sandbox.store.instant import loaded, parse_instant, parse_time_of_day, shown, stored, zones


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z"),
        ("2026-01-31 08:00", "2026-01-31T07:00:00Z"),
        ("2026-07-31t08:00:00.999", "2026-07-31T06:00:00Z"),
        ("2026-01-31T08:00:00-0500", "2026-01-31T13:00:00Z"),
        ("2026-01-31 08:00:00 +0000 UTC", "2026-01-31T08:00:00Z"),
        ("2026-02-30T08:00:00Z", None),
        ("1969-12-31T00:00:00Z", None),
        ("tomorrow", None),
    ],
)
def test_moments_as_clients_write_them(text: str, expected: str | None) -> None:
    moment = parse_instant(text, "Europe/Berlin")
    assert (stored(moment) if moment is not None else None) == expected


def test_a_stored_moment_is_shown_with_the_offset_of_a_zone() -> None:
    text = stored(datetime(2026, 7, 1, 8, 0, 0, 5, tzinfo=UTC))
    assert loaded(text) == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert [shown(text, zone) for zone in ("UTC", "Etc/UTC")] == [text, text]
    assert shown(text, "Europe/Berlin") == "2026-07-01T10:00:00+02:00"
    assert shown(None, "Europe/Berlin") is None


def test_times_of_day_and_zones() -> None:
    given = ("09:00", "23:59:59", "9:00", "24:00")
    assert [parse_time_of_day(it) for it in given] == ["09:00:00", "23:59:59", None, None]
    assert {"Etc/UTC", "Europe/Berlin"} <= zones()
    assert not {"US/Mountain", "Factory"} & zones()
