"""The urgency of an incident: constant, or by the support hours of its service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pdsync.kinds import Canonical
from pdsync.oncall.reading import DAY_S, support_window_of, to_local
from pdsync.oncall.restriction import seconds_of_day, weekday_of


@dataclass(frozen=True, slots=True)
class ServiceUrgency:
    """How urgent an incident of a service is at an instant."""

    urgency: str
    """``high``, ``low``, or ``severity_based``: the event says."""
    because: str
    """In words: ``at all hours``, ``during support hours`` or ``outside support hours``."""
    rises_at: int | None = None
    """When a low-urgency incident that is still open becomes urgent, by a scheduled action."""


def urgency_at(service: Mapping[str, Canonical], moment: int) -> ServiceUrgency:
    """The urgency by canonical fields of a service. Without a rule it is high, as PagerDuty's default."""
    rule = service.get("incident_urgency_rule") or {}
    hours = service.get("support_hours")
    if rule.get("type") != "use_support_hours" or not hours:
        return ServiceUrgency(str(rule.get("urgency") or "high"), "at all hours")
    windows = _windows(hours, moment)
    inside = any(start <= moment < end for start, end in windows)
    part = rule.get("during_support_hours" if inside else "outside_support_hours") or {}
    urgency = str(part.get("urgency") or "high")
    where = f"{'during' if inside else 'outside'} support hours"
    return ServiceUrgency(urgency, where, _rise(service, windows, moment) if urgency == "low" else None)


def _windows(hours: Mapping[str, Canonical], moment: int) -> list[tuple[int, int]]:
    """The support hours from a day before to eight days after, in order."""
    zone = str(hours.get("time_zone") or "Etc/UTC")
    days = set(hours.get("days_of_week") or ())
    start, end = seconds_of_day(str(hours["start_time"])), seconds_of_day(str(hours["end_time"]))
    today = to_local(zone, moment) // DAY_S
    return [support_window_of(zone, day, start, end) for day in range(today - 1, today + 9) if weekday_of(day) in days]


def _rise(service: Mapping[str, Canonical], windows: list[tuple[int, int]], moment: int) -> int | None:
    names = {action["at"]["name"] for action in service.get("scheduled_actions") or ()}
    moments = [start for start, _ in windows] if "support_hours_start" in names else []
    moments += [end for _, end in windows] if "support_hours_end" in names else []
    return min((each for each in moments if each > moment), default=None)
