"""The codec of `rotations`: manifest forms, answers and requests of the rotations of a shift-based schedule.

The canonical value is a list of rotations sorted by name, as `pdsync.model.shift.rotation` says. It is an open value: a manifest may leave out
the date of a first shift. A live value is compared as the manifest would say it: `pdsync.model.shift.comparison`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pdsync.model.codec.composed import Composed, Write
from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.plain import Canonical, Codec, Integer, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.shift_form import EVERY, event_name_part, form_parts
from pdsync.model.codec.structure import ListOf, Object, Part, optional, required
from pdsync.model.codec.time import Instant, Zone
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.sort_key import sort_key

_MOST_ROTATIONS, _MOST_EVENTS = 10, 5  # PagerDuty API description
_LONG_AGO = "2001-01-01T00:00:00Z"
"""In place of a date that is open. What is sent has the date that `pdsync.apply` chose."""
_EXAMPLE: Mapping[str, Any] = {
    "name": "main",
    "every": "week",
    "on": ["mon"],
    "from": "09:00",
    "members": ["ana", "ben"],
}
_FLAT = "Write the rotation itself without 'events', or all its members below 'events'."


@dataclass(frozen=True, slots=True)
class EventForm(Object):
    """One event as a manifest writes it; its canonical value is the event."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        inner = scope
        zone = value.get("time_zone")
        if zone and (*path, "time_zone") not in scope.unreadable and isinstance(zone, str):
            inner = Scope(zone, scope.problems, scope.refs, scope.unreadable, scope.warnings)
        from pdsync.model.shift.form import FormReader  # most workspaces have no shift-based schedule

        said = Object.desired(self, value, inner, path)
        return FormReader(said, scope, path).event(str(said.get("name", "")))


@dataclass(frozen=True, slots=True)
class EventValue(Object):
    """A canonical event."""

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        mapped = Object.map_refs(self, value, refs)
        if mapped is value or value["assignment"] != EVERY:
            return mapped
        return {**mapped, "members": sorted(mapped["members"], key=sort_key)}


@dataclass(frozen=True, slots=True)
class RotationForm(Object):
    """A rotation as a manifest writes it: one event, or a list of them."""

    event: EventForm = field(default_factory=lambda: EventForm(()))
    value: Object = field(default_factory=lambda: Object(()))
    """The codec of its canonical value."""

    @classmethod
    def for_members(cls, members: Reference) -> RotationForm:
        """The form of a rotation of these people."""
        flat = form_parts(members)
        event = EventForm((event_name_part("The name of the event. Default: that of the rotation."), *flat))
        events = ListOf(event, min_items=1, max_items=_MOST_EVENTS, noun="event")
        name = Part("name", Text(max_length=255, min_length=1), "Its name, unique in this schedule.", required=True)
        says = "Several events, each with these fields, one after the other. The last one has the name of the rotation."
        value = Object.of(name=required(Text()), events=required(ListOf(_value_of(members))))
        return cls((name, *flat, Part("events", events, says)), event=event, value=value)

    def schema(self) -> dict[str, Any]:
        return {**Object.schema(self), "examples": [dict(_EXAMPLE)]}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        name = str(Text().canonical(value.get("name"), scope))
        if "events" not in value:
            flat = {key: said for key, said in value.items() if key != "name"}
            return _rotation(name, [self.event.desired({**flat, "name": name}, scope, path)])
        for key in value:
            if key not in ("name", "events"):
                scope.problem((*path, key), f"{key!r} and 'events' exclude each other", _FLAT, on_key=True)
        if (*path, "events") in scope.unreadable:
            return _rotation(name, [])
        events = []
        for at, said in enumerate(value["events"]):
            place = (*path, "events", at)
            if place not in scope.unreadable:
                events.append(self.event.desired({"name": name, **said}, scope, place))
        _check_events(name, events, scope, path)
        return _rotation(name, events)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return self.value.map_refs(value, refs)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        from pdsync.model.shift.comparison import with_date
        from pdsync.model.shift.rotation import event_body

        return {"events": [event_body(with_date(event, _LONG_AGO), refs) for event in value["events"]]}


def _rotation(name: str, events: list[Canonical]) -> dict[str, Canonical]:
    return {"name": name, "events": [event for event in events if event is not None]}


def _check_events(name: str, events: list[Canonical], scope: Scope, path: Path) -> None:
    """Events of one rotation come one after the other, and PagerDuty knows a rotation by the name of its last event."""
    for at, (event, after) in enumerate(pairwise(events)):
        if event is None or after is None:
            continue
        place = (*path, "events", at)
        if not event.get("effective_until"):
            scope.problem(place, "an event that another one follows must end", "Write 'until'.")
        elif not after.get("effective_since") or after["effective_since"] < event["effective_until"]:
            scope.problem(
                (*path, "events", at + 1),
                "it overlaps with the event before it",
                "Write 'since' with the end of that one.",
            )
    last = events[-1] if events else None
    if last is not None and last["name"] != name and not name.startswith(f"{last['name']} "):
        hint = f"Write name: {last['name']} for the rotation, or leave out the name of this event."
        scope.problem((*path, "events", len(events) - 1), "the last event must have the name of the rotation", hint)


def _value_of(members: Reference) -> EventValue:
    return EventValue.of(
        name=required(Text()),
        start_time=required(Codec()),
        end_time=required(Codec()),
        time_zone=required(Zone()),
        recurrence=required(ListOf(Codec())),
        effective_since=optional(Instant()),
        effective_until=optional(Instant()),
        assignment=required(Codec()),
        shifts_per_member=required(Integer()),
        members=required(ListOf(members)),
    )


@dataclass(frozen=True, slots=True)
class Rotations(ListOf, Composed, Open):
    """All rotations of one schedule."""

    person: str = ""
    """The kind that members refer to."""

    @classmethod
    def of(cls, members: Reference) -> Rotations:
        """The rotations of these people."""
        form = RotationForm.for_members(members)
        return cls(form, min_items=1, max_items=_MOST_ROTATIONS, key="name", noun="rotation", person=members.kind)

    @property
    def as_list(self) -> ListOf:
        return self

    @property
    def form(self) -> RotationForm:
        """The codec of one rotation."""
        assert isinstance(self.item, RotationForm)
        return self.item

    def read_items(self, value: list[Any], scope: Scope, path: Path) -> dict[int, Canonical]:
        from pdsync.model.shift.rotation import rotation_order

        items = ListOf.read_items(self, value, scope, path)
        return {at: items[at] for at in sorted(items, key=lambda at: rotation_order(items[at]))}

    def live(self, value: Any, scope: Scope) -> Canonical:
        from pdsync.model.shift.rotation import read_rotations

        return read_rotations(value, scope.zone or "Etc/UTC", self.person)

    def written(self, value: Canonical, write: Write) -> Any:
        from pdsync.model.shift.written import write_rotation

        return [write_rotation(self.form.event, rotation, write) for rotation in value]

    def shown_part(self, rest: str) -> tuple[Codec, str] | None:
        return ListOf(self.form.value), rest

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        """None: what a manifest leaves out of a rotation is only where its turns are counted from, and nothing takes that back."""
        return {}

    def frame(self, value: Canonical) -> Canonical:
        from pdsync.model.shift.comparison import frame_of

        return frame_of(value) if value is not None else None

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        from pdsync.model.shift.comparison import narrow

        return desired, narrow(live, desired) if desired is not None and live is not None else live

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        return self.meet(desired, live, lambda path: True)[1]

    def shown_path(self, path: str) -> str:
        return path
