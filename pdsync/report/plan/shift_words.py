"""Rotations of shift-based schedules in the words of a manifest, such as ``every: week, on: [mon], from: 09:00``."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.model import Canonical
from pdsync.model.codec.shift_form import EVERY, UNASSIGNED
from pdsync.report.plan.hours import shown_time

_EVENT = frozenset({"start_time", "end_time", "recurrence", "assignment", "shifts_per_member", "members"})
"""The members that an event of a rotation has, and no other value."""
_ROTATION = frozenset({"name", "events"})


def in_words(value: Mapping[str, Canonical], zone: str) -> Mapping[str, Canonical]:
    """A rotation, or an event of one, as a manifest says it; any other value as it is. `zone` is that of the schedule."""
    if value.keys() == _ROTATION and len(value["events"]) == 1:
        (event,) = value["events"]
        is_flat = isinstance(event, Mapping) and event.keys() >= _EVENT and event["name"] == value["name"]
        return _event(event, zone) if is_flat else value
    return _event(value, zone) if value.keys() >= _EVENT else value


def _event(event: Mapping[str, Canonical], zone: str) -> dict[str, Canonical]:
    from pdsync.model.shift.clock import dated_shift, is_open
    from pdsync.model.shift.written import frequency_of, length_of

    start, end = dated_shift(event["start_time"], event["end_time"])
    said: dict[str, Canonical] = {"name": event["name"], **frequency_of(event, start)}
    said |= {"from": start.strftime("%H:%M"), **length_of(event, start, end)}
    if event["time_zone"] != zone:  # without it, times of day are shown on the clock of the schedule
        said |= {name: f"{said[name]} {event['time_zone']}" for name in ("from", "to") if name in said}
    if not is_open(event["start_time"]):
        said["starts"] = start.date().isoformat()
    for name, member in (("since", "effective_since"), ("until", "effective_until")):
        if event.get(member):
            said[name] = shown_time(event[member], zone)
    if event["assignment"] == EVERY:
        said["assign"] = EVERY
    elif event["shifts_per_member"] != 1:
        said["shifts_per_member"] = event["shifts_per_member"]
    return {**said, "members": [UNASSIGNED if it is None else it for it in event["members"]]}
