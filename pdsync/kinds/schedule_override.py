"""ScheduleOverrides: who takes over when, on one schedule: holidays, swaps.

One manifest lists overrides, and each item is an object: PagerDuty knows no more of an override than its schedule, its user, and when
it begins and ends. So these identify it. Nothing says who made it, and people make overrides every day: what no manifest names is left
alone, unless the manifest claims a whole period (`exclusive`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.kinds.schedule import SCHEDULE_REFERENCE
from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.codec.plain import Boolean, Nullable
from pdsync.model.codec.structure import ListOf, Object, optional, required
from pdsync.model.codec.wall_time import WallTime
from pdsync.model.fact import Facts
from pdsync.model.field import Field, SpecRule
from pdsync.model.instant import next_whole_minute, parse_instant, render_instant
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.override import (
    EXCLUSIVE,
    LEFT_OUT,
    OVERRIDES,
    PERIOD,
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
_FORM = OverrideForm(SCHEDULE, "user")
_ITEM = Object.of(
    "override",
    user=required(USER_REFERENCE, "Who is on call."),
    start=required(WallTime(), "When the override begins: wall-clock time in the time zone of the schedule."),
    end=required(WallTime(), "When it ends."),
    absent=optional(Boolean(), "true: delete this override. An override that has begun ends now.", default=False),
)
_PERIOD = Object.of(
    **{
        "from": required(WallTime(), "The beginning of the period."),
        "until": required(WallTime(), "The end of the period."),
    }
)


def _prepare(raw: dict[str, Any]) -> dict[str, Any]:
    """One item, as a manifest would list it."""
    item = {name: raw.get(name) for name in ("user", "start", "end")}
    return {**raw, OVERRIDES: [item], PERIOD: None, EXCLUSIVE: False}


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """The list of new overrides, which holds one. What should have begun begins at the next whole minute, since no one can be on call in
    the past."""
    items = []
    for item in body.get(OVERRIDES) or ():
        start = parse_instant(str(item.get("start") or ""))
        begins = start if start is not None and start > now else next_whole_minute(now)
        items.append({"start": render_instant(begins), "end": item["end"], "user": item["user"]})
    return {OVERRIDES: items}


def _note_overlapping(live: LiveObject, fields: Fields) -> Mapping[str, str]:
    """Overrides that an export leaves out."""
    count = live.raw.get(LEFT_OUT) or 0
    what = "1 override that overlaps another one is" if count == 1 else f"{count} overrides that overlap others are"
    return {OVERRIDES: f"{what} left out: no manifest may list both."} if count else {}


def _end_of(row: Row) -> str | None:
    moment = parse_instant(str(row.get("end") or ""))
    return render_instant(moment) if moment is not None else None


SCHEDULE_OVERRIDE = Kind(
    name="ScheduleOverrides",
    slug="schedule_override",
    plural="overrides",
    file="overrides",
    source=Listing(
        "schedules",
        on_demand=True,
        has_query=False,
        parent=ParentListing(
            parent_field=SCHEDULE,
            paths={"schedule": "schedules/{parent}/overrides"},
            reach=last_end,
            end_of=_end_of,
            wrapper=OVERRIDES,
            item="override",
            params={"overflow": "true"},
        ),
    ),
    description="Overrides of a schedule: holidays, swaps. Overrides that no manifest lists are left alone.",
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
            "The overrides. Items that are over do nothing; remove them when you like. Removing an item does not delete its override: write "
            "absent: true for that.",
            f"{_API}; there is no PUT of an override, and its DELETE ends one that has begun",
            required=True,
            keyed_by="start",
        ),
        Field(
            PERIOD,
            Nullable(_PERIOD),
            "The time that the manifest is about: every item is within it.",
            "pdsync's own; PagerDuty does not know it",
            default=None,
        ),
        Field(
            EXCLUSIVE,
            Boolean(),
            "true: within the period, only the overrides of manifests may exist. All others there are deleted, those that people made too.",
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
        clashes=_FORM.find_clashes,
    ),
    unwritten=_note_overlapping,
    facts=Facts(teams_through=SCHEDULE),
)
