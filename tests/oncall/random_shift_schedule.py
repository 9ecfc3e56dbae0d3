"""Random shift-based schedules as PagerDuty's API takes them: many zones, days on which clocks change, rules of every frequency, several
people at once, overrides, custom shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pdsync.model.instant import render_instant
from tests.oncall.random_schedule import ZONES

NOW = datetime(2027, 1, 1, tzinfo=UTC)
"""When the schedules are made: events may begin up to a year later."""
AROUND = tuple(
    datetime.fromisoformat(text)
    for text in (
        "2027-03-27T12:00:00Z",
        "2027-10-30T12:00:00Z",
        "2027-03-13T12:00:00Z",
        "2027-11-06T12:00:00Z",
        "2027-04-03T03:00:00Z",
        "2027-10-02T03:00:00Z",
        "2027-09-04T20:00:00Z",
        "2027-04-03T20:00:00Z",
        "2027-06-15T00:00:00Z",
        "2027-02-06T20:00:00Z",
        "2027-12-10T10:00:00Z",
    )
)
_DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
_HOUR, _DAY, _WEEK = 60, 1440, 10_080
Member = int | None
"""The number of a user; None is the empty member."""


@dataclass(frozen=True)
class Edit:
    """An override of the rotation, or with `custom` of the custom shift, of a number."""

    place: int
    custom: bool
    start: str
    end: str
    relieved: Member
    user: Member


@dataclass(frozen=True)
class Case:
    """A schedule, and the time to render. Members of events are numbers of users."""

    zone: str
    rotations: list[list[dict[str, Any]]]
    custom_shifts: Sequence[tuple[str, str, Member]]
    edits: list[Edit]
    since: str
    until: str


def _wall(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%S")


@st.composite
def _rules(draw: st.DrawFn, around: datetime) -> str:
    frequency = draw(st.sampled_from(["HOURLY", "DAILY", "DAILY", "WEEKLY", "WEEKLY", "WEEKLY", "MONTHLY"]))
    parts = [
        f"FREQ={frequency}",
        f"INTERVAL={draw(st.sampled_from([1, 1, 1, 2, 3, 4, 12] if frequency == 'HOURLY' else [1, 1, 2, 3]))}",
    ]
    if frequency == "MONTHLY":
        by = ["", "BYMONTHDAY=1,15", "BYMONTHDAY=31", "BYMONTHDAY=-1", "BYDAY=1MO,-1FR", "BYDAY=SA,SU"]
        parts.append(draw(st.sampled_from(by)))
    elif draw(st.booleans()):
        days = draw(st.lists(st.sampled_from(_DAYS), min_size=1, max_size=6, unique=True))
        parts.append(f"BYDAY={','.join(days)}")
    if frequency == "WEEKLY" and draw(st.integers(0, 3)) == 0:
        parts.append(f"WKST={draw(st.sampled_from(_DAYS))}")
    ending = draw(st.integers(0, 9))
    if ending == 0:
        parts.append(f"COUNT={draw(st.integers(1, 500))}")
    elif ending == 1:
        parts.append(f"UNTIL={_wall(around + timedelta(hours=draw(st.integers(-60, 60))))}")
    return "RRULE:" + ";".join(part for part in parts if part)


_LENGTHS = st.one_of(
    st.sampled_from([_HOUR, 4 * _HOUR, 8 * _HOUR, 12 * _HOUR, 16 * _HOUR, _DAY, _DAY, 2 * _DAY, _WEEK]),
    st.integers(1, 2 * _DAY),
)


@st.composite
def _first_shifts(draw: st.DrawFn, around: datetime) -> datetime:
    days = draw(st.sampled_from([3, 3, 40, 400, 1500]))
    day = around - timedelta(days=draw(st.integers(-2, days)))
    hour = draw(st.one_of(st.sampled_from([0, 1, 2, 3, 9, 17, 23]), st.integers(0, 23)))
    minute = draw(st.sampled_from([0, 0, 0, 0, 30, 45, 17]))
    return day.replace(hour=hour, minute=minute, tzinfo=None)


@st.composite
def _events(draw: st.DrawFn, around: datetime, zone: str, users: int, since: datetime) -> dict[str, Any]:
    first = draw(_first_shifts(around))
    last = first + timedelta(minutes=draw(_LENGTHS))
    members = st.one_of(st.integers(0, users - 1), st.integers(0, users - 1), st.none())
    recurrence = [draw(_rules(around))]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at = first + timedelta(days=draw(st.integers(0, 30)))
        line = f"{draw(st.sampled_from(['EXDATE', 'RDATE']))}:{_wall(at)}"
        recurrence += [line] if line not in recurrence else []
    strategy: dict[str, Any] = {"members": draw(st.lists(members, min_size=1, max_size=5))}
    if draw(st.integers(0, 4)) == 0:
        strategy["type"] = "every_member_assignment_strategy"
    else:
        strategy |= {"type": "rotating_member_assignment_strategy", "shifts_per_member": draw(st.integers(1, 6))}
    return {
        "name": "Shifts",
        "start_time": {"date_time": first.replace(tzinfo=ZoneInfo(zone)).isoformat(), "time_zone": zone},
        "end_time": {"date_time": last.replace(tzinfo=ZoneInfo(zone)).isoformat(), "time_zone": zone},
        "effective_since": render_instant(since),
        "effective_until": None,
        "recurrence": recurrence,
        "assignment_strategy": strategy,
    }


@st.composite
def _rotations(draw: st.DrawFn, around: datetime, zone: str, users: int) -> list[dict[str, Any]]:
    """Events that follow one another, with or without a hole between them."""
    moment = draw(st.sampled_from([NOW, NOW, around - timedelta(hours=30)]))
    events: list[dict[str, Any]] = []
    for number in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        if number:
            moment = max(moment, around - timedelta(hours=40)) + timedelta(minutes=draw(st.integers(1, 4000)))
            events[-1]["effective_until"] = render_instant(moment)
            moment += timedelta(minutes=draw(st.sampled_from([0, 0, 0, 300])))
        events.append(draw(_events(around, zone, users, moment)))
    if draw(st.integers(0, 4)) == 0:
        until = max(moment, around - timedelta(hours=40)) + timedelta(minutes=draw(st.integers(1, 9000)))
        events[-1]["effective_until"] = render_instant(until)
    return events


@st.composite
def shift_schedules(draw: st.DrawFn, users: int) -> Case:
    """A schedule of so many users."""
    around = draw(st.sampled_from(AROUND))
    zone = draw(st.sampled_from(ZONES))
    rotations = [draw(_rotations(around, zone, users)) for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3])))]

    def span() -> tuple[str, str]:
        start = around + timedelta(minutes=draw(st.integers(-4000, 8000)))
        return render_instant(start), render_instant(start + timedelta(minutes=draw(st.integers(1, 3000))))

    some = st.one_of(st.integers(0, users - 1), st.integers(0, users - 1), st.none())
    custom = [(*span(), draw(st.integers(0, users - 1))) for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2])))]
    edits = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2, 4]))):
        of_custom = bool(custom) and draw(st.booleans())
        place = draw(st.integers(0, len(custom if of_custom else rotations) - 1))
        edits.append(Edit(place, of_custom, *span(), draw(some), draw(some)))
    since = around - timedelta(hours=draw(st.integers(0, 72)))
    until = since + timedelta(hours=draw(st.integers(1, 240)))
    return Case(zone, rotations, custom, edits, render_instant(since), render_instant(until))
