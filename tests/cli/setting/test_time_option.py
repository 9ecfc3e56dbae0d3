"""Times and zones as people write them, and what they mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.cli.error import UsageError
from pdsync.cli.setting.time_option import AskedTime, read_clock, read_future, read_moment, read_period, read_zone
from pdsync.engine.roster import Period

NOON = int(datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-01-05T12:00:00Z", None),
        ("2026-01-05T13:00:00+01:00", "Asia/Tokyo"),
        ("2026-01-05T13:00", "Europe/Berlin"),
    ],
)
def test_a_time_without_an_offset_is_on_the_readers_clock(text: str, zone: str | None) -> None:
    assert read_moment(text, zone) == AskedTime(NOON)


def test_without_a_time_it_is_now() -> None:
    assert read_moment(None, None).needs_now
    assert read_moment(None, None).at(NOON) == Period(NOON, NOON + 1)
    assert not read_moment("2026-01-05T12:00:00Z", None).needs_now
    assert read_moment("2026-01-05T12:00:00Z", None).at(0) == Period(NOON, NOON + 1)
    assert read_period(None, "2026-01-05T12:00:00Z", None).at(NOON - 60) == Period(NOON - 60, NOON)
    with pytest.raises(UsageError, match="--to must be after --from"):
        read_period(None, "2026-01-05T12:00:00Z", None).at(NOON)


def test_of_a_future_period_only_what_is_to_come_is_asked() -> None:
    day = ("2026-01-05T12:00:00Z", "2026-01-06T12:00:00Z")
    end = NOON + 86_400
    assert read_future(*day, None).at(NOON - 3600) == Period(NOON, end)
    assert read_future(*day, None).at(NOON) == Period(NOON + 60, end)
    assert read_future(*day, None).at(NOON + 3601) == Period(NOON + 3660, end)
    for now in (end - 60, end, end + 86_400):
        with pytest.raises(UsageError, match="the period is past"):
            read_future(*day, None).at(now)
    assert read_future(None, None, None, days=365).at(NOON) == Period(NOON + 60, NOON + 365 * 86_400)


@pytest.mark.parametrize("text", ["soon", "2026-13-01T00:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=f"--at: {text!r} is not a date and time"):
        read_moment(text, None)


@pytest.mark.parametrize("year", [1960, 1969, 2200, 9999])
def test_a_year_that_no_schedule_has_is_named(year: int) -> None:
    with pytest.raises(UsageError, match=f"--at {year}-01-01T00:00: the year {year} is not between 1971 and 2199"):
        read_moment(f"{year}-01-01T00:00", "Europe/Berlin")


def test_a_time_that_clocks_skip_or_show_twice_is_said_as_it_is_taken() -> None:
    doubts: list[str] = []
    for text in ("2026-03-29T02:30", "2026-10-25T02:30", "2026-03-29T02:30+01:00", "2026-03-29T01:30"):
        read_moment(text, "Europe/Berlin", doubts.append)
    assert [doubt.split(",")[0] for doubt in doubts] == [
        "--at: '2026-03-29T02:30' does not exist in Europe/Berlin",
        "--at: '2026-10-25T02:30' occurs twice in Europe/Berlin",
    ]


def test_a_period_is_two_weeks_unless_it_is_given() -> None:
    assert read_period("2026-01-05T12:00:00Z", None, None).at(0) == Period(NOON, NOON + 14 * 86_400)
    assert read_period(None, None, None).at(NOON) == Period(NOON, NOON + 14 * 86_400)
    for until in ("2026-01-05T12:00:00Z", "2027-03-01T00:00:00Z"):
        with pytest.raises(UsageError, match="--to must be after --from, by at most a year"):
            read_period("2026-01-05T12:00:00Z", until, None)


def test_a_zone_that_does_not_exist_is_refused_with_the_nearest() -> None:
    assert read_zone(None) is None
    assert read_clock("Asia/Tokyo").local(NOON).hour == 21
    with pytest.raises(UsageError, match="is not a time zone") as refused:
        read_zone("Europe/Berlim")
    assert "Europe/Berlin" in refused.value.hint
