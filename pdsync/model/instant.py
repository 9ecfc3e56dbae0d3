"""Instants, times of day, durations and time zones: parsed from what people and PagerDuty write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeGuard
from zoneinfo import ZoneInfo

_DURATION_PART = re.compile(r"([0-9]+)([smhdw])")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
DURATION_PATTERN = r"(?:[0-9]+[smhdw])+"
TIME_OF_DAY_PATTERN = r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?"
_DURATION = re.compile(DURATION_PATTERN)
_TIME_OF_DAY = re.compile(TIME_OF_DAY_PATTERN)


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> int | None:
    """Seconds in a duration such as ``90m`` or ``1h30m``; None when it is not one."""
    if len(text) > 30 or not _DURATION.fullmatch(text):
        return None
    return sum(int(number) * _UNIT_S[unit] for number, unit in _DURATION_PART.findall(text))


def render_duration(seconds: int) -> str:
    """The shortest exact way to write a number of seconds: ``4h``, ``1h30m``, ``45s``."""
    if seconds <= 0:
        return f"{seconds}s"
    parts, rest = [], seconds
    for unit in "wdhms":
        count, rest = divmod(rest, _UNIT_S[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def parse_time_of_day(text: str) -> str | None:
    """``HH:MM:SS`` from ``HH:MM`` or ``HH:MM:SS``; None when it is not a time of day."""
    match = _TIME_OF_DAY.fullmatch(text)
    return f"{match[1]}:{match[2]}:{match[3] or '00'}" if match else None


@lru_cache(maxsize=256)
def load_zone(name: str) -> ZoneInfo:
    """The zone of that name. Raises `ZoneInfoNotFoundError` (a `KeyError`) or ValueError for an unknown one."""
    try:
        return ZoneInfo(name)
    except OSError as error:  # the name is looked up as a file, and this one cannot be a file's name
        raise ValueError(f"{name!r} is not a time zone") from error


def is_zone(name: object) -> TypeGuard[str]:
    """Whether there is a zone of that name."""
    try:
        return isinstance(name, str) and bool(name) and load_zone(name) is not None
    except (KeyError, ValueError):
        return False


def parse_instant(text: str, zone: str | None = None) -> datetime | None:
    """The UTC instant that `text` names; None when it names none.

    Takes RFC 3339 in any offset, and a local time without offset when `zone` says where. PagerDuty answers in the zone of
    the schedule or of the account, so instants and never strings are compared (terraform-provider-pagerduty #200).
    """
    candidate = text.strip()
    if candidate.endswith(" UTC"):  # Go's text form, which Terraform's provider writes into layers
        candidate = candidate[: -len(" UTC")].rstrip()
        head, _, offset = candidate.rpartition(" ")
        candidate = head + offset if head and offset[:1] in "+-" else candidate
    try:
        moment = datetime.fromisoformat(candidate)
        if moment.tzinfo is None:
            if zone is None:
                return None
            moment = moment.replace(tzinfo=load_zone(zone))
        return moment.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        return None


def wall_clock_doubt(text: str, zone: str | None) -> str:
    """What is doubtful of a local time in a zone: clocks skip it, or show it twice. Empty where it is plain, or has an offset."""
    try:
        wall = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    if wall.tzinfo is not None or zone is None:
        return ""
    first, second = (wall.replace(tzinfo=load_zone(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return ""
    taken = first.astimezone(UTC).astimezone(first.tzinfo)
    if taken.replace(tzinfo=None) != wall:
        day = "" if taken.date() == wall.date() else f"{taken:%Y-%m-%d} "
        return f"{text!r} does not exist in {zone}, because the clocks go forward: {day}{taken:%H:%M} is used"
    return f"{text!r} occurs twice in {zone}, because the clocks go back: the first time is used"


def render_instant(moment: datetime) -> str:
    """An instant as RFC 3339 in UTC to the second, the canonical form: ``2026-01-05T08:00:00Z``."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def render_clock(moment: datetime, zone: str) -> str:
    """An instant on the clock of a zone, for people: ``2026-01-05 09:00 CET``."""
    local = moment.astimezone(load_zone(zone))
    return f"{local:{'%Y-%m-%d %H:%M:%S' if local.second else '%Y-%m-%d %H:%M'} %Z}"


def read_rendered(text: str) -> datetime:
    """The instant of a text that `render_instant` wrote: a canonical value, or when an account was read."""
    moment = parse_instant(text)
    assert moment is not None, text
    return moment


def parse_instant_s(text: object, zone: str | None = None) -> int | None:
    """The instant that `text` names, in seconds since 1970; None when it names none, or is not a text."""
    moment = parse_instant(text, zone) if isinstance(text, str) else None
    return int(moment.timestamp()) if moment is not None else None


def render_instant_s(moment: int) -> str:
    """The canonical form of an instant that is given in seconds since 1970."""
    return render_instant(datetime.fromtimestamp(moment, UTC))


def read_rendered_s(text: str) -> int:
    """The instant of a canonical text, in seconds since 1970."""
    return int(read_rendered(text).timestamp())


def next_whole_minute(moment: datetime) -> datetime:
    """The first whole minute after `moment`: `end` of a layer must be on one (terraform-provider-pagerduty #659)."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
