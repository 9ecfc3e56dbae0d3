"""A schedule as a picture: who has it when, before and after, and the same as a table for whoever cannot see the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from pdsync.model import Ref
from pdsync.oncall.interval import find_gaps, total_s
from pdsync.oncall.roster import Roster
from pdsync.oncall.schedule import Rendered
from pdsync.oncall.shift import Shift, covered, seconds_by_user
from pdsync.report.impact.impact_clock import hours_text
from pdsync.report.page.moment import days_between, shown_hours, shown_moment, zone_of
from pdsync.report.page.stretch import NOBODY, Stretch, build_stretch, pair_shifts

_TONES = 8
_DELETED = "somebody who was deleted"


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


def build_timeline(before: Roster | None, after: Roster | None, ref: Ref, since: int, until: int) -> Timeline | None:
    """The schedule in both rosters, or in the one there is; None where neither knows its layers."""
    sides = [(roster, roster.render(ref, since, until)) if roster is not None else None for roster in (before, after)]
    old, new = (side if side is not None and side[1] is not None else None for side in sides)
    last = new or old
    if last is None:
        return None
    roster = last[0]
    schedule = roster.schedule(ref)
    zone_name = schedule.zone if schedule is not None else "Etc/UTC"
    zone = zone_of(zone_name)
    first_final = _final(old)
    last_final = _final(new)
    names = {
        user: _name(roster, user)
        for roster in (before, after)
        if roster is not None
        for user in _users([*first_final, *last_final])
    }
    tones = {user: str(at % _TONES + 1) for at, user in enumerate(_users([*last_final, *first_final]))}
    compares = before is not None and after is not None
    rows = []
    if before is not None and old is not None:
        rows.append(Row("Before" if compares else "On call", _bars(first_final, since, until, names, tones)))
    if after is not None and new is not None:
        rows.append(Row("After" if compares else "On call", _bars(last_final, since, until, names, tones)))
    pairs = list(
        pair_shifts(
            first_final if before is not None else None, last_final if after is not None else None, since, until
        )
    )
    moved = [(start, end) for start, end, left, right in pairs if compares and left != right]
    if moved and old is not None and new is not None:
        rows.append(
            Row("Moves", tuple(_bar(start, end, since, until, "moved", "another person") for start, end in moved))
        )
    entry = roster.entries.get(ref)
    return Timeline(
        name=roster.name_of(ref),
        zone=zone_name,
        place=entry.place if entry is not None and not entry.place.startswith("http") else "",
        state="" if not compares else "new" if old is None else "removed" if new is None else "changed",
        days=tuple(_days(zone_name, since, until)),
        rows=tuple(rows),
        people=tuple(_people(first_final, last_final, names, tones, old is not None, new is not None)),
        stretches=tuple(build_stretch(pair, names, zone, compares) for pair in pairs),
        facts=tuple(_facts(old[1] if old else None, new[1] if new else None, moved, compares, zone)),
        compares=compares,
    )


def _final(side: tuple[Roster, Rendered | None] | None) -> tuple[Shift, ...]:
    return side[1].final if side is not None and side[1] is not None else ()


def _name(roster: Roster, user: Ref | None) -> str:
    return _DELETED if user is None else roster.name_of(user)


def _users(shifts: Iterable[Shift]) -> list[Ref | None]:
    return list(dict.fromkeys(shift.user for shift in shifts))


def initials(name: str) -> str:
    """One or two letters, for where a name has no room."""
    words = ["".join(char for char in word if char.isalnum()) for word in name.split()]
    words = [word for word in words if word]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def _bar(start: int, end: int, since: int, until: int, tone: str, name: str, short: str = "") -> Bar:
    whole = until - since
    return Bar(f"{(start - since) * 100 / whole:.3f}", f"{(end - start) * 100 / whole:.3f}", tone, name, short)


def _bars(
    shifts: Sequence[Shift], since: int, until: int, names: dict[Ref | None, str], tones: dict[Ref | None, str]
) -> tuple[Bar, ...]:
    bars = [
        (shift.start, shift.end, tones[shift.user] if shift.user is not None else "gap", names[shift.user])
        for shift in _by_person(shifts)
    ]
    held = sorted((shift.start, shift.end) for shift in shifts)
    bars += [(start, end, "gap", NOBODY) for start, end in find_gaps(held, since, until)]
    return tuple(
        _bar(a, b, since, until, tone, name, initials(name) if tone != "gap" else "")
        for a, b, tone, name in sorted(bars)
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


def _days(zone: str, since: int, until: int) -> Iterator[Bar]:
    for start, end, date in days_between(zone, since, until):
        tone = "weekend" if date.isoweekday() > 5 else "day"
        yield _bar(
            start, end, since, until, tone, f"{date:%a} ", str(date.day) if (end - start) * 30 > until - since else ""
        )


def _people(
    first: Sequence[Shift],
    last: Sequence[Shift],
    names: dict[Ref | None, str],
    tones: dict[Ref | None, str],
    has_old: bool,
    has_new: bool,
) -> Iterator[Load]:
    old, new = seconds_by_user(first), seconds_by_user(last)
    for user in sorted({*old, *new}, key=lambda ref: (-new.get(ref, 0), -old.get(ref, 0), ref)):
        yield Load(
            names[user],
            initials(names[user]),
            tones[user],
            shown_hours(old.get(user, 0)) if has_old else "",
            shown_hours(new.get(user, 0)) if has_new else "",
        )


def _facts(
    old: Rendered | None, new: Rendered | None, moved: list[tuple[int, int]], compares: bool, zone: ZoneInfo
) -> Iterator[tuple[str, str]]:
    last = new or old
    if last is None:
        return
    gap = total_s(last.gaps)
    if old is not None and new is not None and compares:
        was = total_s(old.gaps)
        if gap != was:
            word = f"{hours_text(gap)} with nobody on call, {hours_text(was)} before"
            yield ("bad" if gap > was else "good"), word
        elif gap:
            yield "plain", f"{hours_text(gap)} with nobody on call, as before"
        if moved:
            yield (
                "plain",
                f"{shown_hours(total_s(moved))} change, first on {shown_moment(moved[0][0], zone)}",
            )
        else:
            yield "plain", "The same people at the same hours in these days"
    elif gap:
        yield "bad", f"{hours_text(gap)} with nobody on call, first from {shown_moment(last.gaps[0][0], zone)}"
    if total_s(covered(last.final)) and not gap:
        yield "good", "Somebody is on call at all hours"
    elif new is not None or not compares:
        yield "plain", f"Covered {last.coverage:.1%} of the time"
