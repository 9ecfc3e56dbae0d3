"""Between instants and times on the wall of a zone, both in whole seconds since 1970: the one place that knows skipped and double times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pdsync.model.instant import load_zone

_EPOCH = datetime(1970, 1, 1)


@lru_cache(maxsize=200_000)
def to_instant(zone: str, local_s: int) -> int:
    """The instant (seconds since 1970, UTC) of a wall-clock time (seconds since 1970 on that wall).

    A time that occurs twice means the first one; a time that is skipped is that much later.
    """
    wall = (_EPOCH + timedelta(seconds=local_s)).replace(tzinfo=load_zone(zone))
    offset = wall.utcoffset()
    return local_s - (int(offset.total_seconds()) if offset is not None else 0)


def to_local(zone: str, instant: int) -> int:
    """The wall-clock time at an instant, both in seconds since 1970."""
    offset = datetime.fromtimestamp(instant, UTC).astimezone(load_zone(zone)).utcoffset()
    return instant + (int(offset.total_seconds()) if offset is not None else 0)


def wall_seconds(wall: datetime) -> int:
    """Seconds since 1970 on the wall, of a time without a zone."""
    return int((wall - _EPOCH).total_seconds())


def wall_time(local_s: int) -> datetime:
    """The time without a zone, of seconds since 1970 on the wall."""
    return _EPOCH + timedelta(seconds=local_s)
