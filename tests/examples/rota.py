"""Who is on call by a schedule's manifest: a second, small reading of layers that shares no code with pdsync.

Wall-clock time in the schedule's zone throughout, as PagerDuty's editor shows it. Good for turns of whole days, which all
examples have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
DAY_S, WEEK_S = _UNITS["d"], _UNITS["w"]


def seconds(text: str) -> int:
    """``2d14h`` in seconds."""
    assert re.fullmatch(r"(\d+[mhdw])+", text), text
    return sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)(\w)", text))


def _counts(layer: Any, local: datetime) -> bool:
    """Whether the layer says anything at a wall-clock time."""
    for bound, before in (("start", True), ("end", False)):
        if bound in layer and (local < datetime.fromisoformat(layer[bound])) is before:
            return False
    restrictions = layer.get("restrictions")
    if not restrictions:
        return True
    of_day = local.hour * 3600 + local.minute * 60 + local.second
    for restriction in restrictions:
        hour, minute = map(int, restriction["start_time_of_day"].split(":"))
        begin, now, cycle = hour * 3600 + minute * 60, of_day, DAY_S
        if restriction["type"] == "weekly_restriction":
            begin += (restriction["start_day_of_week"] - 1) * DAY_S
            now, cycle = of_day + local.weekday() * DAY_S, WEEK_S
        if (now - begin) % cycle < seconds(restriction["duration_seconds"]):
            return True
    return False


def layers_at(schedule: Any, moment: datetime) -> list[Any]:
    """The layers that count at a moment, base first."""
    local = moment.astimezone(ZoneInfo(schedule["time_zone"])).replace(tzinfo=None)
    return [layer for layer in schedule["schedule_layers"] if _counts(layer, local)]


def on_call(schedule: Any, moment: datetime) -> str | None:
    """The key of the user on call, or None in a gap: the last layer that counts wins."""
    counting = layers_at(schedule, moment)
    if not counting:
        return None
    layer = counting[-1]
    local = moment.astimezone(ZoneInfo(schedule["time_zone"])).replace(tzinfo=None)
    turn_s = seconds(layer["rotation_turn_length_seconds"])
    assert turn_s % DAY_S == 0
    turn = (local - datetime.fromisoformat(layer["rotation_virtual_start"])) // timedelta(seconds=turn_s)
    return str(layer["users"][turn % len(layer["users"])])


def week(monday: datetime, step: timedelta = timedelta(minutes=15)) -> Iterator[datetime]:
    """The moments of the week that begins on that day, at 00:00 UTC, a little before its start and after its end."""
    moment, end = (
        monday.replace(tzinfo=UTC) - timedelta(hours=6),
        monday.replace(tzinfo=UTC) + timedelta(days=7, hours=6),
    )
    while moment < end:
        yield moment
        moment += step


def weeks_with_clock_changes(year: int, *zones: str) -> list[datetime]:
    """The Mondays of the weeks of a year in which one of the zones changes its clocks."""
    mondays: set[datetime] = set()
    for zone in map(ZoneInfo, zones):
        day = datetime(year, 1, 1, tzinfo=UTC)
        while day.year == year:
            following = day + timedelta(days=1)
            if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
                mondays.add((day - timedelta(days=day.weekday())).replace(tzinfo=None))
            day = following
    return sorted(mondays)
