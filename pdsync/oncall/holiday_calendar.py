"""The events of an iCalendar file as days off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from pdsync.oncall.calendar_text import CalendarError, EventLines, find_events
from pdsync.oncall.interval import Interval
from pdsync.oncall.reading import to_instant

_EPOCH = datetime(1970, 1, 1)
_ONE_DAY = timedelta(days=1)
_RHYTHMS = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_MOST_OCCURRENCES = 20_000
"""Of one event: a daily one for more than fifty years."""

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)
"""What the library raises where a property is there in a form that it does not expect."""
_ONCE = ("DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "UID", "SUMMARY")

Moment = date | datetime


@dataclass(frozen=True, slots=True)
class Holiday:
    """An event of a calendar, once or repeated."""

    name: str
    people: tuple[str, ...]
    """Email addresses of those who take part, in lower case; empty: the event does not say."""
    line: int
    start: Moment
    length: timedelta
    identity: str = ""
    replaces: Moment | None = None
    """The occurrence of the event of the same identity that this one is instead of."""
    rule: str = ""
    """How it repeats; empty: it does not."""
    more: tuple[Moment, ...] = ()
    less: tuple[Moment, ...] = ()

    def spans(self, zone: str, since: int, until: int) -> Iterator[Interval]:
        """Its occurrences that touch the time between two instants. Whole days, and times without a zone, are those of `zone`.

        Raises CalendarError.
        """
        last = datetime.fromtimestamp(until, UTC).replace(tzinfo=None) + _ONE_DAY
        begins = {self._wall(self.start), *map(self._wall, self.more), *self._repeated(last)}
        for wall in sorted(begins - set(map(self._wall, self.less))):
            start, end = self._instant(wall, zone), self._instant(wall + self.length, zone)
            if start < until and end > since:
                yield start, end

    def _repeated(self, last: datetime) -> Iterator[datetime]:
        if not self.rule:
            return
        from dateutil.rrule import rrulestr

        try:
            for wall in islice(rrulestr(self.rule, dtstart=self._wall(self.start)), _MOST_OCCURRENCES):
                if wall > last:
                    return
                yield wall
        except (ValueError, TypeError, OverflowError) as error:
            raise CalendarError(self.line, f"the rule {self.rule!r} cannot be read: {error}") from None

    def _instant(self, wall: datetime, zone: str) -> int:
        if isinstance(self.start, datetime) and self.start.tzinfo is not None:
            return int(wall.replace(tzinfo=self.start.tzinfo).timestamp())
        return to_instant(zone, int((wall - _EPOCH).total_seconds()))

    def _wall(self, moment: Moment) -> datetime:
        return _on_clock_of(self.start, moment)


def read_holidays(text: str) -> tuple[Holiday, ...]:
    """The events of a calendar in their order, without cancelled ones. Raises CalendarError, with the line."""
    lines = find_events(text)
    from icalendar import Calendar

    try:
        events = [event for calendar in Calendar.from_ical(text, multiple=True) for event in calendar.walk("VEVENT")]
    except _UNREADABLE as error:
        raise CalendarError(1, f"the calendar cannot be read: {error}") from None
    read = [_read_event(event, place) for event, place in zip(events, lines, strict=True)]
    return _without_replaced([it for it, event in zip(read, events, strict=True) if event.get("STATUS") != "CANCELLED"])


def _without_replaced(holidays: Sequence[Holiday]) -> tuple[Holiday, ...]:
    """Repeated events, without the occurrences that have an event of their own."""
    replaced: dict[str, list[Moment]] = {}
    for it in holidays:
        if it.replaces is not None:
            replaced.setdefault(it.identity, []).append(it.replaces)
    return tuple(
        it if it.replaces is not None else replace(it, less=(*it.less, *replaced.get(it.identity, ())))
        for it in holidays
    )


def _read_event(event: Any, place: EventLines) -> Holiday:
    for name, message in event.errors:
        raise CalendarError(place.line_of(str(name)), f"{name} cannot be read: {message}")
    for name in _ONCE:
        if isinstance(event.get(name), list):
            raise CalendarError(place.line_of(name), f"the event has {name} twice", "Write an event for each.")
    if event.get("DTSTART") is None:
        raise CalendarError(place.begins, "the event has no DTSTART", "Without it, no one knows which day it is.")
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        if event.get(name) is not None and not isinstance(event[name].dt, date):
            raise CalendarError(place.line_of(name), f"{name} is not a date")
    start, length = _start_of(event, place), _length_of(event, place)
    replaces = event.get("RECURRENCE-ID")
    return Holiday(
        name=str(event.get("SUMMARY") or "").strip() or "a day off",
        people=_people_of(event),
        line=place.line_of("RRULE"),
        start=start,
        length=length,
        identity=str(event.get("UID") or ""),
        replaces=replaces.dt if replaces is not None else None,
        rule=_rule_of(event, start, place),
        more=_moments(event, "RDATE"),
        less=_moments(event, "EXDATE"),
    )


def _start_of(event: Any, place: EventLines) -> Moment:
    written = event["DTSTART"]
    start: Moment = written.dt
    zone = written.params.get("TZID")
    if zone and isinstance(start, datetime) and start.tzinfo is None:
        raise CalendarError(place.line_of("DTSTART"), f"{str(zone)!r} is not a time zone")
    return start


def _length_of(event: Any, place: EventLines) -> timedelta:
    start: Moment = event["DTSTART"].dt
    if event.get("DURATION") is not None:
        name, length = "DURATION", event["DURATION"].dt
    elif event.get("DTEND") is not None:
        name, length = "DTEND", _on_clock_of(start, event["DTEND"].dt) - _on_clock_of(start, start)
    else:
        name, length = "DTSTART", timedelta() if isinstance(start, datetime) else _ONE_DAY
    if not isinstance(length, timedelta) or length < timedelta() or (name == "DTEND" and not length):
        raise CalendarError(place.line_of(name), "the event ends before it begins")
    return length


def _people_of(event: Any) -> tuple[str, ...]:
    listed = event.get("ATTENDEE") or []
    texts = [str(each).strip().lower() for each in (listed if isinstance(listed, list) else [listed])]
    return tuple(text.removeprefix("mailto:") for text in texts)


def _rule_of(event: Any, start: Moment, place: EventLines) -> str:
    rule = event.get("RRULE")
    if not rule:
        return ""
    rhythm = str(rule["FREQ"][0]) if rule.get("FREQ") else ""
    if rhythm not in _RHYTHMS:
        listed = ", ".join(_RHYTHMS)
        raise CalendarError(
            place.line_of("RRULE"), f"FREQ={rhythm} does not repeat by days", f"Write one of: {listed}."
        )
    text: str = rule.to_ical().decode()
    until = rule.get("UNTIL")
    if not until:
        return text
    # The rule is worked out on the clock of the event, where a text in UTC would be compared with local times.
    ends = _on_clock_of(start, until[0])
    ends = ends if isinstance(until[0], datetime) else datetime.combine(ends.date(), time.max)
    kept = [part for part in text.split(";") if not part.startswith("UNTIL=")]
    return ";".join([*kept, f"UNTIL={ends:%Y%m%dT%H%M%S}"])


def _moments(event: Any, name: str) -> tuple[Moment, ...]:
    listed = event.get(name) or []
    groups = listed if isinstance(listed, list) else [listed]
    found = [each.dt for group in groups if group for each in group.dts]
    return tuple(each[0] if isinstance(each, tuple) else each for each in found)


def _on_clock_of(start: Moment, moment: Moment) -> datetime:
    """A moment on the clock on which an event begins, without a zone."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    zone = start.tzinfo if isinstance(start, datetime) else None
    if moment.tzinfo is None:
        return moment
    return (moment.astimezone(zone) if zone is not None else moment).replace(tzinfo=None)
