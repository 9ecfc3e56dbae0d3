"""When shifts begin on the wall clock, by their recurrence rule. Uses python-dateutil, so it is imported only where that is asked."""

from __future__ import annotations

from datetime import datetime

from dateutil.rrule import rrule, rruleset, rrulestr

from pdsync.model.instant import load_zone
from pdsync.model.shift.clock import read_wall
from pdsync.model.shift.rotation import Event
from pdsync.model.shift.rule import excluded_at


def shift_starts(event: Event) -> rruleset:
    """The starts of the shifts of an event with a date, on the wall clock of its zone, from its first shift on."""
    zone = load_zone(str.__str__(event["time_zone"]))
    rule, *lines = event["recurrence"]
    starts = rruleset()
    plain = rrulestr(_floating(rule, event), dtstart=read_wall(event["start_time"]))
    assert isinstance(plain, rrule), rule
    starts.rrule(plain)
    for line in lines:
        wall = excluded_at(line).astimezone(zone).replace(tzinfo=None)
        (starts.exdate if line.startswith("EXDATE") else starts.rdate)(wall)
    return starts


def count_shifts(event: Event, moment: datetime) -> int | None:
    """How many shifts of an event begin before the one that begins at a moment on the wall clock; None where none begins then."""
    before = shift_starts(event).between(read_wall(event["start_time"]), moment, inc=True)
    return len(before) - 1 if before and before[-1] == moment else None


def _floating(rule: str, event: Event) -> str:
    """The rule with its end as wall clock: an UNTIL in UTC does not go together with starts that have no zone."""
    head, until, rest = rule.partition("UNTIL=")
    if not until:
        return rule
    text, semicolon, more = rest.partition(";")
    if text.endswith("Z"):
        moment = excluded_at(f"UNTIL:{text}").astimezone(load_zone(str.__str__(event["time_zone"])))
        text = moment.strftime("%Y%m%dT%H%M%S")
    return f"{head}{until}{text}{semicolon}{more}"
