"""A codec of moments whose time zone is that of another object, and so is not known while a manifest is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.model.codec.plain import Canonical, CheckedCodec
from pdsync.model.instant import is_zone, load_zone, parse_instant, render_instant
from pdsync.model.scope import Path, Scope

_HINT = "Write it like 2026-12-24T09:00 (in the time zone of the schedule) or with an offset."
_YEARS = range(2010, 2201)


@dataclass(frozen=True, slots=True)
class WallTime(CheckedCodec):
    """A moment. With an offset it is compared as UTC; without one it stays as it is until its zone is known. A date means its midnight."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": 10,
            "x-expected": "a date, or a date and time",
            "errorMessage": _HINT,
            "examples": ["2099-12-24T09:00", "2099-12-31T18:00:00+01:00", "2099-12-24"],
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return _read(value) if isinstance(value, str) else None

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """Whether it is a date of the calendar, on a whole minute."""
        read = _read(value)
        if read is None:
            scope.problem(path, f"{value!r} is not a date and time", _HINT)
        elif int(read[:4]) not in _YEARS:
            scope.problem(path, f"the year {read[:4]} is not between {_YEARS.start} and {_YEARS.stop - 1}")
        elif not read.removesuffix("Z").endswith(":00"):
            scope.warn(path, "is not on a whole minute", "PagerDuty may refuse seconds here.")

    def to_manifest(self, value: Canonical) -> Any:
        """Without seconds that are none, as people write it."""
        return (
            value.removesuffix(":00") if isinstance(value, str) and len(value) == len("2026-12-24T09:00:00") else value
        )


def _read(text: str) -> str | None:
    """An instant in UTC where the text has an offset; else the wall-clock time, to the second."""
    moment = parse_instant(text)
    if moment is not None:
        return render_instant(moment)
    try:
        return datetime.fromisoformat(text.strip()).replace(microsecond=0).isoformat()
    except ValueError:
        return None


def in_zone(value: str, zone: str) -> str:
    """The instant that a canonical value means in a zone."""
    moment = parse_instant(value, zone)
    assert moment is not None, value
    return render_instant(moment)


def as_if_in_utc(value: str) -> str:
    """The instant that a canonical value would mean in UTC."""
    return in_zone(value, "Etc/UTC")


def is_wall_clock(value: str) -> bool:
    """Whether its zone is not known yet."""
    return not value.endswith("Z")


def on_wall_clock(value: str, zone: object) -> str:
    """An instant as wall-clock time of a zone. As it is where the zone is not known, or its clocks show that time twice."""
    moment = parse_instant(value)
    if moment is None or not is_zone(zone):
        return value
    text = moment.astimezone(load_zone(zone)).replace(tzinfo=None).isoformat(timespec="seconds")
    return text if parse_instant(text, zone) == moment else value
