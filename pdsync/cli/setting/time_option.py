"""Options that name a time, a period or a time zone."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, TypeAlias

from pdsync.cli.error import UsageError
from pdsync.client.server_clock import local_now
from pdsync.model.instant import load_zone, parse_instant, wall_clock_doubt

if TYPE_CHECKING:
    from collections.abc import Callable

    from pdsync.engine.roster import Period
    from pdsync.report.text.clock import Clock

Note: TypeAlias = "Callable[[str], None]"
_YEARS = range(1971, 2200)
_DEFAULT_PERIOD_S = 14 * 86_400
_LONGEST_PERIOD_S = 366 * 86_400


def _ignore(_: str) -> None:
    """Takes a doubt and says nothing."""


def read_zone(timezone: str | None) -> tzinfo | None:
    """The zone of that name; without one that of this machine, which is None where only the C library knows it. Raises UsageError."""
    if timezone is None:
        named = os.environ.get("TZ")
        if not named:
            return None
        from pdsync.cli.setting.machine_zone import read_machine_zone

        return read_machine_zone(named)[0]
    try:
        return load_zone(timezone)
    except (KeyError, ValueError):
        from pdsync.model.zone_hint import suggest_zone

        raise UsageError(f"--timezone: {timezone!r} is not a time zone", suggest_zone(timezone)) from None


def read_clock(timezone: str | None) -> Clock:
    """The clock of the reader. Raises UsageError for a zone that does not exist."""
    from pdsync.report.text.clock import Clock

    return Clock(read_zone(timezone))


def local_seconds() -> int:
    """The present moment by the clock of this machine, in seconds since 1970."""
    return int(local_now().timestamp())


@dataclass(frozen=True, slots=True)
class AskedTime:
    """The moment or the period that a command asks about, in seconds since 1970."""

    since: int | None
    """None: now."""
    until: int | None = None
    """None: `length_s` later."""
    length_s: int = 1
    """A moment is a period of a second."""
    is_future: bool = False
    """True where only what is to come is asked about: what is past of the period is left out."""

    @property
    def needs_now(self) -> bool:
        """Whether it depends on what time it is."""
        return self.since is None

    def at(self, now: int) -> Period:
        """The period, asked at this moment. Raises UsageError."""
        from pdsync.engine.roster import Period

        start = now if self.since is None else self.since
        end = start + self.length_s if self.until is None else self.until
        if not start < end <= start + _LONGEST_PERIOD_S:
            raise UsageError("--to must be after --from, by at most a year", "Without --to, the period is 14 days.")
        if self.is_future:
            start = max(start, now - now % 60 + 60)
            if start >= end:
                raise UsageError("the period is past", "Overrides change only what is to come.")
        return Period(start, end)


def read_moment(at: str | None, timezone: str | None, note: Note = _ignore) -> AskedTime:
    """What --at names; now without it. `note` takes what is doubtful of it. Raises UsageError."""
    return AskedTime(_seconds_of("--at", at, timezone, note))


def read_period(since: str | None, until: str | None, timezone: str | None, note: Note = _ignore) -> AskedTime:
    """What --from and --to name: from now, and for 14 days, where they are not given. Raises UsageError."""
    asked = AskedTime(
        _seconds_of("--from", since, timezone, note),
        _seconds_of("--to", until, timezone, note),
        length_s=_DEFAULT_PERIOD_S,
    )
    if not asked.needs_now:
        asked.at(0)
    return asked


def read_future(
    since: str | None, until: str | None, timezone: str | None, note: Note = _ignore, *, days: int = 14
) -> AskedTime:
    """What --from and --to name, as far as it is to come: from now, and for so many days, where they are not given. Raises UsageError."""
    asked = read_period(since, until, timezone, note)
    return replace(asked, length_s=days * 86_400, is_future=True)


def _seconds_of(option: str, at: str | None, timezone: str | None, note: Note) -> int | None:
    """The instant that an option names; None without one. Without an offset it is on the reader's clock. Raises UsageError."""
    zone = read_zone(timezone)
    if at is None:
        return None
    moment = parse_instant(at, timezone) or (_on_this_machine(at, zone) if timezone is None else None)
    if moment is not None and (year := _year_of(moment, zone)) not in _YEARS:
        message = f"{option} {at}: the year {year} is not between {_YEARS.start} and {_YEARS.stop - 1}"
        raise UsageError(message, "PagerDuty has no schedules and no alerts then.")
    if moment is None:
        raise UsageError(
            f"{option}: {at!r} is not a date and time", "Write it like 2026-01-05T09:00 or 2026-01-05T09:00:00+01:00."
        )
    if doubt := wall_clock_doubt(at, timezone or getattr(zone, "key", None)):
        note(f"{option}: {doubt}")
    return int(moment.timestamp())


def _year_of(moment: datetime, zone: tzinfo | None) -> int:
    """The year on the reader's clock; that of UTC where the calendar ends in between."""
    try:
        return moment.astimezone(zone).year
    except (ValueError, OverflowError):
        return moment.year


def _on_this_machine(text: str, zone: tzinfo | None) -> datetime | None:
    try:
        wall = datetime.fromisoformat(text.strip())
        return wall.replace(tzinfo=zone) if zone is not None else wall.astimezone()
    except (ValueError, OverflowError, OSError):
        return None
