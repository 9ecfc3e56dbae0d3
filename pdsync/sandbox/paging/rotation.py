"""Rotation: whose turn it is in a layer, and when the layer is in force.

Sources: PagerDuty's support pages on schedules. Users take turns in the order of the list. A hand-off stays at its
wall-clock time when the clocks change if turns are whole days, as the editor shows it (``by_clock``); other turns are elapsed time.
Restrictions are wall-clock times in the schedule's zone; the rotation goes on underneath. (Both: to verify.)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from pdsync.sandbox.paging.span import Span
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.record import Body

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_zone = cache(ZoneInfo)


def has_ended(layer: Body, now: datetime) -> bool:
    return layer["end"] is not None and loaded(layer["end"]) <= now


def current_users(schedule: Body, now: datetime) -> list[str]:
    """Ids of the users in layers that have not ended, in the order in which they appear."""
    layers = [layer for layer in schedule["schedule_layers"] if not has_ended(layer, now)]
    return list(dict.fromkeys(user["id"] for layer in layers for user in layer["users"]))


def layer_spans(layer: Body, time_zone: str, since: datetime, until: datetime, *, by_clock: bool = True) -> list[Span]:
    """The turns of a stored layer that touch the period, whole ones at its edges too, in order of time."""
    begin, end = loaded(layer["start"]), loaded(layer["end"]) if layer["end"] is not None else None
    zone = _zone(time_zone)
    turns: list[Span] = []
    for start, stop, user in _turns(layer, zone, since, until, by_clock=by_clock):
        start, stop = max(start, begin), stop if end is None else min(stop, end)
        if start < stop and start < until and stop > since:
            turns.append(Span(start, stop, user))
    if not layer["restrictions"] or not turns:
        return turns
    windows = _windows(layer["restrictions"], zone, turns[0].start, turns[-1].end)
    return [it for it in _within(turns, windows) if it.start < until and it.end > since]


def _within(turns: list[Span], windows: list[tuple[datetime, datetime]]) -> Iterator[Span]:
    first = 0
    for turn in turns:
        while first < len(windows) and windows[first][1] <= turn.start:
            first += 1
        for low, high in windows[first:]:
            if low >= turn.end:
                break
            yield Span(max(turn.start, low), min(turn.end, high), turn.user)


def _turns(
    layer: Body, zone: ZoneInfo, since: datetime, until: datetime, *, by_clock: bool
) -> Iterator[tuple[datetime, datetime, str]]:
    users = [user["id"] for user in layer["users"]]
    origin, length = loaded(layer["rotation_virtual_start"]), timedelta(seconds=layer["rotation_turn_length_seconds"])
    by_day = by_clock and length % _DAY == timedelta()
    local = origin.astimezone(zone).replace(tzinfo=None)

    def begin(number: int) -> datetime:
        return _instant(local + number * length, zone) if by_day else origin + number * length

    number = (since - origin) // length - 1  # one more, because the clocks may have changed since
    while users:
        start, stop = begin(number), begin(number + 1)
        if start >= until:
            return
        if stop > since:
            yield start, stop, users[number % len(users)]
        number += 1


def _windows(
    restrictions: list[Body], zone: ZoneInfo, start: datetime, stop: datetime
) -> list[tuple[datetime, datetime]]:
    """When one of the restrictions at least lets the layer be in force, in order of time and without overlap."""
    # A window may have begun up to a week before.
    day, last = start.astimezone(zone).date() - _WEEK - _DAY, stop.astimezone(zone).date() + _DAY
    found: list[tuple[datetime, datetime]] = []
    while day <= last:
        found += [_window(it, zone, day) for it in restrictions if _is_on(it, day)]
        day += _DAY
    merged: list[tuple[datetime, datetime]] = []
    for low, high in sorted(found):
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        elif low < high:  # a window in the hour that the clocks skip has no length
            merged.append((low, high))
    return merged


def _is_on(restriction: Body, day: date) -> bool:
    return bool(restriction["type"] == "daily_restriction" or restriction["start_day_of_week"] == day.isoweekday())


def _window(restriction: Body, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    begin = datetime.combine(day, time.fromisoformat(restriction["start_time_of_day"]))
    end = begin + timedelta(seconds=restriction["duration_seconds"])
    return _instant(begin, zone), _instant(end, zone)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """A time that the clocks skip is as much later; of a time that comes twice it is the first."""
    return local.replace(tzinfo=zone).astimezone(UTC)
