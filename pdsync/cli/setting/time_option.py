"""Options that name a time, a period or a time zone."""

from __future__ import annotations

import os
import time
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from pdsync.cli.error import UsageError
from pdsync.cli.setting.machine_zone import read_machine_zone
from pdsync.model.instant import load_zone, parse_instant, zone_names
from pdsync.model.suggestion import did_you_mean

if TYPE_CHECKING:
    from pdsync.engine.roster import Period
    from pdsync.report.text.clock import Clock

_DEFAULT_PERIOD_S = 14 * 86_400
_LONGEST_PERIOD_S = 366 * 86_400


def read_zone(timezone: str | None) -> tzinfo | None:
    """The zone of that name; without one that of this machine, which is None where only the C library knows it. Raises UsageError."""
    if timezone is None:
        return read_machine_zone(os.environ.get("TZ"))[0]
    try:
        return load_zone(timezone)
    except (KeyError, ValueError, OSError):
        near = did_you_mean(timezone, sorted(zone_names()))
        raise UsageError(f"--timezone {timezone}: no such time zone", near or "Write one like Europe/Berlin.") from None


def read_clock(timezone: str | None) -> Clock:
    """The clock of the reader. Raises UsageError for a zone that does not exist."""
    from pdsync.report.text.clock import Clock

    return Clock(read_zone(timezone))


def read_moment(option: str, at: str | None, timezone: str | None) -> int:
    """The instant that an option names, in seconds since 1970; now without one.

    Without an offset it is on the reader's clock. Raises UsageError.
    """
    zone = read_zone(timezone)
    if at is None:
        return int(time.time())
    moment = parse_instant(at, timezone) or (_on_this_machine(at, zone) if timezone is None else None)
    if moment is None or not 1970 < moment.year < 2200:
        raise UsageError(
            f"{option} {at}: not a date and time", "Write it like 2026-01-05T09:00 or 2026-01-05T09:00:00+01:00."
        )
    return int(moment.timestamp())


def _on_this_machine(text: str, zone: tzinfo | None) -> datetime | None:
    try:
        wall = datetime.fromisoformat(text.strip())
        return wall.replace(tzinfo=zone) if zone is not None else wall.astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def settle_moment(moment: int, at: str | None, *, live: bool) -> int:
    """The instant that is shown, once everything was read.

    "Now" is when the account was read, not when reading began: a layer that started in between (as in a sandbox that has just been
    seeded) would still be empty.
    """
    return int(time.time()) if live and at is None else moment


def read_period(since: str | None, until: str | None, timezone: str | None) -> Period:
    """What --from and --to name: from now, and for 14 days, where they are not given. Raises UsageError."""
    from pdsync.engine.roster import Period

    start = read_moment("--from", since, timezone)
    end = start + _DEFAULT_PERIOD_S if until is None else read_moment("--to", until, timezone)
    if not start < end <= start + _LONGEST_PERIOD_S:
        raise UsageError("--to must be after --from, by a year at most", "Without --to: 14 days.")
    return Period(start, end)
