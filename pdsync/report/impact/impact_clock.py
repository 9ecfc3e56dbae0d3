"""Stretches of time of an impact as text, on the clock of a schedule and on that of the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from pdsync.model import Ref
from pdsync.model.instant import load_zone
from pdsync.oncall.impact import Impact


@dataclass(frozen=True)
class ImpactClock:
    """`reader`: the zone that times are also shown in; None: only that of the schedule."""

    impact: Impact
    reader: tzinfo | None = None

    def span(self, subject: Ref, start: int, end: int) -> str:
        """Such as ``Sun 29 Nov 00:00 - 09:00 CET``. What begins or ends with the time that was looked at has no such end. A rule may look
        further ahead: the end of what begins later is known."""
        return self._on_clocks(subject, start, end, self.impact.until if start < self.impact.until else None)

    def exact(self, subject: Ref, start: int, end: int) -> str:
        """The same for what may end after the time that was looked at: its end is known."""
        return self._on_clocks(subject, start, end, None)

    def _on_clocks(self, subject: Ref, start: int, end: int, until: int | None) -> str:
        name = self.impact.zones.get(subject, "Etc/UTC")
        there = self._span(start, end, load_zone(name), until)
        if self.reader is None or (until is not None and start <= self.impact.moment and end >= until):
            return there
        here = self._span(start, end, self.reader, until)
        return there if here == there else f"{there} ({here})"

    def _span(self, start: int, end: int, zone: tzinfo, until: int | None) -> str:
        first, last = (datetime.fromtimestamp(moment, UTC).astimezone(zone) for moment in (start, end))
        if until is not None and end >= until:
            return "from now on" if start <= self.impact.moment else f"from {_day(first)} {first:%H:%M} {first:%Z} on"
        if start <= self.impact.moment:
            return f"now until {_day(last)} {last:%H:%M} {last:%Z}"
        begin = f"{_day(first)} {first:%H:%M}" + (f" {first:%Z}" if f"{first:%Z}" != f"{last:%Z}" else "")
        finish = f"{last:%H:%M}" if first.date() == last.date() else f"{_day(last)} {last:%H:%M}"
        return f"{begin} - {finish} {last:%Z}"


def hours_text(seconds: int) -> str:
    """Hours, with as many minutes as there are: ``24 h``, ``8 h 30 min``, ``20 min``."""
    if 0 < seconds < 60:
        return "less than a minute"
    hours, minutes = divmod(round(seconds / 60), 60)
    parts = ([f"{hours} h"] if hours or not minutes else []) + ([f"{minutes} min"] if minutes else [])
    return " ".join(parts)


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"
