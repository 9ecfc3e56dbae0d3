"""Rotations compared: a live value as a manifest would say it, and what time takes out. Pure.

Terms. An event is *cut* where another one of its rotation begins the moment that it ends: so pdsync changes an event that is running. The
cut one counts no more, and the one after it counts as in effect already, although that is so from the next change of member on only.
Two events have the same *phase* where the same member has the same shift. An event that is made in place of another one counts from a later
first shift, with its members turned; a manifest still says where it counted from first, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.shift_form import EVERY
from pdsync.model.instant import read_rendered
from pdsync.model.name import fold_name
from pdsync.model.shift.clock import as_open, is_open, on_day, read_wall, to_utc
from pdsync.model.shift.rotation import Event, Rotation
from pdsync.model.shift.rule import excluded_at, first_day, rule_parts
from pdsync.model.sort_key import sort_key
from pdsync.model.zone import canonical_zone

_PHASE = ("start_time", "end_time", "members")
"""The members of an event that change together, where it is counted from a later shift."""


def settled(rotations: Sequence[Rotation], now: str) -> list[Rotation]:
    """What can differ at a moment: without events that have ended, and without moments of effect that are past."""
    return _mapped(rotations, lambda event: None if _has_ended(event, now) else _begun(event, now))


def stable(rotations: Sequence[Rotation]) -> list[Rotation]:
    """What neither a hand-off nor the passing of time changes."""
    return _mapped(rotations, lambda event: None if event.get("effective_until") else _without_since(event))


def lasting(rotations: Sequence[Rotation]) -> list[Rotation]:
    """The rotations without the events that are cut."""
    return [{**it, "events": _uncut(it["events"], 1)} for it in rotations]


def lingering(rotations: Sequence[Rotation], live: Sequence[Rotation], now: str) -> list[Rotation]:
    """These, with the live events that a write of these ends: they name their people until the next change of member at least."""
    known = [event for rotation in rotations for event in rotation["events"]]
    ending = [
        {**it, "events": left}
        for it in settled(live, now)
        if (left := [event for event in it["events"] if event not in known])
    ]
    return [*rotations, *ending]


def with_date(event: Event, now: str) -> Event:
    """The event with a date for its first shift, where that is open: the first one of its days from a moment on."""
    if not is_open(event["start_time"]):
        return event
    day = first_day(rule_parts(event["recurrence"][0]), read_rendered(now).date())
    start, end = on_day(event["start_time"], event["end_time"], day)
    return {**event, "start_time": start, "end_time": end}


def frame_of(rotations: Sequence[Rotation]) -> list[Any]:
    """The rotations without where their turns are counted from."""
    return [
        {"name": it["name"], "events": [_frame_of_event(event) for event in _uncut(it["events"], 1)]}
        for it in rotations
    ]


def narrow(live: Sequence[Rotation], desired: Sequence[Rotation]) -> list[Rotation]:
    """The live rotations as a manifest says them that says `desired`; equal to it where nothing is to be written."""
    wanted = {fold_name(str(it["name"])): it for it in desired}
    return [_narrow_rotation(it, wanted.get(fold_name(str(it["name"])))) for it in live]


def is_same_turn(one: Sequence[Canonical], other: Sequence[Canonical]) -> bool:
    """Whether two lists of members are the same circle."""
    return len(one) == len(other) and any(turned(one, by) == list(other) for by in range(max(1, len(one))))


def turned(members: Sequence[Canonical], by: int) -> list[Canonical]:
    """The members from another one on, in the same circle."""
    return [*members[by:], *members[:by]]


def _narrow_rotation(live: Rotation, wanted: Rotation | None) -> Rotation:
    if wanted is None:
        return {**live, "events": _uncut(live["events"], 1)}
    asked = wanted["events"]
    events = _uncut(live["events"], len(asked))
    if len(events) == len(asked):
        events = [_as_said(event, said) for event, said in zip(events, asked, strict=True)]
    return {**live, "name": wanted["name"], "events": events}


def _uncut(events: Sequence[Event], keep: int) -> list[Event]:
    """The events without those that are cut, as long as there are more than `keep`."""
    left = list(events)
    while len(left) > max(keep, 1):
        first, after = left[0], left[1]
        if first.get("effective_until") is None or first["effective_until"] != after.get("effective_since"):
            break
        left = [_without_since(after), *left[2:]]
    return left


def _as_said(event: Event, said: Event) -> Event:
    """A live event in the words of a manifest's."""
    event = {**event, "recurrence": _recurrence_as_said(event, said)}
    if is_open(said["start_time"]):
        start, end = as_open(event["start_time"], event["end_time"])
        return {**event, "start_time": start, "end_time": end, "members": _aligned(event, said)}
    if is_open(event["start_time"]) or any(
        event.get(name) != said.get(name) for name in {*event, *said} if name not in _PHASE
    ):
        return event
    return {**event, **{name: said[name] for name in _PHASE}} if has_same_phase(event, said) else event


def _recurrence_as_said(event: Event, said: Event) -> Canonical:
    """The recurrence of a live event, with the dates of the manifest's that are before its first shift: they mean nothing any more."""
    if is_open(event["start_time"]) or len(said["recurrence"]) == len(event["recurrence"]):
        return event["recurrence"]
    first = to_utc(event["start_time"], str.__str__(event["time_zone"]))
    lasting = [line for line in said["recurrence"] if line.startswith("RRULE") or excluded_at(line) >= first]
    return said["recurrence"] if lasting == list(event["recurrence"]) else event["recurrence"]


def _aligned(event: Event, said: Event) -> list[Canonical]:
    """The members of a live event from that one on with which the manifest begins, as far as they are there."""
    members = list(event["members"])
    if event["assignment"] == EVERY:
        return members
    if is_same_turn(members, said["members"]):
        return list(said["members"])
    first = next((it for it in said["members"] if it in members), None)
    return turned(members, members.index(first)) if first in members else members


def has_same_phase(one: Event, other: Event) -> bool:
    """Whether two events of the same rule and hours give every shift after both have begun to the same member."""
    if as_open(one["start_time"], one["end_time"]) != as_open(other["start_time"], other["end_time"]):
        return False
    first, second = sorted((one, other), key=lambda it: str(it["start_time"]))
    if first["assignment"] != EVERY and not is_same_turn(first["members"], second["members"]):
        return False
    if first["start_time"] == second["start_time"]:
        return bool(first["members"] == second["members"])
    from pdsync.model.shift.event import count_shifts  # python-dateutil is imported only where dates differ

    count = count_shifts(first, read_wall(second["start_time"]))
    if count is None:
        return False
    if first["assignment"] == EVERY:
        return bool(first["members"] == second["members"])
    turns, rest = divmod(count, int(first["shifts_per_member"]))
    members = list(first["members"])
    return rest == 0 and turned(members, turns % len(members)) == list(second["members"])


def _frame_of_event(event: Event) -> dict[str, Canonical]:
    start, end = as_open(event["start_time"], event["end_time"])
    members = list(event["members"])
    if event["assignment"] != EVERY and members:
        members = min((turned(members, by) for by in range(len(members))), key=sort_key)
    frame = {**event, "start_time": start, "end_time": end, "members": members}
    return {**frame, "time_zone": canonical_zone(str(event["time_zone"]))}


def _has_ended(event: Event, now: str) -> bool:
    until = event.get("effective_until")
    return until is not None and str(until) <= now


def _begun(event: Event, now: str) -> Event:
    """The event without a moment of effect that is past, and without an end that never comes."""
    since = event.get("effective_since")
    left = _without_since(event) if since is None or str(since) <= now else event
    return left if left.get("effective_until") else {name: it for name, it in left.items() if name != "effective_until"}


def _without_since(event: Event) -> Event:
    return {name: value for name, value in event.items() if name != "effective_since"}


def _mapped(rotations: Sequence[Rotation], change: Any) -> list[Rotation]:
    found: list[Mapping[str, Canonical]] = []
    for rotation in rotations:
        events = [it for event in rotation["events"] if (it := change(event)) is not None]
        if events:
            found.append({**rotation, "events": events})
    return found
