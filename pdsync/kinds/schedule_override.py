"""ScheduleOverrides: who takes over when, on one schedule: holidays, swaps.

One manifest lists overrides, and each item is an object: PagerDuty knows no more of an override than its schedule, its user, and when
it begins and ends. So these identify it. Nothing says who made it, and people make overrides every day: what no manifest names is left
alone, unless the manifest claims a whole period (`exclusive`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pdsync.kinds.schedule import SCHEDULE_REFERENCE
from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.codec.plain import Boolean, Canonical, Nullable, Text
from pdsync.model.codec.structure import ListOf, Object, optional, required
from pdsync.model.codec.wall_time import WallTime
from pdsync.model.fact import Facts, OnCallFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.instant import next_whole_minute, parse_instant, render_instant
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.override import (
    EXCLUSIVE,
    INSTEAD_OF,
    LEFT_OUT,
    OVERRIDES,
    PERIOD,
    ROTATION,
    OverrideForm,
    check_items,
    last_end,
    manifest_key,
    settle_overrides,
)
from pdsync.model.ownership import ByNaming
from pdsync.model.parent_listing import ParentListing, Row
from pdsync.model.passing import Fields, Passing

_API = "PagerDuty API description, Override"
SCHEDULE = "schedule"
_SHIFTS, _PERSON = "schedule_v3", "user"
_FORM = OverrideForm(SCHEDULE, _PERSON, _SHIFTS)
_ITEM = Object.of(
    "override",
    user=required(USER_REFERENCE, "Who is on call."),
    start=required(WallTime(), "When the override begins: wall-clock time in the time zone of the schedule."),
    end=required(WallTime(), "When it ends."),
    instead_of=optional(
        USER_REFERENCE,
        "Who is relieved, in a schedule of version 3. Needed only if several people are on call at that time.",
    ),
    rotation=optional(
        Text(min_length=1, max_length=255),
        "The rotation, in a schedule of version 3. Needed only if the relieved person is on call in several rotations.",
    ),
    absent=optional(Boolean(), "true: delete this override. If it has begun, it ends now.", default=False),
)
_PERIOD = Object.of(
    **{
        "from": required(WallTime(), "The beginning of the period."),
        "until": required(WallTime(), "The end of the period."),
    }
)


def _prepare(raw: dict[str, Any]) -> dict[str, Any]:
    """One item, as a manifest would list it."""
    item = {name: raw.get(name) for name in ("user", "start", "end", INSTEAD_OF, ROTATION)}
    if _is_of_shifts(raw.get(SCHEDULE)):
        members = {"user": raw.get("overriding_member"), INSTEAD_OF: raw.get("overridden_member")}
        item |= {name: _reference_of(member) for name, member in members.items()}
        item |= {"start": raw.get("start_time"), "end": raw.get("end_time")}
    return {**raw, OVERRIDES: [item], PERIOD: None, EXCLUSIVE: False}


def _is_of_shifts(schedule: Any) -> bool:
    """Whether an override is one of a shift-based schedule, by the reference to that."""
    return isinstance(schedule, Mapping) and str(schedule.get("type")).startswith(_SHIFTS)


def _reference_of(member: Any) -> dict[str, Any] | None:
    identity = member.get("user_id") if isinstance(member, Mapping) else None
    return {"id": identity, "type": "user_reference"} if identity else None


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """The list of new overrides, which holds one. What should have begun begins at the next whole minute, since no one can be on call in
    the past."""
    items = []
    for item in body.get(OVERRIDES) or ():
        start = parse_instant(str(item.get("start") or ""))
        begins = start if start is not None and start > now else next_whole_minute(now)
        made = {"start": render_instant(begins), "end": item["end"], "user": item["user"]}
        items.append(_as_shift(made, item) if _is_of_shifts(body.get(SCHEDULE)) else made)
    return {OVERRIDES: items}


def _as_shift(made: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """The request form of an override of a shift-based schedule. The name of the rotation is in the place of its id, which is known only
    just before the request is sent."""
    return {
        "type": "override_shift",
        "rotation_id": item.get(ROTATION),
        "start_time": made["start"],
        "end_time": made["end"],
        "overridden_member": _member_of(item.get(INSTEAD_OF)),
        "overriding_member": _member_of(made["user"]),
    }


def _member_of(reference: Any) -> dict[str, Any]:
    return {"type": "user_member", "user_id": reference["id"]} if reference else {"type": "empty_member"}


def _with_rotation_name(row: Row, schedule: Mapping[str, Any]) -> Row:
    from pdsync.model.shift.rotation import rotation_names  # most workspaces have no shift-based schedule

    return {**row, ROTATION: rotation_names(schedule.get("rotations")).get(str(row.get("rotation_id") or ""))}


def _with_rotation_id(body: Mapping[str, Any], schedule: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raises KeyError with the name of a rotation that the schedule does not have."""
    from pdsync.model.shift.rotation import rotation_names

    ids = {name: identity for identity, name in rotation_names(schedule.get("rotations")).items()}
    return {OVERRIDES: [{**item, "rotation_id": ids[item["rotation_id"]]} for item in body[OVERRIDES]]}


def _describe(fields: Fields, name_of: Callable[[Canonical], str], show: Callable[[Canonical], str]) -> str:
    """Who takes over, whom the override relieves, and when."""
    item = fields[OVERRIDES][0]
    relieved = f" instead of {name_of(item[INSTEAD_OF])}" if item.get(INSTEAD_OF) else ""
    rotation = f" in {show(item[ROTATION])}" if item.get(ROTATION) else ""
    begins = show(item["start"]) if item.get("start") else "now"
    return (
        f"{name_of(item[_PERSON])}{relieved}, {begins} to {show(item['end'])}, on {name_of(fields[SCHEDULE])}{rotation}"
    )


def _note_overlapping(live: LiveObject, fields: Fields) -> Mapping[str, str]:
    """Overrides that an export leaves out."""
    count = live.raw.get(LEFT_OUT) or 0
    what = "1 override that overlaps another one is" if count == 1 else f"{count} overrides that overlap others are"
    return {OVERRIDES: f"{what} left out: no manifest may list both."} if count else {}


def _end_of(row: Row) -> str | None:
    moment = parse_instant(str(row.get("end") or row.get("end_time") or ""))
    return render_instant(moment) if moment is not None else None


SCHEDULE_OVERRIDE = Kind(
    name="ScheduleOverrides",
    slug="schedule_override",
    plural="schedule overrides",
    file="overrides",
    source=Listing(
        "schedules",
        on_demand=True,
        has_query=False,
        parent=ParentListing(
            parent_field=SCHEDULE,
            paths={SCHEDULE: "schedules/{parent}/overrides", _SHIFTS: "v3/schedules/{parent}/overrides"},
            reach=last_end,
            end_of=_end_of,
            wrapper=OVERRIDES,
            item="override",
            params={"overflow": "true"},
            with_parent={_SHIFTS: _with_rotation_name},
            complete={_SHIFTS: _with_rotation_id},
        ),
    ),
    description="Overrides of a schedule, such as holidays and swaps. Overrides that no manifest lists are left alone.",
    identity=(SCHEDULE, OVERRIDES),
    label="",
    ownership=ByNaming("overrides carry no ownership line"),
    fields=(
        Field(
            SCHEDULE,
            SCHEDULE_REFERENCE,
            "The schedule. Times without an offset are in its time zone.",
            f"{_API}; POST /schedules/{{id}}/overrides",
            required=True,
        ),
        Field(
            OVERRIDES,
            ListOf(_ITEM, noun="override"),
            "The overrides. Items that are over do nothing, and can be removed. Removing an item does not delete its override: write absent: true "
            "in it for that.",
            f"{_API}; there is no PUT of an override, and its DELETE ends one that has begun",
            required=True,
            keyed_by="start",
        ),
        Field(
            PERIOD,
            Nullable(_PERIOD),
            "The time that the manifest is about. All items are within it.",
            "pdsync's own; PagerDuty does not know it",
            default=None,
        ),
        Field(
            EXCLUSIVE,
            Boolean(),
            "true: in the period, pdsync deletes all overrides of the schedule that no manifest lists, including those that people created.",
            "pdsync's own; PagerDuty does not know it",
            default=False,
        ),
    ),
    rules=(SpecRule((OVERRIDES, PERIOD, EXCLUSIVE), check_items),),
    prepare=_prepare,
    finish=_finish,
    passing=Passing(
        settle=settle_overrides,
        expand=_FORM.expand,
        gather=_FORM.gather,
        manifest_key=manifest_key,
        says=_describe,
        clashes=_FORM.find_clashes,
    ),
    unwritten=_note_overlapping,
    facts=Facts(
        on_call=OnCallFact(OVERRIDES, alone=lambda number, item: "the person who takes over"), teams_through=SCHEDULE
    ),
)
