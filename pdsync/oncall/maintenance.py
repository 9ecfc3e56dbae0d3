"""Maintenance: times in which a service creates no incidents (PagerDuty API description, MaintenanceWindow)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pdsync.oncall.interval import merge_intervals


@dataclass(frozen=True, slots=True)
class Maintenance:
    """From `start` up to, and without, `end` (seconds since 1970)."""

    start: int
    end: int
    description: str = ""


def maintenance_at(windows: Iterable[Maintenance], moment: int) -> Maintenance | None:
    """The maintenance that an instant lies in, as one where several overlap or touch; its description is that of the first."""
    inside = sorted(windows, key=lambda window: (window.start, window.end))
    for start, end in merge_intervals((window.start, window.end) for window in inside):
        if start <= moment < end:
            said = next(window.description for window in inside if window.start <= moment < window.end)
            return Maintenance(start, end, said)
    return None
