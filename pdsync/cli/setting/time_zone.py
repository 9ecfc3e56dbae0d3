"""The time zone that somebody wants to read times in."""

from __future__ import annotations

from datetime import tzinfo

from pdsync.cli.error import UsageError
from pdsync.model.instant import load_zone, zone_names
from pdsync.model.suggestion import did_you_mean


def read_zone(timezone: str | None) -> tzinfo | None:
    """The zone of that name; None without one. Raises UsageError."""
    if timezone is None:
        return None
    try:
        return load_zone(timezone)
    except (KeyError, ValueError, OSError):
        near = did_you_mean(timezone, sorted(zone_names()))
        raise UsageError(f"--timezone {timezone}: no such time zone", near or "Write one like Europe/Berlin.") from None
