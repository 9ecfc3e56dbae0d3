"""A schedule as a picture: who has it when, before and after, and the same as a table for readers who cannot see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from pdsync.model import Ref
from pdsync.oncall.interval import Interval, find_gaps, merge_intervals, total_s
from pdsync.oncall.roster import Roster
from pdsync.oncall.schedule import Rendered
from pdsync.oncall.shift import Shift, covered, lanes_of, seconds_by_user
from pdsync.report.impact.impact_clock import hours_text
from pdsync.report.page.moment import days_between, shown_hours, shown_moment, zone_of
from pdsync.report.page.stretch import NO_ONE, Pair, Stretch, build_stretch, pair_shifts

_TONES = 8
_DELETED = "a deleted user"


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a row, in percent of its width. `tone` is a number from 1, or the word of a special one."""

    left: str
    width: str
    tone: str
    name: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the picture."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """The hours of one person in this schedule; empty text where there is no such side."""

    name: str
    short: str
    tone: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the template needs. `state` is ``new``, ``removed``, ``changed`` or empty; `facts` are sentences, the worst first."""

    name: str
    zone: str
    place: str
    state: Literal["new", "removed", "changed", ""]
    days: tuple[Bar, ...]
    rows: tuple[Row, ...]
    people: tuple[Load, ...]
    stretches: tuple[Stretch, ...]
    facts: tuple[tuple[str, str], ...]
    """Each with its tone: ``bad``, ``good`` or ``plain``."""
    compares: bool


@dataclass(frozen=True, slots=True)
class _Side:
    """The schedule in one roster. `rendered` is None where the roster does not know its layers or rotations."""

    roster: Roster
    rendered: Rendered | None

    @property
    def shifts(self) -> tuple[Shift, ...]:
        return self.rendered.final if self.rendered is not None else ()


@dataclass(frozen=True, slots=True)
class _Scale:
    """The width of the picture: from `since` up to `until`, in seconds since 1970."""

    since: int
    until: int

    def bar(self, start: int, end: int, tone: str, name: str, short: str = "") -> Bar:
        whole = self.until - self.since
        left, width = (start - self.since) * 100 / whole, (end - start) * 100 / whole
        return Bar(f"{left:.3f}", f"{width:.3f}", tone, name, short)


@dataclass(frozen=True, slots=True)
class _People:
    """How each person is shown: the name, and the tone of the bars."""

    names: dict[Ref | None, str]
    tones: dict[Ref | None, str]


@dataclass(frozen=True, slots=True)
class _Picture:
    """The sides of a comparison, or the only one."""

    before: _Side | None
    after: _Side | None
    scale: _Scale

    @property
    def old(self) -> Rendered | None:
        return self.before.rendered if self.before is not None else None

    @property
    def new(self) -> Rendered | None:
        return self.after.rendered if self.after is not None else None

    @property
    def last(self) -> _Side | None:
        """The side that counts: the newer one that has layers."""
        sides = (self.after, self.before)
        return next((side for side in sides if side is not None and side.rendered is not None), None)

    @property
    def compares(self) -> bool:
        return self.before is not None and self.after is not None

    @property
    def state(self) -> Literal["new", "removed", "changed", ""]:
        if not self.compares:
            return ""
        return "new" if self.old is None else "removed" if self.new is None else "changed"

    @property
    def shifts(self) -> tuple[tuple[Shift, ...], tuple[Shift, ...]]:
        """Before and after; empty where there is no such side."""
        return (
            self.before.shifts if self.before is not None else (),
            self.after.shifts if self.after is not None else (),
        )

    def people(self) -> _People:
        first, last = self.shifts
        names = {
            user: _DELETED if user is None else side.roster.name_of(user)
            for side in (self.before, self.after)
            if side is not None
            for user in _users([*first, *last])
        }
        tones = {user: str(at % _TONES + 1) for at, user in enumerate(_users([*last, *first]))}
        return _People(names, tones)

    def pairs(self) -> list[Pair]:
        first, last = self.shifts
        return list(
            pair_shifts(
                first if self.before is not None else None,
                last if self.after is not None else None,
                self.scale.since,
                self.scale.until,
            )
        )


def build_timeline(before: Roster | None, after: Roster | None, ref: Ref, since: int, until: int) -> Timeline | None:
    """The schedule in both rosters, or in the one there is; None where neither knows its layers."""
    first, last = (
        _Side(roster, roster.render(ref, since, until)) if roster is not None else None for roster in (before, after)
    )
    picture = _Picture(first, last, _Scale(since, until))
    side = picture.last
    if side is None:
        return None
    schedule = side.roster.schedule(ref)
    zone_name = schedule.zone if schedule is not None else "Etc/UTC"
    zone = zone_of(zone_name)
    people, pairs = picture.people(), picture.pairs()
    moved = [(start, end) for start, end, left, right in pairs if picture.compares and left != right]
    entry = side.roster.entries.get(ref)
    return Timeline(
        name=side.roster.name_of(ref),
        zone=zone_name,
        place=entry.place if entry is not None and not entry.place.startswith("http") else "",
        state=picture.state,
        days=tuple(_days(zone_name, picture.scale)),
        rows=tuple(_rows(picture, people, moved)),
        people=tuple(_loads(picture, people)),
        stretches=tuple(build_stretch(pair, people.names, zone, picture.compares) for pair in pairs),
        facts=tuple(_facts(picture, moved, zone)),
        compares=picture.compares,
    )


def _rows(picture: _Picture, people: _People, moved: Sequence[tuple[int, int]]) -> Iterator[Row]:
    first, last = picture.shifts
    if picture.old is not None:
        yield from _lanes("Before" if picture.compares else "On call", first, picture.scale, people)
    if picture.new is not None:
        yield from _lanes("After" if picture.compares else "On call", last, picture.scale, people)
    if moved and picture.old is not None and picture.new is not None:
        bars = (picture.scale.bar(start, end, "moved", "another person") for start, end in moved)
        yield Row("Moves", tuple(bars))


def _users(shifts: Iterable[Shift]) -> list[Ref | None]:
    return list(dict.fromkeys(shift.user for shift in shifts))


def initials(name: str) -> str:
    """One or two letters, for where a name has no room."""
    words = ["".join(char for char in word if char.isalnum()) for word in name.split()]
    words = [word for word in words if word]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def _lanes(label: str, shifts: Sequence[Shift], scale: _Scale, people: _People) -> Iterator[Row]:
    """Who is on call; a row more for each person who is so at the same time as others."""
    gaps = find_gaps(merge_intervals((shift.start, shift.end) for shift in shifts), scale.since, scale.until)
    for at, lane in enumerate(lanes_of(shifts)):
        yield Row(label if at == 0 else "", _bars(lane, scale, people, gaps if at == 0 else ()))


def _bars(shifts: Sequence[Shift], scale: _Scale, people: _People, gaps: Sequence[Interval]) -> tuple[Bar, ...]:
    bars = [
        (
            shift.start,
            shift.end,
            people.tones[shift.user] if shift.user is not None else "gap",
            people.names[shift.user],
        )
        for shift in _by_person(shifts)
    ]
    bars += [(start, end, "gap", NO_ONE) for start, end in gaps]
    return tuple(
        scale.bar(start, end, tone, name, initials(name) if tone != "gap" else "")
        for start, end, tone, name in sorted(bars)
    )


def _by_person(shifts: Sequence[Shift]) -> Iterator[Shift]:
    """Shifts of one person that follow on each other through several layers, as one."""
    last: Shift | None = None
    for shift in shifts:
        if last is not None and last.user == shift.user and last.end == shift.start:
            last = Shift(last.start, shift.end, last.user, last.layer)
            continue
        if last is not None:
            yield last
        last = shift
    if last is not None:
        yield last


def _days(zone: str, scale: _Scale) -> Iterator[Bar]:
    for start, end, date in days_between(zone, scale.since, scale.until):
        tone = "weekend" if date.isoweekday() > 5 else "day"
        has_room = (end - start) * 30 > scale.until - scale.since
        yield scale.bar(start, end, tone, f"{date:%a} ", str(date.day) if has_room else "")


def _loads(picture: _Picture, people: _People) -> Iterator[Load]:
    """The hours of each person, most hours first."""
    old, new = map(seconds_by_user, picture.shifts)
    for user in sorted({*old, *new}, key=lambda ref: (-new.get(ref, 0), -old.get(ref, 0), ref)):
        yield Load(
            people.names[user],
            initials(people.names[user]),
            people.tones[user],
            shown_hours(old.get(user, 0)) if picture.old is not None else "",
            shown_hours(new.get(user, 0)) if picture.new is not None else "",
        )


def _facts(picture: _Picture, moved: Sequence[tuple[int, int]], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    old, new = picture.old, picture.new
    last = new or old
    if last is None:
        return
    gap = total_s(last.gaps)
    if old is not None and new is not None and picture.compares:
        yield from _compared_facts(gap, total_s(old.gaps), moved, zone)
    elif gap:
        yield "bad", f"{hours_text(gap)} with no one on call, first from {shown_moment(last.gaps[0][0], zone)}"
    if total_s(covered(last.final)) and not gap:
        yield "good", "Someone is on call at all hours"
    elif new is not None or not picture.compares:
        yield "plain", f"Covered {last.coverage:.1%} of the time"


def _compared_facts(
    gap: int, gap_before: int, moved: Sequence[tuple[int, int]], zone: ZoneInfo
) -> Iterator[tuple[str, str]]:
    if gap != gap_before:
        word = f"{hours_text(gap)} with no one on call, {hours_text(gap_before)} before"
        yield ("bad" if gap > gap_before else "good"), word
    elif gap:
        yield "plain", f"{hours_text(gap)} with no one on call, as before"
    if moved:
        yield "plain", f"{shown_hours(total_s(moved))} change, first on {shown_moment(moved[0][0], zone)}"
    else:
        yield "plain", "The same people at the same hours in these days"
