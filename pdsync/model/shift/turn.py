"""Whose turn goes on: one event in place of another without a change of whose turn it is. Pure.

frame       everything about an event but from when on it counts, on which date its first shift is, and whose turn is first
dated       an event with the date of its first shift; a manifest may leave it open, and the turns go on as they are in the account
anchored    the same shifts and turns, counted from the turn of a later moment: its first shift is the first one of that turn, and
            its members begin with the one who has it. So it does not matter whether PagerDuty counts turns from the first shift of
            an event or from the moment on from which the event counts
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.shift_form import EVERY
from pdsync.model.instant import parse_instant
from pdsync.model.shift.clock import as_open, is_open, on_day, render_wall
from pdsync.model.shift.event import EventShift, ShiftEvent, read_event
from pdsync.model.wall_clock import to_instant, to_local, wall_seconds, wall_time

Event: TypeAlias = Mapping[str, Canonical]
_DAY_S = 86_400
_WEEKLY, _BY_DAY, _COUNT = "FREQ=WEEKLY", "BYDAY=", "COUNT="


def read_dated(event: Event) -> ShiftEvent:
    """An event whose first shift has a date, ready to be computed with. Raises ValueError where its rule cannot be computed."""
    return read_event(event, str(event["time_zone"]))


def can_compute(event: Event) -> bool:
    """Whether the shifts of an event whose first shift has a date can be computed: one that was made by hand may have any rule."""
    try:
        read_dated(event)
    except ValueError:
        return False
    return True


def matches(wanted: Event, held: Event, moment: int) -> bool:
    """Whether an event of the account means from a moment on what is wanted. How long each of them counts is not compared."""
    if _frame(wanted, moment) != _frame(held, moment):
        return False
    has_turns = wanted["assignment"] != EVERY  # where all have every shift, their order means nothing
    if is_open(str(wanted["start_time"])):
        return not has_turns or _is_rotated(wanted["members"], held["members"])
    one, other = anchored(wanted, moment), anchored(held, moment)
    return one["start_time"] == other["start_time"] and (not has_turns or one["members"] == other["members"])


def anchored(event: Event, moment: int) -> Event:
    """The event, counted from the turn that an instant lies in, or from the next one. An event that occurs so many times, does not occur
    any more, or cannot be computed, is left as it is."""
    if _COUNT in _rule(event) or not event["members"] or not can_compute(event):
        return event
    read = read_dated(event)
    shift = _shift_from(read, moment)
    first = _first_of_turn(event, read, shift) if shift is not None else None
    if first is None:
        return event
    position = first.positions[0]
    members = list(event["members"])
    turned = members if event["assignment"] == EVERY else members[position:] + members[:position]
    end = first.wall + timedelta(seconds=read.length_s)
    return {
        **event,
        "start_time": render_wall(first.wall),
        "end_time": render_wall(end),
        "recurrence": _recurrence_from(event, first.start),
        "members": turned,
    }


def continued(wanted: Event, before: Event | None, moment: int) -> Event:
    """The wanted event with a date, to count from an instant on. `before` is the event of the account that it takes the place of: where
    the date is open the one whose turn it is then stays the one."""
    if not is_open(str(wanted["start_time"])):
        return anchored(wanted, moment)
    dated = _dated_like(wanted, before, moment) if before is not None else None
    if dated is None:
        dated = _dated_at(wanted, moment)
    if before is None or wanted["assignment"] == EVERY or before["assignment"] == EVERY:
        return dated
    order = list(anchored(before, moment)["members"])
    return {**dated, "members": _turned(list(wanted["members"]), order)}


def first_moment(event: Event) -> int | None:
    """When the first shift begins; None where its date is open."""
    if is_open(str(event["start_time"])):
        return None
    read = read_dated(event)
    shift = read.next_shift(to_instant(read.zone, wall_seconds(read.recurrence.first)))
    return shift.start if shift is not None else None


def _dated_like(wanted: Event, before: Event, moment: int) -> Event | None:
    """On the date of the turn that is going on, where the shifts are at the same hours of the same days."""
    names = ("shifts_per_member", "assignment", "time_zone")
    if _rule(wanted) != _rule(before) or _hours(wanted) != _hours(before):
        return None
    if any(wanted[name] != before[name] for name in names):
        return None
    like = anchored(before, moment)
    return {**wanted, "start_time": like["start_time"], "end_time": like["end_time"]}


def _dated_at(wanted: Event, moment: int) -> Event:
    """On the date of the shift that is going on, else of the next one; of a turn that takes whole weeks, on its first day."""
    today = wall_time(to_local(str(wanted["time_zone"]), moment)).date()
    days = _length_s(wanted) // _DAY_S + 2
    for back in range(days):
        dated = _on(wanted, today - timedelta(days=back))
        read = read_dated(dated)
        shift = next(iter(read.shifts(moment, moment + 1)), None)
        if shift is not None and shift.number == 0 and render_wall(shift.wall) == dated["start_time"]:
            return _from_first_day(wanted, dated)
    dated = _on(wanted, today)
    coming = read_dated(dated).next_shift(moment)
    return _from_first_day(wanted, _on(wanted, coming.wall.date())) if coming is not None else dated


def _from_first_day(wanted: Event, dated: Event) -> Event:
    """A weekly turn that takes all days of its weeks begins on the first of them."""
    parts = _rule(wanted).removeprefix("RRULE:").split(";")
    days = next((part.removeprefix(_BY_DAY).split(",") for part in parts if part.startswith(_BY_DAY)), [])
    if _WEEKLY not in parts or len(days) < 2 or int(wanted["shifts_per_member"]) % len(days):
        return dated
    day = read_dated(dated).recurrence.first.date()
    for back in range(day.weekday(), 0, -1):
        earlier = _on(wanted, day - timedelta(days=back))
        if _occurs_first(earlier):
            return earlier
    return dated


def _occurs_first(event: Event) -> bool:
    """Whether the first shift is one that the rule gives."""
    recurrence = read_dated(event).recurrence
    first = recurrence.first
    return any(wall == first for _, wall in recurrence.between(first, first + timedelta(seconds=1)))


def _on(event: Event, day: date) -> Event:
    start, end = on_day(str(event["start_time"]), str(event["end_time"]), day)
    return {**event, "start_time": start, "end_time": end}


def _length_s(event: Event) -> int:
    return read_dated(_on(event, date(2001, 1, 1))).length_s


def _shift_from(read: ShiftEvent, moment: int) -> EventShift | None:
    """The shift that an instant lies in, or the next one."""
    return next(iter(read.shifts(moment, moment + 1)), None) or read.next_shift(moment)


def _first_of_turn(event: Event, read: ShiftEvent, shift: EventShift) -> EventShift | None:
    """The first shift of the turn that a shift is in; None where clocks skip it."""
    per_turn = 1 if event["assignment"] == EVERY or len(read.members) == 1 else read.shifts_per_member
    number = shift.number - shift.number % per_turn
    if number == shift.number:
        return shift
    reach = 8 * _DAY_S * per_turn
    for _ in range(8):
        for each in read.shifts(shift.start - reach, shift.start):
            if each.number == number:
                return each
            if each.number > number:
                break
        reach *= 2
    return None


def _frame(event: Event, moment: int) -> tuple[Canonical, ...]:
    names = ("name", "time_zone", "assignment", "shifts_per_member")
    excluded = tuple(_dates_from(event, moment - _DAY_S))
    return (
        *(event[name] for name in names),
        _rule(event),
        excluded,
        _hours(event),
        tuple(sorted(map(str, event["members"]))),
    )


def _hours(event: Event) -> tuple[str, str]:
    return as_open(str(event["start_time"]), str(event["end_time"]))


def _rule(event: Event) -> str:
    return str(event["recurrence"][0]) if event["recurrence"] else ""


def _recurrence_from(event: Event, moment: int) -> list[str]:
    return [*event["recurrence"][:1], *_dates_from(event, moment)]


def _dates_from(event: Event, moment: int) -> Iterator[str]:
    """The lines that exclude or add a date, without those before a moment."""
    for line in event["recurrence"][1:]:
        named = parse_instant(line.partition(":")[2])
        if named is None or named.timestamp() >= moment:
            yield str(line)


def _is_rotated(one: Sequence[Canonical], other: Sequence[Canonical]) -> bool:
    """Whether two lists have the same order, wherever it begins."""
    first, second = list(one), list(other)
    return len(first) == len(second) and (
        not first or any(first[at:] + first[:at] == second for at in range(len(first)))
    )


def _turned(members: list[Canonical], order: list[Canonical]) -> list[Canonical]:
    """The members, beginning with the first in an order who is among them. Who is among them more than once begins where the others
    follow in that order for longest."""
    for at, first in enumerate(order):
        places = [place for place, member in enumerate(members) if member == first]
        if places:
            ahead = order[at:] + order[:at]
            found = [members[place:] + members[:place] for place in places]
            return max(found, key=lambda turned: _common(turned, ahead))
    return members


def _common(one: Sequence[Canonical], other: Sequence[Canonical]) -> int:
    """How long two lists are the same."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
