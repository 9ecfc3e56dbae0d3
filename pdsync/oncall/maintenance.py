"""Maintenance: times in which a service creates no incidents (PagerDuty API description, MaintenanceWindow)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.model.instant import parse_instant_s
from pdsync.oncall.interval import merge_intervals

KIND = "maintenance_window"


@dataclass(frozen=True, slots=True)
class Maintenance:
    """From `start` up to, and without, `end` (seconds since 1970)."""

    start: int
    end: int
    description: str = ""
    place: str = ""
    """Where its manifest is written; empty for one that has none."""


def maintenance_at(windows: Iterable[Maintenance], moment: int) -> Maintenance | None:
    """The maintenance that an instant lies in, as one where several overlap or touch; its description is that of the first."""
    inside = sorted(windows, key=lambda window: (window.start, window.end))
    for start, end in merge_intervals((window.start, window.end) for window in inside):
        if start <= moment < end:
            first = next(window for window in inside if window.start <= moment < window.end)
            return Maintenance(start, end, first.description, first.place)
    return None


def read_windows(
    windows: Iterable[tuple[Mapping[str, Canonical], str]], find: Callable[[Canonical], Ref | None]
) -> dict[Ref, tuple[Maintenance, ...]]:
    """The maintenance of each service, from the fields and the place of each window of a roster. `find` gives the reference that it
    uses."""
    found: dict[Ref, list[Maintenance]] = defaultdict(list)
    for fields, place in windows:
        start, end = (parse_instant_s(fields.get(name)) for name in ("start_time", "end_time"))
        for service in map(find, fields.get("services") or ()):
            if service is not None and start is not None and end is not None and start < end:
                found[service].append(Maintenance(start, end, str(fields.get("description") or ""), place))
    return {service: tuple(each) for service, each in found.items()}
