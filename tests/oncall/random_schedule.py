"""Random schedules, as a manifest writes them: many zones, days on which clocks change, odd turns, tight restrictions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from pdsync.model.instant import render_instant

ZONES = (
    "Etc/UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Chatham",
    "Africa/Casablanca",  # goes back for Ramadan
    "America/Sao_Paulo",  # had summer time
    "Pacific/Auckland",
    "America/Santiago",  # changes at midnight
    "Africa/Cairo",  # the same, and went without for years
    "Asia/Gaza",  # decides again every year
    "Pacific/Apia",
)
AROUND = (
    "2027-03-27T12:00:00Z",
    "2027-10-30T12:00:00Z",
    "2027-03-13T12:00:00Z",
    "2027-11-06T12:00:00Z",
    "2027-04-03T03:00:00Z",
    "2027-10-02T03:00:00Z",
    "2028-02-28T20:00:00Z",  # a leap day
    "2027-12-31T10:00:00Z",
    "2027-09-04T20:00:00Z",
    "2027-04-03T20:00:00Z",
    "2028-01-29T00:00:00Z",
    "2027-06-15T00:00:00Z",
    "2027-04-29T20:00:00Z",
    "2027-10-28T20:00:00Z",
    "2027-02-06T20:00:00Z",
)
_HOUR, _DAY = 3600, 86_400
_TURNS = st.one_of(
    st.sampled_from([_HOUR, 8 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 25 * _HOUR, 36 * _HOUR]),
    st.integers(60, 20_000).map(lambda minutes: minutes * 60),
)
_MINUTES = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}:00")
_ON_THE_HOUR = st.integers(0, 23).map(lambda hour: f"{hour:02d}:00:00")
_TIMES = st.one_of(_ON_THE_HOUR, st.sampled_from(["02:00:00", "02:30:00", "01:45:00", "00:00:00"]), _MINUTES)


def _minutes(around: datetime, days: int) -> st.SearchStrategy[str]:
    span = days * 1440
    return st.integers(-span, span).map(lambda minutes: render_instant(around + timedelta(minutes=minutes)))


@st.composite
def _restrictions(draw: st.DrawFn) -> list[dict[str, Any]]:
    weekly = draw(st.booleans())
    found = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))):
        most = 7 * _DAY - 60 if weekly else _DAY - 60
        length = draw(st.one_of(st.sampled_from([_HOUR, 8 * _HOUR, 15 * _HOUR, most]), st.integers(60, most)))
        one = {"start_time_of_day": draw(_TIMES), "duration_seconds": length // 60 * 60}
        if weekly:
            one = {"type": "weekly_restriction", "start_day_of_week": draw(st.integers(1, 7)), **one}
        else:
            one = {"type": "daily_restriction", **one}
        if one not in found:
            found.append(one)
    return found


@st.composite
def schedules(draw: st.DrawFn, users: list[str]) -> tuple[dict[str, Any], str, str]:
    """The spec of a schedule whose users are ids, and the two instants to render it between."""
    around = datetime.fromisoformat(draw(st.sampled_from(AROUND))).astimezone(UTC)
    layers = []
    for number in range(draw(st.integers(1, 4))):
        layer: dict[str, Any] = {
            "name": f"Layer {number}",
            "rotation_virtual_start": draw(_minutes(around, draw(st.sampled_from([2, 40, 400])))),
            "rotation_turn_length_seconds": draw(_TURNS),
            "users": [{"id": draw(st.sampled_from(users))} for _ in range(draw(st.integers(1, 5)))],
            "restrictions": draw(_restrictions()),
            # The sandbox moves a start of the past to its own now; this one is always ahead.
            "start": draw(st.one_of(st.just("2026-12-31T00:00:00Z"), _minutes(around, 3))),
        }
        if draw(st.integers(0, 3)) == 0:
            end = datetime.fromisoformat(layer["start"]) + timedelta(minutes=draw(st.integers(1, 20_000)))
            layer["end"] = render_instant(end)
        layers.append(layer)
    since = around - timedelta(hours=draw(st.integers(0, 72)))
    until = since + timedelta(hours=draw(st.integers(1, 240)))
    spec = {"name": "Any", "time_zone": draw(st.sampled_from(ZONES)), "schedule_layers": layers}
    return spec, render_instant(since), render_instant(until)
