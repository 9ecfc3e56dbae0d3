"""What time it is at the server, by the answers it gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pdsync.client import RestApiV2Client
from pdsync.client.server_clock import ServerClock
from pdsync.sandbox import SandboxServer

LOCAL = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)
"""Half a minute before clocks in Europe skip an hour: the time is UTC on every side."""
SKEWS = [timedelta(days=-1), timedelta(minutes=-10), timedelta(seconds=-59), timedelta(0), timedelta(seconds=59)]
SKEWS += [timedelta(seconds=62), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)]


class Times:
    """A clock of this machine, and a monotonic one that began an hour ago."""

    def __init__(self) -> None:
        self.passed_s = 3600.0

    def monotonic(self) -> float:
        return self.passed_s

    def local(self) -> datetime:
        return LOCAL + timedelta(seconds=self.passed_s - 3600)


def clock(times: Times) -> ServerClock:
    return ServerClock(times.local, times.monotonic)


def date(moment: datetime) -> dict[str, str]:
    return {"Date": format_datetime(moment.replace(microsecond=0), usegmt=True)}


@pytest.mark.parametrize("skew", SKEWS, ids=str)
@pytest.mark.parametrize("round_trip_s", [0.0, 0.3, 30.0])
def test_now_is_the_servers_and_never_later_than_it_is_there(skew: timedelta, round_trip_s: float) -> None:
    times = Times()
    found = clock(times)
    there = LOCAL - skew
    sent = times.passed_s
    times.passed_s += round_trip_s
    # The answer may have been stamped at any moment of its way.
    for stamped in (there, there + timedelta(seconds=round_trip_s)):
        found.hear(date(stamped), sent, times.passed_s)
        real = there + timedelta(seconds=round_trip_s)
        assert real - timedelta(seconds=round_trip_s + 1) <= found.now() <= real
    times.passed_s += 120
    assert (
        real + timedelta(seconds=119) - timedelta(seconds=round_trip_s) <= found.now() <= real + timedelta(seconds=120)
    )
    if round_trip_s < 1:
        assert found.is_skewed == (abs(skew) > timedelta(minutes=1))
        assert found.skew_s == pytest.approx(skew.total_seconds(), abs=2)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Date": ""},
        {"Date": "yesterday"},
        {"Date": "Mon, 99 Foo 2026 99:99:99 GMT"},
        {"Date": "2026-03-29T00:59:30Z"},
        {"Date": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"Date": "Fri, 31 Dec 9999 23:59:59 GMT"},
        {"Date": "Sat, 28 Mar 2026 00:59:30 -0000"},
        {"Date": "Sat, 28 Mar 2026 00:59:30 GMT", "Age": "86400"},
    ],
    ids=str,
)
def test_without_a_date_that_can_be_used_the_clock_of_this_machine_counts(headers: dict[str, str]) -> None:
    times = Times()
    found, told = clock(times), []
    found.on_first_use = told.append
    found.hear(headers, times.passed_s, times.passed_s)
    assert found.now() == times.local()
    assert found.at(times.passed_s - 60) == times.local() - timedelta(minutes=1)
    assert (found.skew_s, found.is_skewed, told) == (None, False, [None])


def test_a_later_answer_that_has_a_date_makes_good_for_those_without() -> None:
    times = Times()
    found = clock(times)
    began = times.passed_s
    found.hear({}, began, began)
    times.passed_s += 5
    found.hear(date(LOCAL - timedelta(minutes=10)), times.passed_s, times.passed_s)
    assert found.at(began) == LOCAL - timedelta(minutes=10, seconds=5)


def test_answers_narrow_it_down_and_one_that_contradicts_wins() -> None:
    times = Times()
    found = clock(times)
    found.hear(date(LOCAL), times.passed_s, times.passed_s)
    times.passed_s += 0.9
    found.hear(date(LOCAL), times.passed_s, times.passed_s)  # the same second: nothing new
    assert found.now() == LOCAL + timedelta(seconds=0.9)
    times.passed_s += 0.2
    found.hear(date(LOCAL + timedelta(seconds=2)), times.passed_s, times.passed_s)
    assert found.now() == LOCAL + timedelta(seconds=2)
    # The machine was asleep for an hour, which its monotonic clock does not count.
    found.hear(date(LOCAL + timedelta(hours=1)), times.passed_s, times.passed_s)
    assert found.now() == LOCAL + timedelta(hours=1)
    found.hear(date(LOCAL), times.passed_s, times.passed_s)
    assert found.now() == LOCAL


def test_the_skew_is_told_once_when_a_moment_is_asked_for() -> None:
    times = Times()
    found, told = clock(times), []
    found.on_first_use = told.append
    found.hear(date(LOCAL - timedelta(minutes=10)), times.passed_s, times.passed_s)
    assert told == []
    found.now()
    found.now()
    assert told == [600.0]


@pytest.mark.parametrize("skew", SKEWS, ids=str)
def test_a_client_takes_the_time_from_every_answer(skew: timedelta) -> None:
    with (
        SandboxServer(now=lambda: datetime.now(UTC) - skew) as server,
        RestApiV2Client("u+test-test-test-test", base_url=server.url) as client,
    ):
        client.get("users/me")
        assert abs(client.server_clock.now() - (datetime.now(UTC) - skew)) < timedelta(seconds=5)
        server.control.advance(7200)
        client.get("users/me")
        assert abs(client.server_clock.now() - (datetime.now(UTC) - skew + timedelta(hours=2))) < timedelta(seconds=5)
        server.control.reset_clock()
        client.get("abilities")
        assert abs(client.server_clock.now() - (datetime.now(UTC) - skew)) < timedelta(seconds=5)
