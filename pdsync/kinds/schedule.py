"""Schedule: who is on call when (version 2, with layers)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.codec.plain import Canonical, Choice, Integer, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.shorthand import ShortForm, ShortSet
from pdsync.model.codec.structure import ListOf, Object, SetOf, Variants, optional, required
from pdsync.model.codec.time import DAYS, Duration, Instant, TimeOfDay, Zone
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import AbilityFact, Facts, IncidentFact, OnCallFact, VariantFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.instant import parse_instant
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.passing import Fields, Passing
from pdsync.model.ref import StandIn
from pdsync.model.schedule_layers import LAYERS, NAME_LIMIT, ScheduleLayers, base_first, count_nameless, finish_request
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.short_field import ShortField

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


def _on_each_day(said: Mapping[str, Canonical]) -> list[Canonical]:
    """PagerDuty has a restriction for each day."""
    rest = {name: value for name, value in said.items() if name != "days"}
    return [{**rest, "type": "weekly_restriction", "start_day_of_week": day} for day in said.get("days", ())]


_ON_DAYS = ShortForm(
    "days",
    Object.of(
        type=optional(Choice(("weekly_restriction",)), "May be left out."),
        days=required(DAYS, "The days it begins, instead of start_day_of_week: mon-fri, or [mon, wed]."),
        start_time_of_day=_START,
        duration_seconds=required(
            Duration(minimum=1, maximum=_WEEK - 1), "For how long from each of these: seconds, or text such as 9h."
        ),
    ),
    _on_each_day,
)
# terraform-provider-pagerduty #659 reports that seconds are refused; pagerduty-cli sends them whenever it makes a layer.
_FIRST_TURN = Instant(rather_whole_minute=True)
_USERS = ListOf(LayerUser("user", ways=USER_REFERENCE.ways), min_items=1, noun="user")
_LAYER = Object.of(
    name=required(Text(max_length=NAME_LIMIT, min_length=1), "The name of the layer, unique in this schedule."),
    start=optional(
        Nullable(Instant()),
        "When the layer starts. Default: the time of the apply. A past start cannot be changed.",
    ),
    end=optional(Nullable(Instant(whole_minute=True)), "When the layer ends. Default: never."),
    rotation_virtual_start=required(
        _FIRST_TURN,
        "A moment at which a turn of the first user begins, past or future. It sets the hand-off time and the order.",
    ),
    rotation_turn_length_seconds=required(
        Duration(minimum=_HOUR, maximum=365 * _DAY), "How long a turn is: seconds, or text such as 12h, 1d or 1w."
    ),
    users=required(_USERS, "The users who take turns, in this order."),
    restrictions=optional(
        ShortSet(_RESTRICTION, noun="restriction", forms=(_ON_DAYS,)),
        "The hours in which the layer applies. The rotation continues outside them.",
        default=[],
    ),
)


_WEEKLY_LAYER = "Layer 1"
"""The name of a layer that is said in one line, where that says none. PagerDuty's web page calls the first one so."""
_IN_LAYERS = "In one line only a weekly rotation can be written. Write schedule_layers, with rotation_turn_length_seconds: 1d for a daily one."
_WEEKLY = Object.of(
    weekly=required(_USERS, "Who rotates, in this order: a week each."),
    starts=required(
        _FIRST_TURN,
        "A moment at which a turn of the first user begins, past or future. It sets the hand-off time and the order.",
    ),
    name=optional(
        Text(max_length=NAME_LIMIT, min_length=1), f"The name of the layer; {_WEEKLY_LAYER} where it is left out."
    ),
)
_ROTATION = replace(
    _WEEKLY,
    instead=dict.fromkeys(("hourly", "daily", "monthly"), _IN_LAYERS),
    meant=dict.fromkeys(("hourly", "daily", "monthly"), "weekly"),
)


def _as_layers(said: Mapping[str, Canonical]) -> Canonical | None:
    """The one layer of a plain weekly rotation."""
    if "weekly" not in said or "starts" not in said:
        return None
    turn = {"rotation_virtual_start": said["starts"], "rotation_turn_length_seconds": _WEEK, "users": said["weekly"]}
    return [{"name": said.get("name", _WEEKLY_LAYER), **turn, "restrictions": []}]


def _prepare(raw: dict[str, Any]) -> dict[str, Any]:
    layers = raw.get(LAYERS)
    return {**raw, LAYERS: base_first(layers)} if isinstance(layers, list) else raw


def _settle(fields: Fields, now: str) -> Fields:
    return _mapped(fields, lambda layers: layers.settled(now))


def _stabilise(fields: Fields) -> Fields:
    return _mapped(fields, ScheduleLayers.stable)


def _without_ending(fields: Fields) -> Fields:
    return _mapped(fields, ScheduleLayers.lasting)


def _linger(fields: Fields, live: Fields, now: str) -> Fields:
    return ScheduleLayers.of(fields).lingering(ScheduleLayers.of(live), now).within(fields)


def _predict(fields: Fields, live: Fields, now: str) -> Fields:
    return _mapped(fields, lambda layers: layers.written_over(ScheduleLayers.of(live), now))


def _note_nameless(live: LiveObject, fields: Fields) -> Mapping[str, str]:
    """Deleted people whom an answer gives as null are not in the canonical layers either: nothing is left to write."""
    names = {str(layer.get("name")) for layer in ScheduleLayers.of(fields).items}
    lost = count_nameless(live.raw.get(LAYERS) or (), names)
    who = "a deleted user" if lost == 1 else f"{lost} deleted users"
    text = f"PagerDuty returns {who} without a name in these layers; the next change of the layers drops them."
    return {LAYERS: text} if lost else {}


def _mapped(fields: Fields, change: Callable[[ScheduleLayers], ScheduleLayers]) -> Fields:
    """The fields with their layers changed, where they hold any."""
    return fields if fields.get(LAYERS) is None else change(ScheduleLayers.of(fields)).within(fields)


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    if LAYERS in body:
        body[LAYERS] = finish_request(body[LAYERS], live.raw.get(LAYERS) or () if live else (), now)
    return body


def _check_order(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """A layer ends after it starts. Its first turn may begin later, but that is most likely a slip of the year."""
    zone = spec.get("time_zone", "Etc/UTC")
    for index, layer in enumerate(spec.get("schedule_layers", ())):
        start, end, first = (
            parse_instant(layer.get(name) or "", zone) for name in ("start", "end", "rotation_virtual_start")
        )
        place = (*path, "schedule_layers", index, "end")
        if start and end and end <= start:
            scope.problem(place, "the layer ends before it starts")
        elif first and end and end <= first:
            scope.warn(place, "the layer ends before the first turn of its rotation begins", "Correct the date.")


_SHIFT_SCHEDULE = StandIn("schedule_v3", "A shift-based schedule can be read only after a policy uses it.")
"""Shift-based (version 3) schedules have their own API, which pdsync does not use."""
SCHEDULE_REFERENCE = Reference("schedule", stand_ins=(_SHIFT_SCHEDULE.slug,))

SCHEDULE_NAME = "Schedule"
SCHEDULE_VERSIONS = (2, 3)
SHIFT_VERSION = "2 for a schedule with layers, 3 for a shift-based one with rotations. Default: 2."

SCHEDULE = Kind(
    name=SCHEDULE_NAME,
    slug="schedule",
    file="on-call",
    source=Listing("schedules", includes=("schedule_layers",)),
    description="Who is on call when: layers of rotations. Where layers overlap, the later one in the list wins.",
    zone_field="time_zone",
    rotates=True,
    stand_in=_SHIFT_SCHEDULE,
    fields=(
        name_field(
            Text(max_length=255, min_length=1),
            f"{_API}; support page 'Schedule Basics': at most 255 characters; names may repeat",
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
            "The layers, base first; where layers overlap, the later one wins. A layer that you remove is ended.",
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
            default=[],
        ),
    ),
    shorts=(
        ShortField(
            "rotation",
            LAYERS,
            _ROTATION,
            "A plain weekly rotation in one line, instead of schedule_layers: {weekly: [ana, ben], starts: 2026-01-05T09:00}.",
            "Write schedule_layers, or rotation: {weekly: [...], starts: ...} for a plain weekly rotation.",
            _as_layers,
        ),
    ),
    retired={
        "schedule_overrides": "Write a manifest of the kind ScheduleOverrides.",
        "overrides_subschedule": "Write a manifest of the kind ScheduleOverrides.",
        "users": "Write the users in schedule_layers.",
        "rotations": "Write version: 3 for a shift-based schedule with rotations, or rotation for a plain weekly one.",
    },
    rules=(SpecRule(("schedule_layers", "time_zone"), _check_order),),
    prepare=_prepare,
    passing=Passing(
        settle=_settle, stabilise=_stabilise, without_ending=_without_ending, linger=_linger, predict=_predict
    ),
    unwritten=_note_nameless,
    finish=_finish,
    facts=Facts(
        on_call=OnCallFact(LAYERS, alone=lambda number, layer: f"the only person of layer {layer.get('name')!r}"),
        incidents=IncidentFact(
            says="following a policy that uses it, which keeps it in use until that is closed",
            member="escalation_policy",
            through="escalation_policy",
            refused=True,  # terraform-provider-pagerduty #567, #902
            moves_to=("escalation_policy",),
        ),
        abilities=(
            AbilityFact(("teams",), "teams", "schedules in teams", bool, "PagerDuty API description, concepts: Teams"),
        ),
        teams="teams",
        variant=VariantFact("version", 2, SCHEDULE_VERSIONS, "schedule", SHIFT_VERSION),
    ),
)
