from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile
from random import Random

import pytest
from dateutil.rrule import rruleset, rrulestr

from pdsync.sandbox.paging.recurrence import WEEKDAYS, Counting, RecurrenceProblem, parse_recurrence, starts

_MONDAY = datetime(2026, 3, 2, 9)


def _days(*lines: str, first: datetime = _MONDAY, before: datetime = datetime(2026, 4, 20)) -> list[str]:
    found = starts(parse_recurrence(lines, "Europe/Berlin"), first).between(datetime.min, before)
    return [it.strftime("%m-%d" if (it.hour, it.minute) == (9, 0) else "%m-%dT%H:%M") for _, it in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;COUNT=3", "03-02 03-09 03-16"),
        ("FREQ=WEEKLY;BYDAY=WE,MO;COUNT=4", "03-02 03-04 03-09 03-11"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;COUNT=4", "03-02 03-08 03-16 03-22"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=4", "03-02 03-15 03-16 03-29"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=3", "03-02 03-05 03-08"),
        ("FREQ=DAILY;BYDAY=SA,SU;COUNT=3", "03-07 03-08 03-14"),
        ("FREQ=DAILY;BYMONTHDAY=-1,3;COUNT=3", "03-03 03-31 04-03"),
        ("FREQ=HOURLY;INTERVAL=12;COUNT=4", "03-02 03-02T21:00 03-03 03-03T21:00"),
        ("FREQ=MONTHLY;COUNT=2", "03-02 04-02"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=1", "03-31"),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=3", "03-02 03-27 04-06"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "03-13"),
        ("FREQ=DAILY;UNTIL=20260304T080000Z", "03-02 03-03 03-04"),  # Berlin is an hour ahead
        ("FREQ=DAILY;UNTIL=20260304T075959Z", "03-02 03-03"),
        ("FREQ=DAILY;UNTIL=20260304T090000", "03-02 03-03 03-04"),
        ("FREQ=DAILY;UNTIL=20260304", "03-02 03-03"),
    ],
)
def test_a_rule_gives_these_shifts(rule: str, expected: str) -> None:
    assert _days(f"RRULE:{rule}") == expected.split()


def test_a_month_without_such_a_day_has_no_shift() -> None:
    found = _days("RRULE:FREQ=MONTHLY;COUNT=3", first=datetime(2026, 1, 31, 9), before=datetime(2026, 12, 31))
    assert found == ["01-31", "03-31", "05-31"]


def test_times_are_taken_out_and_added() -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    assert _days(rule, "EXDATE:20260309T080000Z,20260316T090000") == ["03-02"]
    assert _days(rule, "EXDATE;TZID=America/New_York:20260309T040000") == ["03-02", "03-16"]
    assert _days(rule, "RDATE:20260303T100000", "RDATE:20260302T090000") == ["03-02", "03-03T10:00", "03-09", "03-16"]


def test_a_first_shift_off_the_rule_counts_where_it_is_asked_to() -> None:
    recurrence = parse_recurrence(["RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2"], "UTC")
    found = starts(recurrence, _MONDAY, Counting(counts_first=True)).between(datetime.min, datetime(2026, 4, 1))
    assert [(number, it.day) for number, it in found] == [(0, 2), (1, 4)]
    assert _days("RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2") == ["03-04", "03-11"]


def test_what_comes_later_is_found_when_it_is_asked_for() -> None:
    rule = "RRULE:FREQ=WEEKLY"
    assert len(_days(rule, before=datetime(2026, 3, 3))) == 1
    assert len(_days(rule, before=datetime(2026, 3, 31))) == 5
    assert len(_days(rule, before=datetime(2026, 3, 10))) == 2


def test_shifts_are_numbered_without_or_with_those_that_are_taken_out() -> None:
    recurrence = parse_recurrence(["RRULE:FREQ=DAILY", "EXDATE:20260303T090000"], "UTC")
    for counts_excluded, numbers in ((False, [0, 1, 2]), (True, [0, 2, 3])):
        found = starts(recurrence, _MONDAY, Counting(counts_excluded=counts_excluded))
        assert [number for number, _ in found.between(_MONDAY, datetime(2026, 3, 6))] == numbers
        assert found.between(datetime(2026, 3, 5), datetime(2026, 3, 6))[0][0] == numbers[-1]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["RRULE:"],
        ["FREQ=DAILY"],
        ["DTSTART:20260302T090000", "RRULE:FREQ=DAILY"],
        ["RRULE:FREQ=YEARLY"],
        ["RRULE:INTERVAL=2"],
        ["RRULE:FREQ=DAILY;FREQ=DAILY"],
        ["RRULE:FREQ=DAILY;INTERVAL=0"],
        ["RRULE:FREQ=DAILY;COUNT=-1"],
        ["RRULE:FREQ=MONTHLY;INTERVAL=10000"],
        ["RRULE:FREQ=DAILY", "RDATE:99991231T235959Z"],
        ["RRULE:FREQ=DAILY;COUNT=1;UNTIL=20260304"],
        ["RRULE:FREQ=DAILY;UNTIL=20260231"],
        ["RRULE:FREQ=DAILY;BYHOUR=9"],
        ["RRULE:FREQ=DAILY;BYDAY=1MO"],
        ["RRULE:FREQ=WEEKLY;BYDAY=XX"],
        ["RRULE:FREQ=WEEKLY;BYMONTHDAY=1"],
        ["RRULE:FREQ=MONTHLY;BYMONTHDAY=32"],
        ["RRULE:FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1"],
        ["RRULE:FREQ=MONTHLY;BYDAY=1MO,TU"],
        ["RRULE:FREQ=WEEKLY;WKST=XX"],
        ["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20260302"],
        ["RRULE:FREQ=DAILY", "EXDATE;TZID=Mars/Base:20260302T090000"],
        ["RRULE:FREQ=DAILY", "RDATE:"],
        ["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"],
    ],
)
def test_what_cannot_be_rendered_is_refused(lines: list[str]) -> None:
    with pytest.raises(RecurrenceProblem):
        parse_recurrence(lines, "UTC")


_UNTIL = datetime(2026, 9, 1)


def _random_rule(random: Random) -> str:
    """One that has a shift some day: python-dateutil looks for one until the year 9999."""
    frequency = random.choice(("HOURLY", "DAILY", "WEEKLY", "MONTHLY"))
    interval = random.choice((1, 1, 2, 3, 5))
    parts = [f"FREQ={frequency}", f"INTERVAL={interval}"]
    ordinals = ["1", "2", "-1", "5"] if frequency == "MONTHLY" else [""]
    by_month_day = frequency != "WEEKLY" and interval == 1 and random.random() < 0.4
    if random.random() < 0.6:
        days = random.sample(WEEKDAYS, random.randint(1, 4))
        some = [""] if by_month_day or random.random() < 0.5 else ordinals
        parts.append("BYDAY=" + ",".join(random.choice(some) + it for it in days))
    if by_month_day:
        parts.append("BYMONTHDAY=" + ",".join(str(it) for it in random.sample((*range(1, 29), -1, -2), 3)))
    if random.random() < 0.3:
        parts.append(f"WKST={random.choice(WEEKDAYS)}")
    ends = (
        "",
        "",
        f"COUNT={random.randint(1, 40)}",
        f"UNTIL=2026{random.randint(3, 9):02}{random.randint(1, 28):02}T{random.randint(0, 23):02}0000",
    )
    return ";".join([*parts, *filter(None, [random.choice(ends)])])


@pytest.mark.parametrize("seed", range(4))
def test_rules_are_what_python_dateutil_makes_of_them(seed: int) -> None:
    """Two implementations that share no code."""
    random = Random(seed)
    for _ in range(40):
        first = _MONDAY + timedelta(days=random.randint(0, 60), hours=random.randint(0, 23))
        rule = _random_rule(random)
        expected = rruleset()
        expected.rrule(rrulestr(rule, dtstart=first))
        given = list(takewhile(lambda it: it < _UNTIL, expected))
        moments = [
            random.choice(given) if given and random.random() < 0.8 else first + timedelta(hours=5) for _ in range(4)
        ]
        for moment, add in zip(
            moments, (expected.exdate, expected.exdate, expected.rdate, expected.rdate), strict=True
        ):
            add(moment)
        names = ("EXDATE", "EXDATE", "RDATE", "RDATE")
        lines = [f"{name}:{it:%Y%m%dT%H%M%S}" for name, it in zip(names, moments, strict=True)]
        recurrence = parse_recurrence([f"RRULE:{rule}", *lines], "Europe/Berlin")
        found = [it for _, it in starts(recurrence, first).between(datetime.min, _UNTIL)]
        assert found == expected.between(datetime.min, _UNTIL - timedelta(seconds=1), inc=True), (rule, first, lines)


@pytest.mark.parametrize("frequency", ["HOURLY", "DAILY", "WEEKLY", "MONTHLY"])
def test_the_longest_interval_has_an_end(frequency: str) -> None:
    rule = f"RRULE:FREQ={frequency};INTERVAL=9999"
    assert len(starts(parse_recurrence([rule], "UTC"), _MONDAY).between(_MONDAY, datetime(9999, 12, 31))) > 5


def test_a_rule_without_shifts_has_none() -> None:
    assert _days("RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU") == []
