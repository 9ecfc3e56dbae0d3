"""Instants as a reader reads them: on the reader's clock and, where that differs, on the schedule's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from pdsync.model.instant import load_zone, render_instant_s
from pdsync.report.text.palette import Palette


@dataclass(frozen=True, slots=True)
class Clock:
    """Shows seconds since 1970. None at `zone`: the clock of this machine."""

    zone: tzinfo | None = None

    def local(self, moment: int) -> datetime:
        """The instant as the reader's clock has it."""
        return datetime.fromtimestamp(moment, UTC).astimezone(self.zone)

    def at(self, moment: int, *, with_zone: bool = False) -> str:
        """``Tue 5 Jan 2027 10:00``, and the abbreviation of the zone if asked for."""
        local = self.local(moment)
        return f"{_shown(local)}{local.strftime(' %Z') if with_zone else ''}"

    def period(self, start: int, end: int) -> str:
        """``Tue 5 Jan 2027 10:00 to 18:00``: the day is said once where it is the same."""
        first, last = self.local(start), self.local(end)
        return f"{_shown(first)} to {f'{last:%H:%M}' if first.date() == last.date() else _shown(last)}"

    def agrees(self, zone: str, *moments: int) -> bool:
        """Whether a clock of that zone shows the same at all of these instants."""
        theirs = Clock(load_zone(zone))
        return all(theirs.local(moment).utcoffset() == self.local(moment).utcoffset() for moment in moments)

    def elsewhere(self, zone: str, *moments: int) -> str:
        """The same instant, or start and end, in another zone, such as ``11:00 in America/New_York``; empty where both clocks
        agree, and without a zone."""
        if not zone or self.agrees(zone, *moments):
            return ""
        theirs = Clock(load_zone(zone))
        same_day = all(theirs.local(moment).date() == self.local(moment).date() for moment in moments)
        if same_day:
            shown = " to ".join(f"{theirs.local(moment):%H:%M}" for moment in moments)
        else:
            shown = theirs.period(*moments) if len(moments) == 2 else theirs.at(moments[0])
        return f"{shown} in {zone}"


def _shown(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def utc(moment: int) -> str:
    """The instant for programs, RFC 3339 in UTC."""
    return render_instant_s(moment)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a text is shown on: the reader's clock, the colours, and how many columns there are."""

    clock: Clock
    palette: Palette
    width: int
