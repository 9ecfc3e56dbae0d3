"""Instants and lengths of time as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from pdsync.model.instant import load_zone
from pdsync.model.wall_clock import to_instant, to_local
from pdsync.oncall.impact import DAYS
from pdsync.oncall.reading import DAY_S

PAGE_DAYS = DAYS
"""How far a page looks ahead: as far as an impact does, so that every schedule is rendered once."""


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC for one that this machine does not know."""
    try:
        return load_zone(name)
    except (KeyError, ValueError):
        return load_zone("Etc/UTC")


def shown_moment(moment: int, zone: tzinfo | None) -> str:
    """``Mon 30 Nov 09:30``; None: in the zone of this machine."""
    local = datetime.fromtimestamp(moment, UTC).astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def shown_span(start: int, end: int, zone: tzinfo | None) -> str:
    """``Sun 29 Nov 00:00 to Mon 30 Nov 08:00 GMT``."""
    last = datetime.fromtimestamp(end, UTC).astimezone(zone)
    return f"{shown_moment(start, zone)} to {shown_moment(end, zone)} {last:%Z}"


def shown_date(moment: int, zone: tzinfo | None) -> str:
    """``Monday, 30 November 2026, 09:30 CET``."""
    local = datetime.fromtimestamp(moment, UTC).astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M %Z}"


def shown_hours(seconds: int) -> str:
    """``134 h``, ``7.5 h``, ``0 h``: rounded, and finer where it is little."""
    if seconds >= 36_000:
        return f"{round(seconds / 3600)} h"
    return f"{seconds / 3600:.1f}".removesuffix(".0") + " h"


def days_between(zone: str, since: int, until: int) -> Iterator[tuple[int, int, datetime]]:
    """The calendar days of a zone, cut at both ends: where each begins and ends, and its date."""
    day = to_local(zone, since) // DAY_S
    while (start := to_instant(zone, day * DAY_S)) < until:
        end = to_instant(zone, (day + 1) * DAY_S)
        if max(start, since) < min(end, until):
            yield max(start, since), min(end, until), datetime.fromtimestamp(day * DAY_S, UTC)
        day += 1
