"""Schedule: who is on call when (version 2, with layers)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pdsync.model.codec.plain import Canonical, Duration, Instant, Integer, Nullable, Text, TimeOfDay, Zone
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Object, SetOf, Variants, optional, required
from pdsync.model.description import description_field
from pdsync.model.field import Field, SpecRule
from pdsync.model.instant import next_whole_minute, parse_instant, render_instant
from pdsync.model.kind import Fields, Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.scope import Path, RefMap, Scope

_API = "PagerDuty API description, Schedule"
_HOUR, _DAY, _WEEK = 3600, 86400, 604800


@dataclass(frozen=True, slots=True)
class LayerUser(Reference):
    """A user in a layer: PagerDuty wraps the reference once more, ``{"user": {...}}``."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return Reference.live(self, value.get("user") if isinstance(value, Mapping) else None, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return {"user": refs(value)}


_START = required(TimeOfDay(), "When it begins, in the schedule's time zone.")
_DAILY = Object.of(
    start_time_of_day=_START,
    duration_seconds=required(
        Duration(minimum=1, maximum=_DAY - 1), "For how long each day: seconds, or text such as 9h. Less than a day."
    ),
)
_WEEKLY = Object.of(
    start_day_of_week=required(Integer(1, 7), "The day it begins: 1 is Monday, 7 is Sunday."),
    start_time_of_day=_START,
    duration_seconds=required(
        Duration(minimum=1, maximum=_WEEK - 1),
        "For how long each week: seconds, or text such as 2d15h. Less than a week.",
    ),
)
_RESTRICTION = Variants("type", (("daily_restriction", _DAILY), ("weekly_restriction", _WEEKLY)))
_LAYER = Object.of(
    name=required(Text(max_length=255, min_length=1), "Tells the layers of this schedule apart."),
    start=optional(
        Nullable(Instant()),
        "When the layer begins to count. Without one: when it is applied. A past start cannot be changed.",
    ),
    end=optional(Nullable(Instant(whole_minute=True)), "When the layer stops to count. Without one: never."),
    rotation_virtual_start=required(
        Instant(whole_minute=True),
        "A moment at which the first user's turn began or begins: it fixes hand-off time and order.",
    ),
    rotation_turn_length_seconds=required(
        Duration(minimum=_HOUR, maximum=365 * _DAY), "How long a turn is: seconds, or text such as 12h, 1d or 1w."
    ),
    users=required(ListOf(LayerUser("user"), min_items=1, noun="user"), "Who rotates, in this order."),
    restrictions=optional(
        SetOf(_RESTRICTION, noun="restriction"),
        "The only times at which the layer counts; the rotation goes on underneath.",
        default=[],
    ),
)


def _prepare(raw: dict[str, Any]) -> dict[str, Any]:
    """Puts the layers into the order of requests, base first.

    Answers list them the other way round (terraform-provider-pagerduty, flattenScheduleLayers). Which end wins is to be
    verified on a real account; this function is the one place that knows.
    """
    layers = raw.get("schedule_layers")
    return {**raw, "schedule_layers": list(reversed(layers))} if isinstance(layers, list) else raw


def _has_ended(layer: Mapping[str, Any], now: str) -> bool:
    """A layer cannot be deleted, only ended, and stays in every answer. One that ends within the minute was just ended."""
    end = parse_instant(layer["end"], "Etc/UTC") if isinstance(layer.get("end"), str) else None
    moment = parse_instant(now)
    return end is not None and moment is not None and end <= next_whole_minute(moment)


def _settle(fields: Fields, now: str) -> Fields:
    """Leaves out layers that have ended, and starts that are past: the server rewrites those to the time of the write
    (terraform-provider-pagerduty #200, SuppressScheduleLayerStartDiff)."""
    layers = fields.get("schedule_layers")
    if layers is None:
        return fields
    kept = [
        {name: value for name, value in layer.items() if name != "start" or str(value) > now}
        for layer in layers
        if not _has_ended(layer, now)
    ]
    return {**fields, "schedule_layers": kept}


HANDOVER = " (until hand-off)"
"""Ends the name of a layer that runs on to its hand-off only, while another one takes its place."""
_NAME_LIMIT = 255


def handover_name(name: str) -> str:
    """What a layer is called while it waits for its hand-off. PagerDuty would take two layers of one name; pdsync tells them apart by it."""
    return name[: _NAME_LIMIT - len(HANDOVER)] + HANDOVER


def waits_for_hand_off(layer: Mapping[str, Canonical]) -> bool:
    """Whether a layer runs on to its hand-off only."""
    return str(layer.get("name") or "").endswith(HANDOVER) and bool(layer.get("end"))


def _stabilise(fields: Fields) -> Fields:
    """Layers that are not to end, without the start, which is rewritten to the time of a write when it is past."""
    layers = fields.get("schedule_layers")
    if layers is None:
        return fields
    lasting = [
        {name: value for name, value in layer.items() if name != "start"} for layer in layers if not layer.get("end")
    ]
    return {**fields, "schedule_layers": lasting}


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """Gives layers the ids of the live layers of the same name, and ends the live layers that are not wanted any more."""
    if "schedule_layers" not in body:
        return body
    moment = now.astimezone(UTC)
    stamp = render_instant(moment)
    existing = [
        layer for layer in (live.raw.get("schedule_layers") or () if live else ()) if not _has_ended(layer, stamp)
    ]
    wanted = [layer for layer in body["schedule_layers"] if not _has_ended(layer, stamp)]
    layers = [_with_identity(layer, held, stamp) for layer, held in zip(wanted, _held(wanted, existing), strict=True)]
    end = render_instant(next_whole_minute(moment))
    # The dropped ones go first, below the others, so that no wanted layer is hidden while they run out.
    body["schedule_layers"] = [_ending(layer, stamp, end) for layer in existing] + layers
    return body


def _held(wanted: list[dict[str, Any]], existing: list[Mapping[str, Any]]) -> list[Mapping[str, Any] | None]:
    """The live layer that each wanted one is; takes them out of `existing`. They are told apart by name; a layer that is to run on
    to its hand-off is the one it is called after, whose name goes to its successor."""
    found: list[Mapping[str, Any] | None] = [None] * len(wanted)
    for at in sorted(range(len(wanted)), key=lambda at: not waits_for_hand_off(wanted[at])):
        name = wanted[at]["name"]
        held = next((layer for layer in existing if _name(layer) == name), None)
        if held is None and waits_for_hand_off(wanted[at]):
            held = next((layer for layer in existing if handover_name(_name(layer)) == name), None)
        if held is not None:
            existing.remove(held)
            found[at] = held
    return found


def _name(layer: Mapping[str, Any]) -> str:
    return str(layer.get("name", "")).strip()


def _with_identity(layer: dict[str, Any], held: Mapping[str, Any] | None, now: str) -> dict[str, Any]:
    started = parse_instant(held["start"]) if held and isinstance(held.get("start"), str) else None
    has_started = started is not None and render_instant(started) <= now
    start = layer.get("start") or (held["start"] if held and has_started else now)
    identity = {"id": held["id"]} if held and held.get("id") else {}
    # An absent `end` would keep the old one: only an explicit null un-ends a layer.
    return {**identity, **layer, "start": start, "end": layer.get("end")}


def _ending(layer: Mapping[str, Any], now: str, end: str) -> dict[str, Any]:
    names = (
        "id",
        "name",
        "start",
        "rotation_virtual_start",
        "rotation_turn_length_seconds",
        "users",
        "restrictions",
    )
    kept = {name: layer[name] for name in names if layer.get(name) is not None}
    users = [entry for entry in kept.get("users", ()) if entry.get("user")]  # a deleted user may be answered as null
    started = parse_instant(layer["start"]) if isinstance(layer.get("start"), str) else None
    if started is not None and render_instant(started) > now:
        kept["start"] = now  # it must not end before it starts
    return {**kept, "users": users, "end": end}


def _check_order(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """A layer ends after it starts."""
    zone = spec.get("time_zone", "Etc/UTC")
    for index, layer in enumerate(spec.get("schedule_layers", ())):
        start, end = (parse_instant(layer.get(name) or "", zone) for name in ("start", "end"))
        if start and end and end <= start:
            scope.problem((*path, "schedule_layers", index, "end"), "the layer ends before it starts")


SCHEDULE = Kind(
    name="Schedule",
    slug="schedule",
    source=Listing("schedules", includes=("schedule_layers",)),
    description="Who is on call when: layers of rotations. Where layers overlap, the later one in the list wins.",
    zone_field="time_zone",
    rotates=True,
    fields=(
        Field(
            "name",
            Text(max_length=255, min_length=1),
            "What PagerDuty shows. Defaults to metadata.name.",
            f"{_API}; support page 'Schedule Basics': at most 255 characters; names need not be unique",
            carry=True,
            from_key=True,
        ),
        description_field("Schedule"),
        Field(
            "time_zone",
            Zone(),
            "The IANA time zone of the schedule. Times without an offset are in it.",
            f"{_API}; US/... aliases are refused (terraform-provider-pagerduty #796)",
            required=True,
            carry=True,
        ),
        Field(
            "schedule_layers",
            ListOf(_LAYER, min_items=1, key="name", noun="layer"),
            "The layers, base first; the last one wins where they overlap. A layer that is taken out is ended.",
            f"{_API}; layers are never deleted, and answered in reverse (terraform-provider-pagerduty #424)",
            required=True,
            carry=True,
            keyed_by="name",
        ),
        Field(
            "teams",
            SetOf(Reference("team"), noun="team"),
            "The teams that own it. An empty list removes them.",
            "Sent by terraform-provider-pagerduty although the API description marks it read-only; to verify",
        ),
    ),
    retired={
        "schedule_overrides": "Overrides are made by people, day by day; pdsync leaves them alone.",
        "overrides_subschedule": "Overrides are made by people, day by day; pdsync leaves them alone.",
        "users": "Write the users into schedule_layers.",
    },
    rules=(SpecRule(("schedule_layers", "time_zone"), _check_order),),
    prepare=_prepare,
    settle=_settle,
    stabilise=_stabilise,
    finish=_finish,
)
