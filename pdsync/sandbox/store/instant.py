"""Instant: moments, times of day and time zones, as PagerDuty reads and writes them.

Moments are stored in UTC as ``2026-01-31T08:00:00Z``, always on a whole second.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?(Z|z|[+-][0-9]{2}:?[0-9]{2})?"
)
# What Go prints for a time, and what the Terraform provider really sends for rotation_virtual_start.
_GO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)? ([+-][0-9]{4}) \S+")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")


def parse_instant(text: str, zone: str) -> datetime | None:
    """A moment in UTC, or None for text that is not one. Without an offset it is local time in ``zone``."""
    found = _GO.fullmatch(text) or _RFC3339.fullmatch(text)
    if found is None:
        return None
    day, time, offset = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{(offset or '').upper()}")
    except ValueError:
        return None
    if not 1970 <= moment.year <= 2200:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def stored(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def loaded(text: str) -> datetime:
    return datetime.fromisoformat(text)


def checked(text: str) -> datetime:
    """Raises ValueError for what is not written as a stored moment: others cannot be compared with those."""
    moment = loaded(text)
    if stored(moment) != text:
        raise ValueError(f"{text} is not a moment such as 2026-01-31T08:00:00Z")
    return moment


def shown(text: str | None, zone: str) -> str | None:
    """A stored moment in a zone with its offset (PagerDuty API description, time_zone of schedules)."""
    if text is None or zone in ("UTC", "Etc/UTC"):
        return text
    return loaded(text).astimezone(zone_info(zone)).isoformat()


def parse_time_of_day(text: str) -> str | None:
    """``9:00``-like times are refused; ``09:00`` becomes ``09:00:00``."""
    found = _TIME.fullmatch(text)
    return f"{found[1]}:{found[2]}:{found[3] or '00'}" if found else None


zone_info = cache(ZoneInfo)


@cache
def zones(*, aliases: bool = False) -> frozenset[str]:
    """The zones that are accepted, with or without aliases such as US/Mountain."""
    known = available_timezones() - {"Factory", "localtime"}
    return frozenset(zone for zone in known if aliases or not zone.startswith("US/"))
