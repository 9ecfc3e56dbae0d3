"""The time zone that somebody wants to read times in."""

from __future__ import annotations

from datetime import tzinfo

from pdsync.cli.error import UsageError
from pdsync.kinds.instant import load_zone


def read_zone(timezone: str | None) -> tzinfo | None:
    """The zone of that name; None without one. Raises UsageError."""
    if timezone is None:
        return None
    try:
        return load_zone(timezone)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"--timezone {timezone}: no such time zone", "Write one like Europe/Berlin.") from None
