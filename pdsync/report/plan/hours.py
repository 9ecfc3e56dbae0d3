"""Times and hours as people write them: on the clock of the object's own zone, with the zone named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pdsync.model import Canonical
from pdsync.model.instant import parse_instant, parse_time_of_day, render_clock, render_duration

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY_S = 86_400
_RESTRICTIONS = {
    "daily_restriction": frozenset({"type", "start_time_of_day", "duration_seconds"}),
    "weekly_restriction": frozenset({"type", "start_day_of_week", "start_time_of_day", "duration_seconds"}),
}
_SUPPORT_HOURS = frozenset({"type", "time_zone", "days_of_week", "start_time", "end_time"})

TELLING = frozenset({"start_time_of_day", "days_of_week"})
"""Members of which restrictions and support hours have one."""


def shown_time(text: str, zone: str) -> str:
    """``2026-01-05 09:00 CET`` for an instant, ``09:00 Europe/Berlin`` for a time of day; any other text as it is."""
    if parse_time_of_day(text):
        return f"{_short(text)} {zone}".rstrip()
    moment = parse_instant(text)
    return text if moment is None else render_clock(moment, zone or "Etc/UTC")


def hours_phrase(value: Canonical, zone: str) -> str:
    """A restriction or support hours in a few words, such as ``Mon 18:00 to Tue 08:00 (14h) Europe/Berlin``; empty for anything else."""
    if not isinstance(value, Mapping):
        return ""
    if value.keys() | {"type"} == _SUPPORT_HOURS and _are_days(value["days_of_week"]):
        days, (start, end) = value["days_of_week"], map(_short, (str(value["start_time"]), str(value["end_time"])))
        return f"{_shown_days(days)} {start} to {end} {value['time_zone']}"
    return _restriction(value, (value.get("start_day_of_week"),), zone) if _is_restriction(value) else ""


def hours_lines(value: Canonical, zone: str) -> list[str]:
    """A list of restrictions in phrases, where those of several days that say the same are one; empty for anything else."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return []
    if not all(isinstance(item, Mapping) and _is_restriction(item) for item in value):
        return []
    found: dict[tuple[str, str, int], list[Mapping[str, Canonical]]] = {}
    for item in value:
        found.setdefault((item["type"], item["start_time_of_day"], item["duration_seconds"]), []).append(item)
    return [_restriction(items[0], [it.get("start_day_of_week") for it in items], zone) for items in found.values()]


def _is_restriction(value: Mapping[str, Canonical]) -> bool:
    names = _RESTRICTIONS.get(str(value.get("type")))
    if names is None or value.keys() != names or not parse_time_of_day(str(value["start_time_of_day"])):
        return False
    is_weekly = "start_day_of_week" in names
    return type(value["duration_seconds"]) is int and (not is_weekly or _are_days([value["start_day_of_week"]]))


def _are_days(value: Canonical) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(day in range(1, 8) for day in value)


def _restriction(value: Mapping[str, Canonical], days: Iterable[int | None], zone: str) -> str:
    start, lasts = str(value["start_time_of_day"]), value["duration_seconds"]
    hours, minutes, seconds = (int(part) for part in start.split(":"))
    ends = hours * 3600 + minutes * 60 + seconds + lasts
    after, clock = divmod(ends, _DAY_S)
    end = _short(f"{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}")
    on = [day for day in days if day is not None]
    begins = _shown_days(on) if on else "every day"
    if after and len(on) == 1 and (after > 1 or clock):
        end = f"{_DAYS[(on[0] - 1 + after) % 7]} {end}"
    elif after and clock:
        end = f"{end} the next day" if after == 1 else f"{end} {after} days later"
    elif after > 1:
        end = f"{end} {after} days later"
    return f"{begins} {_short(start)} to {end} ({render_duration(lasts)}) {zone}".rstrip()


def _shown_days(days: Sequence[int]) -> str:
    """``Mon-Fri``, ``Mon, Wed``, ``every day``."""
    found = sorted(set(days))
    if len(found) == len(_DAYS):
        return "every day"
    runs: list[list[int]] = []
    for day in found:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        f"{_DAYS[run[0] - 1]}-{_DAYS[run[-1] - 1]}" if len(run) > 2 else ", ".join(_DAYS[day - 1] for day in run)
        for run in runs
    )


def _short(text: str) -> str:
    """The time of day without seconds that say nothing."""
    return text.removesuffix(":00") if text.count(":") == 2 else text
