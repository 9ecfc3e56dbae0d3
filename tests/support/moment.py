"""Moments that tests choose: far enough from now that a test which takes its time does not see them pass."""

from __future__ import annotations

from datetime import datetime


def far_minute(now: datetime) -> int:
    """A minute of the hour that is 15 minutes away from now or more, also where the offset of a time zone is half an hour."""
    return (now.minute + 15) % 60
