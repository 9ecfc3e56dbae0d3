"""Schedule, version 3: who is on call when, in shifts (PagerDuty's shift-based schedules).

Manifests write it as ``kind: Schedule`` with ``version: 3``. Its rotations have requests of their own, so a new object is made without
them: `pdsync.model.shift`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pdsync.kinds.schedule import SCHEDULE_NAME, SCHEDULE_VERSIONS, SHIFT_VERSION
from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.codec.plain import Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.shift_rotation import Rotations
from pdsync.model.codec.structure import SetOf
from pdsync.model.codec.time import Zone
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import AbilityFact, Facts, IncidentFact, OnCallFact, VariantFact
from pdsync.model.field import Field
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.passing import Fields, Passing

if TYPE_CHECKING:
    from pdsync.model.shift.rotation import Rotation
    from pdsync.model.stepped import Stepped

ROTATIONS = "rotations"
_API = "PagerDuty API description, CreateScheduleRequest"
_REFUSED = ("type", ROTATIONS)
"""Members of a body that PagerDuty refuses, or that its description does not have."""


def _mapped(fields: Fields, change: Callable[[Sequence[Rotation]], Sequence[Rotation]]) -> Fields:
    """The fields with their rotations changed, where they hold any."""
    held = fields.get(ROTATIONS)
    return {**fields, ROTATIONS: list(change(held))} if held else fields


def _settle(fields: Fields, now: str) -> Fields:
    from pdsync.model.shift.comparison import settled  # most workspaces have no shift-based schedule

    return _mapped(fields, lambda held: settled(held, now))


def _stabilise(fields: Fields) -> Fields:
    from pdsync.model.shift.comparison import stable

    return _mapped(fields, stable)


def _without_ending(fields: Fields) -> Fields:
    from pdsync.model.shift.comparison import lasting

    return _mapped(fields, lasting)


def _linger(fields: Fields, live: Fields, now: str) -> Fields:
    from pdsync.model.shift.comparison import lingering

    return {**fields, ROTATIONS: lingering(fields.get(ROTATIONS) or (), live.get(ROTATIONS) or (), now)}


def _load_steps() -> Stepped:
    from pdsync.model.shift.writing import RotationSteps

    return RotationSteps(USER_REFERENCE.kind)


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in _REFUSED}


SHIFT_SCHEDULE = Kind(
    name=SCHEDULE_NAME,
    slug="schedule_v3",
    file="on-call",
    plural="shift-based schedules",
    source=Listing("v3/schedules", unlisted="time_zone", on_demand=True),
    description="A shift-based schedule: who is on call when. All its rotations are on call at the same time.",
    zone_field="time_zone",
    rotates=True,
    fields=(
        name_field(
            Text(max_length=255, min_length=1), f"{_API}: 1 to 255 characters; that names may repeat is to be verified"
        ),
        description_field("CreateScheduleRequest"),
        Field(
            "time_zone",
            Zone(),
            "The IANA time zone of the schedule. Times without an offset are in it.",
            _API,
            required=True,
            carry=True,
        ),
        Field(
            ROTATIONS,
            Rotations.of(USER_REFERENCE),
            "The rotations. All of them are on call at the same time.",
            "PagerDuty API description, Event; support page 'Shift-Based Schedules'",
            required=True,
            keyed_by="name",
            stepped=_load_steps,
        ),
        Field(
            "teams",
            SetOf(Reference("team"), noun="team"),
            "The teams that own it. pdsync sets them when it creates the schedule. To change them later, use PagerDuty's web application.",
            f"{_API}; a PUT has none in the API description, and terraform-provider-pagerduty sends them there; to verify",
            default=[],
            fixed=True,
        ),
    ),
    retired={
        "schedule_layers": "Version 3 has rotations. Write version: 2 for a schedule with layers.",
        "rotation": "Write rotations, a list. Write version: 2 for a schedule with layers.",
        "overrides": "Write a manifest of the kind ScheduleOverrides.",
        "custom_shifts": "People create custom shifts day by day; pdsync does not change them.",
    },
    passing=Passing(
        settle=_settle,
        stabilise=_stabilise,
        without_ending=_without_ending,
        linger=_linger,
    ),
    finish=_finish,
    facts=Facts(
        on_call=OnCallFact(
            ROTATIONS, alone=lambda number, rotation: f"the only person of rotation {rotation.get('name')!r}"
        ),
        incidents=IncidentFact(
            says="following a policy that uses it, which keeps it in use until that is closed",
            member="escalation_policy",
            through="escalation_policy",
            refused=True,  # PagerDuty API description, DELETE /v3/schedules/{id}
            moves_to=("escalation_policy",),
        ),
        abilities=(
            AbilityFact(("teams",), "teams", "schedules in teams", bool, "PagerDuty API description, concepts: Teams"),
        ),
        teams="teams",
        variant=VariantFact("version", 3, SCHEDULE_VERSIONS, "schedule", SHIFT_VERSION),
    ),
)
