"""Occurrences and their numbers are those of a walk from the first shift, however far ahead is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrule as rrule_type
from dateutil.rrule import rruleset, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.model.shift.recurrence import read_recurrence

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
EPOCH = datetime(2026, 1, 1)
_WALKED = 2000


def _stamp(wall: datetime) -> str:
    return wall.strftime("%Y%m%dT%H%M%S")


def _hours(most: int) -> st.SearchStrategy[datetime]:
    return st.integers(0, most).map(lambda hours: EPOCH + timedelta(hours=hours))


@st.composite
def _rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    if frequency == "MONTHLY":
        parts.append(draw(st.sampled_from(["BYMONTHDAY=1,15", "BYMONTHDAY=31", "BYDAY=-1FR", "BYDAY=MO", "WKST=MO"])))
    elif frequency != "YEARLY" and draw(st.booleans()):
        parts.append("BYDAY=" + ",".join(draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True))))
    if frequency in ("DAILY", "WEEKLY") and draw(st.booleans()):
        parts.append("BYHOUR=6,18")
    ending = draw(st.sampled_from(["", "", "COUNT", "UNTIL"]))
    if ending == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 400))}")
    elif ending:
        parts.append(f"UNTIL={_stamp(draw(_hours(20_000)))}")
    return ";".join(parts)


@settings(max_examples=50)
@given(rule=_rules(), first=_hours(800), data=st.data())
def test_numbers_are_those_of_a_walk_from_the_first_shift(rule: str, first: datetime, data: st.DataObject) -> None:
    walked = rruleset()
    plain = rrulestr(rule, dtstart=first)
    assert isinstance(plain, rrule_type)
    walked.rrule(plain)
    lines = [f"RRULE:{rule}"]
    some = list(islice(plain, 60))
    for wall in data.draw(st.lists(st.sampled_from(some), max_size=4)) if some else ():
        walked.exdate(wall)
        lines.append(f"EXDATE:{_stamp(wall)}")
    for hours in data.draw(st.lists(st.integers(0, 3000), max_size=3)):
        walked.rdate(first + timedelta(hours=hours))
        lines.append(f"RDATE:{_stamp(first + timedelta(hours=hours))}")
    expected = list(enumerate(islice(walked, _WALKED)))
    since = first + timedelta(hours=data.draw(st.integers(-500, 12_000)))
    until = since + timedelta(hours=data.draw(st.integers(1, 1500)))
    if len(expected) == _WALKED:
        until = min(until, expected[-1][1])
    found = list(read_recurrence(first, "Etc/UTC", tuple(lines)).between(since, until))
    assert found == [each for each in expected if since <= each[1] < until]


def test_a_rule_of_many_years_is_not_walked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    recurrence = read_recurrence(datetime(1996, 1, 1, 9), "Etc/UTC", ("RRULE:FREQ=HOURLY;INTERVAL=5",))
    steps = 0
    iterate = type(recurrence)._iterate

    def counted(self: object, *span: datetime) -> object:
        nonlocal steps
        for wall in iterate(recurrence, *span):
            steps += 1
            yield wall

    monkeypatch.setattr(type(recurrence), "_iterate", counted)
    (first, *_, (last, _)) = recurrence.between(datetime(2026, 1, 5), datetime(2026, 1, 6))
    assert last - first[0] == 4
    assert steps < 10


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("EXDATE:20260303T090000", 2),
        ("EXDATE;TZID=America/New_York:20260303T030000", 2),
        ("EXDATE:20260303T080000Z", 2),
        ("EXDATE;VALUE=DATE:20260303", 2),
        ("EXDATE:20260303T090000,20260304T090000", 1),
        ("EXDATE:20260303T100000", 3),
        ("RDATE:20260303T210000", 4),
        ("RDATE;VALUE=DATE:20260303", 3),
        ("RDATE:20260301T090000", 4),
    ],
)
def test_dates_are_on_the_wall_of_the_event(line: str, left: int) -> None:
    lines = ("RRULE:FREQ=DAILY", line)
    recurrence = read_recurrence(datetime(2026, 3, 2, 9), "Europe/Berlin", lines)
    found = list(recurrence.between(datetime(2026, 2, 1), datetime(2026, 3, 5)))
    assert [number for number, _ in found] == list(range(left))


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261025T004500Z", datetime(2026, 10, 25, 2)),
        ("20261025T013000Z", datetime(2026, 10, 25, 2)),
        ("20261025T023000Z", datetime(2026, 10, 25, 3)),
        ("20261025T020000", datetime(2026, 10, 25, 2)),
        ("20261025", datetime(2026, 10, 25)),
    ],
)
def test_an_until_is_read_on_the_wall_of_the_event(until: str, last: datetime) -> None:
    recurrence = read_recurrence(datetime(2026, 10, 24), "Europe/Berlin", (f"RRULE:FREQ=HOURLY;UNTIL={until}",))
    found = [wall for _, wall in recurrence.between(datetime(2026, 10, 24), datetime(2026, 10, 28))]
    assert found[-1] == last


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("EXDATE:20260303T090000",),
        ("RRULE:INTERVAL=2",),
        ("RRULE:FREQ=SECONDLY",),
        ("RRULE:FREQ=DAILY;INTERVAL=0",),
        ("RRULE:FREQ=DAILY;COUNT=3;UNTIL=20270101",),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",),
        ("RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU",),
        ("RRULE:FREQ=DAILY;BYDAY=XX",),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,-1SU",),
        ("RRULE:FREQ=DAILY;BYDAY=1MO",),
        ("RRULE:FREQ=DAILY", "DTSTART:20260303T090000"),
        ("RRULE:FREQ=DAILY", "EXDATE:tomorrow"),
    ],
)
def test_what_cannot_be_a_recurrence_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_recurrence(datetime(2026, 3, 2, 9), "Europe/Berlin", lines)
