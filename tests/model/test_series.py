"""Series: occurrences on the wall of a zone, through the weeks in which clocks change, and what is wrong with a series."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.model import Scope
from pdsync.model.codec.series import SERIES, check_series
from pdsync.model.instant import load_zone, parse_instant, render_instant
from pdsync.model.series import Series
from pdsync.model.validator import read_value
from tests.support.samples import samples

WEEK = timedelta(days=7)


def series(**said: Any) -> Series:
    scope = Scope()
    read = SERIES.desired({"for": "2h", "at": "02:00", "time_zone": "Etc/UTC", **said}, scope, ())
    assert not scope.problems
    return Series(read)


def at(text: str) -> datetime:
    moment = parse_instant(text)
    assert moment is not None
    return moment


def starts(made: Series, since: str, until: str) -> list[str]:
    return [f"{it.start:%m-%d %H:%M}" for it in made.between(at(since), at(until))]


# Zone, day and time on the wall, the first of three weeks, and the starts in UTC: before, in and after the week of the change.
WEEKS = [
    ("Europe/Berlin", "sun", "02:30", "2027-03-20", ["03-21 01:30", "03-28 01:30", "04-04 00:30"]),
    ("Europe/Berlin", "sun", "02:30", "2026-10-17", ["10-18 00:30", "10-25 00:30", "11-01 01:30"]),
    ("America/New_York", "sun", "02:30", "2027-03-06", ["03-07 07:30", "03-14 07:30", "03-21 06:30"]),
    ("America/New_York", "sun", "01:30", "2026-10-24", ["10-25 05:30", "11-01 05:30", "11-08 06:30"]),
    ("Australia/Lord_Howe", "sun", "02:15", "2026-09-25", ["09-26 15:45", "10-03 15:45", "10-10 15:15"]),
    ("Australia/Lord_Howe", "sun", "01:45", "2027-03-26", ["03-27 14:45", "04-03 14:45", "04-10 15:15"]),
    ("America/Santiago", "sun", "00:30", "2026-08-29", ["08-30 04:30", "09-06 04:30", "09-13 03:30"]),
    ("America/Santiago", "sat", "23:30", "2027-03-26", ["03-28 02:30", "04-04 02:30", "04-11 03:30"]),
    ("Asia/Kolkata", "sun", "02:30", "2027-03-20", ["03-20 21:00", "03-27 21:00", "04-03 21:00"]),
]


@pytest.mark.parametrize(("zone", "day", "time", "first", "expected"), WEEKS)
def test_the_wall_clock_counts_in_weeks_in_which_clocks_change(
    zone: str, day: str, time: str, first: str, expected: list[str]
) -> None:
    """A time that is skipped is as much later, one that comes twice is the first; the length is time that passes."""
    made = series(every="week", on=[day], at=time, time_zone=zone)
    found = list(made.between(at(f"{first}T00:00Z"), at(f"{first}T00:00Z") + 3 * WEEK))
    assert [f"{it.start:%m-%d %H:%M}" for it in found] == expected
    assert {it.end - it.start for it in found} == {timedelta(hours=2)}


WORDS: list[tuple[dict[str, Any], list[str]]] = [
    ({"every": "day"}, [f"12-{day:02} 02:00" for day in range(1, 32)]),
    ({"every": "week", "on": ["sun"]}, ["12-06 02:00", "12-13 02:00", "12-20 02:00", "12-27 02:00"]),
    ({"every": "week", "on": "sat-sun", "until": "2026-12-12"}, ["12-05 02:00", "12-06 02:00", "12-12 02:00"]),
    ({"every": "week", "starts": "2026-12-09"}, ["12-09 02:00", "12-16 02:00", "12-23 02:00", "12-30 02:00"]),
    ({"every": "2 weeks", "on": ["sun"], "starts": "2026-11-22"}, ["12-06 02:00", "12-20 02:00"]),
    ({"every": "month", "on": ["second tue"]}, ["12-08 02:00"]),
    ({"every": "month", "on": "second Tuesday"}, ["12-08 02:00"]),
    ({"every": "month", "on": ["last fri"]}, ["12-25 02:00"]),
    ({"every": "month", "on": [1, 31]}, ["12-01 02:00", "12-31 02:00"]),
    ({"every": "month", "starts": "2026-01-15"}, ["12-15 02:00"]),
    ({"every": "week", "on": ["sun"], "except": ["2026-12-27"]}, ["12-06 02:00", "12-13 02:00", "12-20 02:00"]),
    ({"rrule": "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2"}, ["12-08 02:00"]),
    ({"rrule": "RRULE:FREQ=YEARLY;BYMONTH=12;BYDAY=1SU"}, ["12-06 02:00"]),
]


@pytest.mark.parametrize(("said", "expected"), WORDS)
def test_words_and_rules_give_the_days_that_they_say(said: dict[str, Any], expected: list[str]) -> None:
    assert starts(series(**said), "2026-11-30T12:00Z", "2027-01-01T00:00Z") == expected


def test_what_is_there_now_has_not_ended_and_begins_within_the_horizon() -> None:
    made = series(every="week", on=["sun"], horizon="2w")
    for now, expected in (
        ("2026-12-06T01:59:59Z", ["20261206T0200Z", "20261213T0200Z"]),
        ("2026-12-06T02:00:00Z", ["20261206T0200Z", "20261213T0200Z", "20261220T0200Z"]),
        ("2026-12-06T03:59:59Z", ["20261206T0200Z", "20261213T0200Z", "20261220T0200Z"]),
        ("2026-12-06T04:00:00Z", ["20261213T0200Z", "20261220T0200Z"]),
    ):
        assert [it.stamp for it in made.at(at(now))] == expected, now


@given(
    st.sampled_from(samples(SERIES)), st.sampled_from(["Europe/Berlin", "America/New_York"]), st.integers(0, 200_000)
)
def test_each_moment_sees_the_same_occurrences(said: dict[str, Any], zone: str, minutes: int) -> None:
    """A later run adds occurrences and drops those that ended: none that is ahead moves, comes late or goes."""
    made = series(**{**said, "time_zone": zone})
    now = at("2026-03-01T00:00Z") + timedelta(minutes=minutes)
    before, after = made.at(now), made.at(now + timedelta(hours=30))
    lasting = [it for it in before if it.end > now + timedelta(hours=30)]
    assert after[: len(lasting)] == lasting
    assert all(it.start > now + made.horizon for it in after[len(lasting) :])
    assert [it.stamp for it in after] == sorted({it.stamp for it in after})
    wall = {it.start.astimezone(load_zone(zone)).replace(tzinfo=None) for it in after}
    skipped = {moment for moment in wall if f"{moment:%H:%M}" != said["at"]}
    assert all(it.utcoffset() != (it - WEEK).utcoffset() for it in (m.replace(tzinfo=load_zone(zone)) for m in skipped))


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({}, "recurrence", "it does not say how often"),
    ({"every": "week"}, "recurrence", "it does not say on which day"),
    ({"every": "month"}, "recurrence", "it does not say on which day"),
    ({"every": "hour"}, "recurrence.every", "windows cannot recur by the hour"),
    ({"every": "day", "on": ["sun"]}, "recurrence.on", "'on' has no meaning with days"),
    ({"every": "week", "on": [1]}, "recurrence.on", "with weeks, only days such as mon have a meaning"),
    ({"every": "month", "on": ["sun"]}, "recurrence.on", "it does not say which one of the month"),
    (
        {"every": "month", "on": ["last fri", 1]},
        "recurrence.on",
        "days of the month do not go together with days such as 'second tue'",
    ),
    ({"every": "2 weeks", "on": ["sun"]}, "recurrence.every", "'2 weeks' does not say in which one it begins"),
    ({"every": "week", "on": ["sun"], "rrule": "FREQ=DAILY"}, "recurrence.rrule", "every and rrule do not go together"),
    ({"rrule": "FREQ=DAILY", "on": ["sun"]}, "recurrence.on", "'on' does not go together with rrule"),
    ({"rrule": "FREQ=HOURLY"}, "recurrence.rrule", "windows cannot recur by the hour"),
    ({"rrule": "FREQ=DAILY;BYHOUR=3"}, "recurrence.rrule", "the time of day has a place of its own"),
    ({"rrule": "FREQ=DAILY;UNTIL=20270101"}, "recurrence.rrule", "the end has a place of its own"),
    ({"rrule": "FREQ=DAILY;INTERVAL=3"}, "recurrence.rrule", "it does not say from when INTERVAL counts"),
    # Near the end of the calendar, which the search goes to.
    (
        {"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "starts": "9980-01-01"},
        "recurrence",
        "no day of the calendar is one of its days",
    ),
    ({"every": "day", "until": "2026-12-01", "starts": "2026-12-02"}, "recurrence.until", "it ends before it starts"),
    ({"every": "day", "at": "02:00:30"}, "recurrence.at", "must be on a whole minute"),
    ({"every": "day", "horizon": "300d"}, "recurrence.horizon", "more than 200 windows would exist at once"),
    ({"every": "day", "until": "2026-02-30"}, "recurrence.until", "'2026-02-30' is not a date"),
    ({"every": "day", "time_zone": "Europe/Berln"}, "recurrence.time_zone", "unknown time zone 'Europe/Berln'"),
]


def judged(said: dict[str, Any]) -> Scope:
    scope = Scope()
    written = {"for": "2h", "at": "02:00", "time_zone": "Etc/UTC", **said}
    read_value(SERIES, written, scope, ("recurrence",))
    check_series(written, scope, ("recurrence",))
    return scope


@pytest.mark.parametrize(("said", "where", "message"), WRONG)
def test_what_is_wrong_is_said_where_it_is(said: dict[str, Any], where: str, message: str) -> None:
    problems = judged(said).problems
    assert [(".".join(map(str, it.path)), it.message) for it in problems] == [(where, message)]
    assert problems[0].hint


WARNED: list[tuple[dict[str, Any], str, str]] = [
    ({"every": "day", "horizon": "6d"}, "horizon", "a window is missing where no apply runs for 6d"),
    ({"every": "week", "on": ["sun"], "horizon": "13d"}, "horizon", "a horizon of 1w6d may hold fewer than 2 windows"),
    ({"every": "month", "on": [1], "horizon": "45d"}, "horizon", "a horizon of 6w3d may hold fewer than 2 windows"),
    ({"rrule": "FREQ=YEARLY;BYMONTH=12;BYDAY=1SU"}, "recurrence", "a horizon of 14w2d may hold fewer than 2 windows"),
    ({"every": "day", "for": "25h"}, "for", "one begins before the one before has ended"),
]


@pytest.mark.parametrize(("said", "where", "message"), WARNED)
def test_what_is_doubtful_is_a_warning(said: dict[str, Any], where: str, message: str) -> None:
    scope = judged(said)
    assert not scope.problems
    assert [(str(it.path[-1]), it.message) for it in scope.warnings] == [(where, message)]


@pytest.mark.parametrize(
    "said",
    [
        {"every": "day"},
        {"every": "week", "on": ["sun"]},
        {"every": "week", "on": ["sun"], "horizon": "2w"},
        {"every": "month", "on": ["second tue"]},
        {"every": "week", "on": ["sun"], "starts": "2027-01-01", "until": "2027-01-04"},
        {"every": "week", "on": ["sun"], "until": "2020-01-05"},
    ],
)
def test_what_is_usual_is_right(said: dict[str, Any]) -> None:
    scope = judged(said)
    assert (scope.problems, scope.warnings) == ([], [])


def test_a_stamp_is_the_start_as_the_rule_says_it() -> None:
    (first, *_) = series(every="week", on=["sun"], time_zone="Europe/Berlin").between(
        at("2026-12-01T00:00Z"), at("2026-12-10T00:00Z")
    )
    assert (first.stamp, render_instant(first.start)) == ("20261206T0100Z", "2026-12-06T01:00:00Z")
    assert first.start.tzinfo is UTC
