"""The urgency of an incident: constant, or by the support hours of its service; none where the service creates no incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pdsync.model import Canonical
from pdsync.model.wall_clock import to_local
from pdsync.oncall.reading import DAY_S, support_window_of
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


Alarm = Literal["high", "low", "low_rising", "severity_based", "none", "unknown"]
"""What an incident of a service is: of an urgency, of a low one that a scheduled action raises later, or not made at all."""
DECIDING = ("status", "incident_urgency_rule", "support_hours", "scheduled_actions")
"""The fields of a service that decide how urgent its incidents are."""
Stretch = tuple[int, int, Alarm]
"""Start, end, and what an incident is from the one to the other."""
_Windows = list[tuple[int, int]]


def urgency_at(service: Mapping[str, Canonical], moment: int) -> ServiceUrgency:
    """The urgency by canonical fields of a service. Without a rule it is high, as PagerDuty's default."""
    return _urgency(service, _windows(service, moment, moment), moment)


def alarms_between(service: Mapping[str, Canonical], since: int, until: int) -> list[Stretch]:
    """What incidents of a service are between two instants, by its canonical fields: stretches without a hole, in order.

    Raises one of `UNREADABLE` for hours or actions that PagerDuty's API description does not allow.
    """
    if service.get("status") == "disabled":
        return [(since, until, "none")]
    windows = _windows(service, since, until)
    edges = {edge for window in windows or () for edge in window if since < edge < until}
    found: list[Stretch] = []
    for start, end in pairwise(sorted({since, until, *edges})):
        alarm = _alarm(service, windows, start)
        if found and found[-1][2] == alarm:
            start = found.pop()[0]
        found.append((start, end, alarm))
    return found


def urgencies_of(service: Mapping[str, Canonical]) -> frozenset[Literal["high", "low"]]:
    """The urgencies that incidents of a service can have at all, at whatever time."""
    if service.get("status") == "disabled":
        return frozenset()
    rule = service.get("incident_urgency_rule") or {}
    if rule.get("type") == "use_support_hours" and service.get("support_hours"):
        parts = [rule.get(f"{where}_support_hours") or {} for where in ("during", "outside")]
    else:
        parts = [rule]
    said = {str(part.get("urgency") or "high") for part in parts}
    found: set[Literal["high", "low"]] = set()
    if said & {"low", "severity_based"}:
        found.add("low")
    if said - {"low"} or service.get("scheduled_actions"):
        found.add("high")
    return frozenset(found)


def _alarm(service: Mapping[str, Canonical], windows: _Windows | None, moment: int) -> Alarm:
    found = _urgency(service, windows, moment)
    if found.urgency == "low":
        return "low" if found.rises_at is None else "low_rising"
    return "severity_based" if found.urgency == "severity_based" else "high"


def _urgency(service: Mapping[str, Canonical], windows: _Windows | None, moment: int) -> ServiceUrgency:
    rule = service.get("incident_urgency_rule") or {}
    if windows is None:
        return ServiceUrgency(str(rule.get("urgency") or "high"), "at all hours")
    inside = any(start <= moment < end for start, end in windows)
    part = rule.get("during_support_hours" if inside else "outside_support_hours") or {}
    urgency = str(part.get("urgency") or "high")
    where = f"{'during' if inside else 'outside'} support hours"
    return ServiceUrgency(urgency, where, _rise(service, windows, moment) if urgency == "low" else None)


def _windows(service: Mapping[str, Canonical], since: int, until: int) -> _Windows | None:
    """The support hours from a day before the one instant to eight days after the other, in order; None where they decide
    nothing."""
    hours = service.get("support_hours")
    if (service.get("incident_urgency_rule") or {}).get("type") != "use_support_hours" or not hours:
        return None
    zone = str(hours.get("time_zone") or "Etc/UTC")
    days = set(hours.get("days_of_week") or ())
    start, end = seconds_of_day(str(hours["start_time"])), seconds_of_day(str(hours["end_time"]))
    first, last = to_local(zone, since) // DAY_S - 1, to_local(zone, until) // DAY_S + 9
    return [support_window_of(zone, day, start, end) for day in range(first, last) if weekday_of(day) in days]


def _rise(service: Mapping[str, Canonical], windows: _Windows, moment: int) -> int | None:
    names = {action["at"]["name"] for action in service.get("scheduled_actions") or ()}
    moments = [start for start, _ in windows] if "support_hours_start" in names else []
    moments += [end for _, end in windows] if "support_hours_end" in names else []
    return min((each for each in moments if each > moment), default=None)
