"""Wall-clock texts of a first shift, and how PagerDuty's ``{date_time, time_zone}`` is read and written.

Terms. The *first shift* of an event says at which hours all of its shifts are, and from where turns are counted. It is a pair of
wall-clock texts in the event's own zone: ``2026-12-07T09:00`` and ``2026-12-07T17:00``. A manifest may leave the date *open*: then the
pair is ``T09:00`` and ``+0T17:00``, where the number counts days, and whose turn it is stays as it is in the account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pdsync.model.instant import is_zone, load_zone

_OPEN_END = re.compile(r"\+([0-9]+)T(.+)")
_SOME_DAY = date(2001, 1, 1)
"""Stands for the date that is open; only the distance between start and end counts."""


def render_wall(wall: datetime) -> str:
    """A wall-clock moment as canonical text, to the minute where it has no seconds."""
    return wall.replace(microsecond=0).isoformat(timespec="seconds" if wall.second else "minutes")


def read_wall(text: str) -> datetime:
    """The moment of a canonical text that has a date."""
    return datetime.fromisoformat(text)


def is_open(start: str) -> bool:
    """Whether the date of a first shift is left open."""
    return start.startswith("T")


def open_shift(start: datetime, end: datetime) -> tuple[str, str]:
    """The texts of a first shift without its date."""
    days = (end.date() - start.date()).days
    return "T" + render_wall(start)[11:], f"+{days}T{render_wall(end)[11:]}"


def dated_shift(start: str, end: str, day: date | None = None) -> tuple[datetime, datetime]:
    """Start and end of a first shift as moments. A shift whose date is open is on `day`, or on a day that means nothing."""
    if not is_open(start):
        return read_wall(start), read_wall(end)
    day = day or _SOME_DAY
    found = _OPEN_END.fullmatch(end)
    assert found is not None, end
    first = datetime.fromisoformat(f"{day.isoformat()}{start}")
    last = datetime.fromisoformat(f"{day.isoformat()}T{found[2]}") + timedelta(days=int(found[1]))
    return first, last


def as_open(start: str, end: str) -> tuple[str, str]:
    """The texts of a first shift without its date, whether it has one or not."""
    return open_shift(*dated_shift(start, end))


def on_day(start: str, end: str, day: date) -> tuple[str, str]:
    """The texts of a first shift of the same hours that begins on another day."""
    first, last = dated_shift(start, end)
    begins = datetime.combine(day, first.time())
    return render_wall(begins), render_wall(begins + (last - first))


def read_zoned(answer: Any, zone: str) -> tuple[str, str]:
    """The wall-clock text and the zone of a ``{date_time, time_zone}``; `zone` where it names none.

    The `date_time` of an answer is an instant: ``Z`` means UTC there, also next to another zone. To be verified on a real account; this
    function is the one place that knows. A text without an offset is wall-clock time already.
    """
    said = answer if isinstance(answer, Mapping) else {"date_time": answer}
    named = said.get("time_zone")
    zone = named if isinstance(named, str) and is_zone(named) else zone
    moment = datetime.fromisoformat(str(said["date_time"]).strip())
    if moment.tzinfo is not None:
        moment = moment.astimezone(load_zone(zone)).replace(tzinfo=None)
    return render_wall(moment), zone


def write_zoned(text: str, zone: str) -> dict[str, str]:
    """The ``{date_time, time_zone}`` of a wall-clock text. The offset is that of the zone, so that it is right whether PagerDuty reads
    an instant or the hour on the wall."""
    moment = read_wall(text).replace(tzinfo=load_zone(zone))
    return {"date_time": moment.isoformat(timespec="seconds"), "time_zone": zone}


def to_utc(text: str, zone: str) -> datetime:
    """The instant of a wall-clock text."""
    return read_wall(text).replace(tzinfo=load_zone(zone)).astimezone(UTC)
